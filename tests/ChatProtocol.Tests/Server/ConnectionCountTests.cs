using System.Net;
using System.Runtime.InteropServices;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class ConnectionCountTests
{
    [Fact(Timeout = 60_000)]
    public async Task Two_thousand_silent_connections_do_not_hinder_one_that_talks()
    {
        await using var server = await TestServer.StartAsync();
        for (var i = 0; i < 2000; i++)
            await server.ConnectAsync();

        var client = await server.LogInAsync("ann");
        var room = await client.JoinAsync("tea");

        await client.AskAsync<Posted>(client.PostOf(room.Room, "hello"));
    }

    [Fact(Timeout = 20_000)]
    public async Task One_connection_too_many_is_told_so_and_closed()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxConnections = 2 });
        await server.LogInAsync("ann");
        await server.LogInAsync("bob");

        await FullAsync(await server.ConnectAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task A_place_that_comes_free_is_given_at_once_however_many_were_turned_away()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxConnections = 1 });
        var admin = await server.AdminAsync();
        var ann = await server.LogInAsync("ann");
        for (var i = 0; i < 5; i++)
            await FullAsync(await server.ConnectAsync());

        await ann.DisposeAsync();
        await Eventually.TrueAsync(async () => (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Count == 1, "ann is gone");

        // Those turned away still hold their ends open.
        await Eventually.TrueAsync(async () =>
        {
            var bob = await server.ConnectAsync();
            await bob.SendAsync(bob.Hello());
            return await bob.ReceiveAsync() is Welcome;
        }, "the next is let in");
    }

    [Fact(Timeout = 60_000)]
    public async Task With_no_descriptors_left_it_says_so_and_whoever_waits_gets_in_once_there_are_some()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartWithDescriptorsAsync(300, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        var crowd = new List<RawClient>();
        for (var i = 0; i < 300; i++)
            crowd.Add(await RawClient.ConnectAsync(chatd.Tcp));
        await using var ann = await RawClient.ConnectAsync(chatd.Tcp);
        var entering = ann.LogInAsync("ann");
        await chatd.SaysAsync("no connection can be accepted at tcp://127.0.0.1:0 just now: Too many open files");
        foreach (var one in crowd)
            await one.DisposeAsync();

        await (await entering).JoinAsync("tea");
        chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await chatd.ExitAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task An_admin_gets_in_when_the_server_is_full()
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxConnections = 1 });
        await server.LogInAsync("ann");

        var admin = await server.AdminAsync();

        Assert.Equal(2, (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Count);
    }

    [Spec("CP-LEG-031")]
    [Theory(Timeout = 20_000)]
    [InlineData("tcp", "")]
    [InlineData("tcp", "hello\n")]
    [InlineData("legacy", "")]
    public async Task A_text_client_too_many_is_told_so_in_text(string scheme, string said)
    {
        await using var server = await TestServer.StartAsync(o => o with { MaxConnections = 1, Listen = ["tcp://127.0.0.1:0", "legacy://127.0.0.1:0"] });
        await server.LogInAsync("ann");
        var endpoint = server.Endpoints.Single(e => e.StartsWith($"{scheme}://", StringComparison.Ordinal));

        await using var client = await TextClient.ConnectAsync(IPEndPoint.Parse(endpoint[(scheme.Length + 3)..]));
        if (said.Length > 0)
            await client.SendAsync(said);

        Assert.Equal(["*** 服务器的连接已满，请稍后再来"], await client.ReadToEndAsync());
    }

    private static async Task FullAsync(RawClient client)
    {
        await client.SendAsync(client.Hello());
        var error = await client.ReceiveAsync<Error>();
        Assert.Equal((null, ErrorCode.TooManyConnections), (error.Id, error.Reason));
        Assert.NotNull(error.RetryAfter);
        await client.ClosedAsync();
    }
}

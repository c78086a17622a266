using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ChatProtocol.Server;
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

    [Theory(Timeout = 120_000)]
    [InlineData(256, 400)]
    [InlineData(300, 400)]
    [InlineData(1024, 1500)]
    [InlineData(4096, 6000)]
    public async Task However_few_descriptors_there_are_a_crowd_right_after_the_start_ends_nothing(int descriptors, int crowd)
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartWithDescriptorsAsync(descriptors, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        var clients = new List<RawClient>();
        for (var i = 0; i < crowd; i++)
            clients.Add(await RawClient.ConnectAsync(chatd.Tcp));
        await chatd.SaysAsync($"there are {descriptors} file descriptors");

        await using (var admin = await RawClient.ConnectAsync(new UnixDomainSocketEndPoint(folder.File("admin.sock"))))
            await admin.LogInAsAdminAsync();
        foreach (var one in clients)
            await one.DisposeAsync();

        await InAgainAsync(chatd.Tcp);
        chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await chatd.ExitAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task Too_few_descriptors_for_any_server_are_told_in_a_sentence()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, error) = await ChatdProcess.RunWithDescriptorsAsync(100, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        Assert.Equal(1, exitCode);
        Assert.Equal("chatd: a server needs 256 file descriptors to run, and this process may not have that many: raise the limit with 'ulimit -n 1024', or LimitNOFILE= of systemd\n", error);
    }

    [Fact]
    public void Descriptors_that_others_have_taken_are_told_too() =>
        Assert.Contains("only 256 file descriptors, and 220 are in use", Assert.Throws<ServerException>(() => ConnectionCapacity.For(16_384, 256, 220)).Message, StringComparison.Ordinal);

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

    /// <summary>As soon as the server has seen that the crowd has gone.</summary>
    private static Task InAgainAsync(IPEndPoint server) => Eventually.TrueAsync(async () =>
    {
        await using var client = await RawClient.ConnectAsync(server);
        try
        {
            await client.SendAsync(client.Hello());
            return await client.ReceiveAsync() is Welcome;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Closed without a word.
            return false;
        }
    }, "there is a place again");

    private static async Task FullAsync(RawClient client)
    {
        await client.SendAsync(client.Hello());
        var error = await client.ReceiveAsync<Error>();
        Assert.Equal((null, ErrorCode.TooManyConnections), (error.Id, error.Reason));
        Assert.NotNull(error.RetryAfter);
        await client.ClosedAsync();
    }
}

using System.Globalization;
using System.Net;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What somebody says and goes at once, in whatever way: what came before a reset counts as what came before an end.</summary>
public sealed class LastWordsTests
{
    private const int Many = 30;

    [Spec("CP-TRA-020")]
    [Theory(Timeout = 60_000)]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(true, "\n")]
    public async Task A_text_client_that_speaks_and_goes_at_once_is_heard(bool reset, string end)
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://127.0.0.1:0", "legacy://127.0.0.1:0"] });
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");
        var legacy = IPEndPoint.Parse(server.Endpoints.Single(e => e.StartsWith("legacy://", StringComparison.Ordinal))["legacy://".Length..]);

        for (var i = 0; i < Many; i++)
        {
            await using var text = await TextClient.ConnectAsync(i % 2 == 0 ? server.Tcp : legacy);
            await text.SendAsync($"{i}{end}");
            text.Close(reset);
        }

        await HeardAsync(ann, Many);
    }

    [Spec("CP-TRA-020")]
    [Fact(Timeout = 60_000)]
    public async Task A_text_client_that_was_let_in_and_leaves_with_words_unread_is_heard()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");

        for (var i = 0; i < Many; i++)
        {
            await using var text = await TextClient.EnterAsync(server.Tcp);
            // Its answers lie unread when it closes, so that the kernel resets what comes after.
            await text.SendAsync($"%%%help\n{i}");
            text.Close(reset: i % 2 == 0);
        }

        await HeardAsync(ann, Many);
    }

    [Spec("CP-TRA-020")]
    [Fact(Timeout = 60_000)]
    public async Task A_Python_client_that_sends_and_closes_is_heard()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");

        var script = $"""
            import socket
            for i in range({Many}):
                sock = socket.create_connection(('127.0.0.1', {server.Tcp.Port}))
                sock.sendall(str(i).encode('gbk'))
                sock.close()
            """;
        (await ToolProcess.RunAsync("python3", ["-c", script], new Dictionary<string, string>(), default)).Done();

        await HeardAsync(ann, Many);
    }

    [Spec("CP-TRA-020")]
    [Fact(Timeout = 60_000)]
    public async Task Frames_that_came_whole_before_a_reset_reach_the_hub()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        var lobby = await ann.JoinAsync("lobby");

        for (var i = 0; i < Many; i++)
        {
            var bob = await server.LogInAsync($"bob-{i}");
            await bob.SendAsync(bob.PostOf(lobby.Room, i.ToString(CultureInfo.InvariantCulture)), new Ping(bob.NextId()));
            bob.Reset();
        }

        await HeardAsync(ann, Many);
    }

    private static async Task HeardAsync(RawClient ann, int count)
    {
        var heard = new HashSet<string>();
        while (heard.Count < count)
            heard.Add((await ann.UntilAsync<Message>()).Text.ToString());
        Assert.Equal(Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)).Order(), heard.Order());
    }
}

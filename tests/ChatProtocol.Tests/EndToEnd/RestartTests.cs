using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The server goes and comes back, and what is under way goes on.</summary>
[OneTry]
public sealed class RestartTests
{
    private const int Count = 100_000;
    private const int Ends = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_hundred_thousand_lines_are_stored_once_and_in_order_though_the_server_ends_five_times()
    {
        await using var installation = await Installation.StartAsync();
        await using var tail = installation.User("bob").StartChat(
            "tail", "--server", installation.SocketAddress, "--room", "load", "--count", $"{Count}", "-o", "ndjson");
        await installation.WaitForSessionsAsync("bob", 1);
        await using var send = installation.User("ann").StartChat("send", "--server", installation.SocketAddress, "--room", "load", "-");
        var sent = send.EndAsync();
        var lines = Enumerable.Range(1, Count).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToList();
        var feeding = FeedAsync(send.Input, lines);

        for (var seq = 1; seq <= Count; seq++)
        {
            var message = JsonDocument.Parse((await tail.ReadLineAsync())!).RootElement;
            Assert.Equal((lines[seq - 1], seq), (message.GetProperty("text").GetString(), message.GetProperty("seq").GetInt32()));
            if (seq % (Count / (Ends + 1)) == 0 && seq < Count)
                await EndAndStartAsync(installation, seq % 2 == 0);
        }

        await feeding;
        Assert.Equal(0, (await sent).ExitCode);
        Assert.Equal(0, (await tail.EndAsync()).ExitCode);
        var stored = (await installation.User("cid").ChatAsync("history", "--room", "load", "--count", $"{Count + 1}", "-o", "ndjson")).Done().Objects;
        Assert.Equal(lines, stored.Select(message => message.GetProperty("text").GetString()));
    }

    [Fact(Timeout = 120_000)]
    public async Task On_a_terminal_one_is_told_of_the_pause_and_what_one_says_meanwhile_is_heard_behind_it()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync("--server", installation.SocketAddress);
        await using var bob = await installation.User("bob").EnterLobbyAsync("--server", installation.SocketAddress);
        installation.Chatd.Kill();
        await ann.WaitForAsync("! the connection to the server was lost; trying to get it back");
        await ann.EnterAsync("are you still there?");
        await ann.EnterAsync("/who");
        await ann.WaitForAsync("! there is no connection just now; /who has to wait for it");

        await installation.StartChatdAsync();
        await ann.WaitForAsync("* connected again", " ann» are you still there?");
        await bob.WaitForAsync("* connected again", " ann: are you still there?");
        await bob.EnterAsync("yes");
        await ann.WaitForAsync(" bob: yes");
        await ann.EnterAsync("/quit");
        await ann.WaitForExitAsync(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_leaves_without_a_connection_is_told_what_was_not_stored()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        installation.Chatd.Kill();
        await ann.WaitForAsync("trying to get it back");
        await ann.EnterAsync("too late");
        await ann.EnterAsync("/quit");
        await ann.WaitForAsync("! not sent: too late");
        await ann.WaitForExitAsync(0);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("tail")]
    [InlineData("send", "-")]
    public async Task A_command_that_waits_in_vain_for_the_server_ends_as_unreachable(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        await using var waiting = installation.User("ann").StartChat([.. command, "--retry-for", "500ms", "-o", "ndjson"]);
        if (command[0] == "tail")
        {
            await installation.WaitForSessionsAsync("ann", 1);
            await installation.User("bob").SendAsync("one");
        }
        else
        {
            await waiting.Input.WriteAsync("one\n"u8.ToArray(), Stop);
        }
        Assert.NotNull(await waiting.ReadLineAsync());
        installation.Chatd.Kill();
        var ended = await waiting.EndAsync();
        Assert.Equal(7, ended.ExitCode);
        Assert.Contains("the connection to the server was lost; trying to get it back", ended.Error, StringComparison.Ordinal);
        Assert.Contains("no server can be reached", ended.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Sending_again_under_the_same_key_stores_only_what_is_missing()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        string[] send = ["send", "--dedupe-key", "nightly", "-o", "ndjson", "-"];
        (await ann.PipeAsync("one\ntwo\n", send)).Done();
        var again = (await ann.PipeAsync("one\ntwo\nthree\n", send)).Done().Objects;

        Assert.Equal([1, 2, 3], again.Select(receipt => receipt.GetProperty("seq").GetInt32()));
        (await ann.PipeAsync("one\nzwei\n", "send", "--dedupe-key", "nightly", "-")).Failed(5, "line 2: counter 2 was used for another text");
        installation.Chatd.Kill();
        await installation.StartChatdAsync();
        (await ann.PipeAsync("one\ntwo\nthree\n", send)).Done();
        (await installation.User("ann").ChatAsync("send", "--dedupe-key", "another", "one")).Done();
        Assert.Equal(["one", "two", "three", "one"], (await ann.ChatAsync("history", "-o", "ndjson")).Done().Objects.Select(o => o.GetProperty("text").GetString()));
        (await ann.ChatAsync("send", "--dedupe-key", "", "one")).Failed(2, "--dedupe-key is given nothing, and needs a value");
    }

    private static async Task FeedAsync(Stream input, List<string> lines)
    {
        await input.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)), Stop);
        input.Close();
    }

    private static async Task EndAndStartAsync(Installation installation, bool inGoodOrder)
    {
        if (inGoodOrder)
            installation.Chatd.Signal(PosixSignal.SIGTERM);
        else
            installation.Chatd.Kill();
        await installation.Chatd.ExitAsync();
        await installation.StartChatdAsync();
    }
}

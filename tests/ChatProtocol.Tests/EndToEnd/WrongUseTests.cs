using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What cannot be meant, or not be had, in every program: told in one sentence or one object, and never in the runtime's words.</summary>
public sealed class WrongUseTests
{
    private static readonly string[] OfTheRuntime =
        ["(Parameter '", "Object reference", "Unhandled exception", "System.", "   at ", "Exception", "Access to the path", "Could not find", "CHAT_DEBUG", "Unrecognized command or argument 'one'"];

    public static readonly TheoryData<string, int, string[]> Mistakes = new()
    {
        { "chat", 2, ["nope"] },
        { "chat", 2, ["send", "--nope"] },
        { "chat", 2, ["send", "--room=", "hi"] },
        { "chat", 2, ["send", "--room", "", "hi"] },
        { "chat", 2, ["send", "-r=", "hi"] },
        { "chat", 2, ["send", "--to:", "hi"] },
        { "chat", 2, ["send", "--dedupe-key=", "hi"] },
        { "chat", 2, ["send", "--room", "a b", "hi"] },
        { "chat", 2, ["send", "hi", "--room"] },
        { "chat", 2, ["who", "--server="] },
        { "chat", 2, ["who", "--name="] },
        { "chat", 2, ["who", "--retry-for=", "30s"] },
        { "chat", 2, ["who", "--retry-for", "soon"] },
        { "chat", 2, ["who", "--server", "nonsense"] },
        { "chat", 2, ["who", "--name", "a:b"] },
        { "chat", 2, ["tail", "--last=", "--after=", "1"] },
        { "chat", 2, ["tail", "--last", "1", "--after", "1"] },
        { "chat", 2, ["tail", "--count", "-5"] },
        { "chat", 2, ["history", "--since=", "2h"] },
        { "chat", 2, ["history", "--before", "last"] },
        { "chat", 2, ["history", "--room", "r", "--with", "bob"] },
        { "chat", 2, ["rooms", "--server", "legacy://127.0.0.1:1"] },
        { "chat", 7, ["rooms", "--server", "unix:/nowhere/s"] },
        { "chat", 7, ["send", "--server", "legacy://127.0.0.1:1", "hi"] },
        { "chat", 2, ["completion", "csh"] },
        { "chat", 2, ["completion"] },
        { "chatctl", 2, [] },
        { "chatctl", 2, ["nope"] },
        { "chatctl", 2, ["list", "--nope"] },
        { "chatctl", 2, ["list", "--data="] },
        { "chatctl", 2, ["list", "--socket", ""] },
        { "chatctl", 2, ["kick"] },
        { "chatctl", 2, ["kick", ""] },
        { "chatctl", 2, ["kick", "ann", "--reason"] },
        { "chatctl", 2, ["kick", "ann", "--for"] },
        { "chatctl", 2, ["kick", "ann", "--for", "soon"] },
        { "chatctl", 2, ["kick", "ann", "--for", "1h", "--reason"] },
        { "chatctl", 2, ["kick", "ann", "--for", "1h", "--reason", new('x', 513)] },
        { "chatctl", 2, ["backup", ""] },
        { "chatctl", 2, ["erase", "lobby", "one"] },
        { "chatctl", 2, ["erase", "", "1"] },
        { "chatctl", 2, ["retention", "lobby", "--age=", "1d"] },
        { "chatctl", 2, ["retention", "lobby", "--count", "many"] },
        { "chatctl", 2, ["retention", "lobby", "--off", "--count", "1"] },
        { "chatctl", 2, ["shutdown", "--grace=", "1s"] },
        { "chatctl", 2, ["shutdown", "--back", "later"] },
        { "chatctl", 7, ["status", "--data", "/nowhere"] },
        { "chatctl", 7, ["status", "--socket", "/dev/null/s"] },
        { "chatbench", 2, [] },
        { "chatbench", 2, ["publish", "--clients=", "5"] },
        { "chatbench", 2, ["publish", "--clients", "0"] },
        { "chatbench", 2, ["idle", "--room="] },
        { "chatbench", 2, ["subscribe"] },
        { "chatbench", 2, ["subscribe", "--room"] },
        { "chatbench", 2, ["idle", "--server", "legacy://127.0.0.1:1"] },
        { "chatbench", 2, ["latency", "--nope"] },
        { "chatbench", 7, ["connect", "--server", "unix:/nowhere/s"] },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_a_sentence_for_people_and_an_object_for_programs(string program, int exitCode, string[] arguments)
    {
        using var home = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["HOME"] = home.Path, ["XDG_CONFIG_HOME"] = home.Path, ["XDG_DATA_HOME"] = home.Path };
        var json = program == "chat" ? "ndjson" : "json";

        CheckSentence((await ToolProcess.RunAsync(ToolProcess.Program(program), arguments, environment)).Failed(exitCode, ""));
        foreach (var asking in new string[][] { ["-o", json], [$"--output={json}"], [$"-o:{json}"] })
            // In front as well, where chat has no such option: it counts wherever it stands.
            CheckObject(await ToolProcess.RunAsync(ToolProcess.Program(program), asking[0] == "-o" && exitCode == 2 ? [.. asking, .. arguments] : [.. arguments, .. asking], environment), exitCode, wasToAsk: exitCode != 2 && program != "chatbench");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_empty_value_never_takes_the_next_word()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.ChatAsync("send", "--room=", "swordfish")).Failed(2, "--room is given nothing, and needs a value. See 'chat send --help'.");
        Assert.DoesNotContain("swordfish", (await ann.ChatAsync("rooms")).Done().Output, StringComparison.Ordinal);
        // What may be empty is.
        (await installation.ChatctlAsync("kick", "1234", "--reason=")).Failed(3, "there is no connection 1234");
        // A text that only looks like it is one.
        await ann.SendAsync("hello", "--room=tea");
        (await ann.ChatAsync("send", "--", "--room=")).Done();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/nonexistent")]
    [InlineData("relative")]
    [InlineData("")]
    public async Task Without_a_home_nothing_is_kept_where_one_happens_to_be(string home)
    {
        using var folder = new TemporaryFolder();
        string[] cleared = ["env", "-C", folder.Path, $"HOME={home}", "XDG_DATA_HOME=data", "XDG_CONFIG_HOME="];
        var (exit, error) = await ChatdProcess.RunByAsync(cleared);
        Assert.Equal(2, exit);
        Assert.Contains("name the data folder with --data", error, StringComparison.Ordinal);

        (await RunAsync("chat", "send", "hi")).Failed(2, "XDG_CONFIG_HOME");
        (await RunAsync("chat")).Failed(2, "XDG_CONFIG_HOME");
        (await RunAsync("chatctl", "list")).Failed(2, "name the data folder with --data");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));

        Task<ToolResult> RunAsync(string tool, params string[] arguments) =>
            ToolProcess.RunAsync("env", [.. cleared[1..], ToolProcess.Program(tool), .. arguments], new Dictionary<string, string>());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_dedupe_key_without_a_secret_that_stays_is_refused()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann") with { Environment = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = "/proc/nowhere" } };
        (await ann.ChatAsync("send", "--dedupe-key", "k", "hi")).Failed(1, "--dedupe-key needs a guest secret that stays");
        Assert.Equal("", (await installation.User("bob").ChatAsync("history")).Done().Output);
        // Without a key it is only said.
        (await ann.ChatAsync("send", "hi")).Failed(0, "cannot be kept in /proc/nowhere/chat/secret");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("chat send", "argument 2 is no valid UTF-8: 'gr\\xfcn'. See 'chat send --help'.")]
    [InlineData("chat send --room", "argument 3 is no valid UTF-8")]
    [InlineData("chatctl kick", "argument 2 is no valid UTF-8")]
    [InlineData("chatbench idle --room", "argument 3 is no valid UTF-8")]
    public async Task An_argument_that_is_no_text_is_refused(string command, string because)
    {
        var words = command.Split(' ');
        using var home = new TemporaryFolder();
        var result = await ToolProcess.RunAsync("sh", ["-c", "exec \"$@\" \"$(printf 'gr\\374n')\"", "sh", ToolProcess.Program(words[0]), .. words[1..]],
            new Dictionary<string, string> { ["HOME"] = home.Path });
        result.Failed(2, because);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_with_the_sign_for_what_was_no_text_is_one()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("\ufffd");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("chat", "<&-", "send", "hi")]
    [InlineData("chat", ">&-", "send", "hi")]
    [InlineData("chat", "<&- >&- 2>&-", "send", "hi")]
    [InlineData("chatctl", ">&-", "broadcast", "hi")]
    [InlineData("chatctl", "<&- >&- 2>&-", "broadcast", "hi")]
    public async Task A_closed_stream_is_nothing_that_a_program_opens(string tool, string closing, params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        string[] where = tool == "chat" ? ["--server", installation.Address] : ["--data", installation.Data];
        var result = await ToolProcess.RunAsync("sh", ["-c", $"exec \"$@\" {closing}", "sh", ToolProcess.Program(tool), .. command, .. where], ann.Environment);

        Assert.Equal(new ToolResult(0, "", ""), result);
        Assert.EndsWith(": hi\n", (await ann.ChatAsync("history")).Done().Output, StringComparison.Ordinal);
        Assert.Equal(32, new FileInfo(ann.SecretFile).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_first_connection_is_tried_as_long_as_is_said()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        var path = Path.Combine(installation.Data, "..", "chat.sock");
        installation.Chatd.Kill();
        await installation.Chatd.ExitAsync();
        File.Delete(path);
        // Whoever comes is turned away, so that the first try is known to have been in vain.
        using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(path));
        door.Listen();
        await using var send = ann.StartChat("send", "at last", "--retry-for", "1m", "--server", installation.SocketAddress);
        (await door.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();
        door.Dispose();
        await installation.StartChatdAsync();

        (await send.EndAsync()).Failed(0, "trying again");
        Assert.EndsWith(": at last\n", (await ann.ChatAsync("history")).Done().Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("send", "hi")]
    [InlineData("tail")]
    [InlineData("history")]
    [InlineData("rooms")]
    [InlineData("who")]
    public async Task A_server_that_does_not_come_in_that_time_is_unreachable(params string[] command)
    {
        using var home = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(ToolProcess.Program("chat"), [.. command, "--retry-for", "2s", "--server", "unix:/nowhere/s"], new Dictionary<string, string> { ["HOME"] = home.Path, ["XDG_CONFIG_HOME"] = home.Path });

        Assert.Equal((7, "chat: no server can be reached at unix:/nowhere/s: there is no such socket; trying again\nchat: no server can be reached at unix:/nowhere/s: there is no such socket\n"), (result.ExitCode, result.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_server_is_waited_for_as_well()
    {
        using var home = new TemporaryFolder();
        var result = await ToolProcess.RunAsync(ToolProcess.Program("chat"), ["send", "hi", "--retry-for", "2s", "--server", "legacy://127.0.0.1:1", "-o", "ndjson"], new Dictionary<string, string> { ["HOME"] = home.Path });

        Assert.Equal(7, result.ExitCode);
        var told = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, told.Length);
        Assert.StartsWith("{\"schema\":\"warning.v1\",\"warning\":", told[0], StringComparison.Ordinal);
        Assert.StartsWith("{\"schema\":\"error.v1\",\"error\":", told[1], StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("tail", "--room", "nowhere", "--count", "0")]
    [InlineData("tail", "--room", "nowhere", "--count", "0", "--last", "5")]
    public async Task Whoever_tails_a_room_that_is_not_there_is_told(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.ChatAsync(command)).Failed(0, "there is no room called nowhere yet; waiting for what is said in it");
        await ann.SendAsync("here", "--room", "nowhere");
        (await ann.ChatAsync(command)).Done();
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_users_server_is_denied_and_not_said_to_be_missing()
    {
        await using var installation = await Installation.StartAsync();
        var chatctl = ToolProcess.Program("chatctl");
        foreach (var json in (bool[])[false, true])
        {
            var result = await ToolProcess.RunAsync(
                "setpriv", [.. OtherUser.Options, chatctl, "list", "--data", installation.Data, .. json ? ["-o", "json"] : Array.Empty<string>()], new Dictionary<string, string>());
            Assert.Equal((4, ""), (result.ExitCode, result.Output));
            Assert.Contains("admin.sock is another user's: permission denied", result.Error, StringComparison.Ordinal);
            if (json)
                CheckObject(result, 4, wasToAsk: true);
        }
    }

    private static void CheckSentence(ToolResult result)
    {
        Assert.Equal("", result.Output);
        Assert.DoesNotContain(OfTheRuntime, words => result.Error.Contains(words, StringComparison.Ordinal));
    }

    private static void CheckObject(ToolResult result, int exitCode, bool wasToAsk)
    {
        CheckSentence(result);
        Assert.Equal(exitCode, result.ExitCode);
        var error = result.ErrorObject;
        Assert.Equal(wasToAsk ? ["schema", "error", "exit", "outcome"] : ["schema", "error", "exit"], error.EnumerateObject().Select(field => field.Name));
        if (wasToAsk)
            Assert.Equal("not-sent", error.GetProperty("outcome").GetString());
        Assert.Equal(exitCode.ToString(CultureInfo.InvariantCulture), error.GetProperty("exit").GetRawText());
        Assert.Equal(JsonValueKind.String, error.GetProperty("error").ValueKind);
    }
}

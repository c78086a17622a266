using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Python clients of the origin's kind beside chat, in the same room.</summary>
public sealed partial class OriginTests
{
    /// <summary>LEGACY_SECONDS in the environment makes it longer.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("LEGACY_SECONDS") ?? "3", CultureInfo.InvariantCulture));

    [Fact(Timeout = 60_000)]
    public async Task A_Python_client_talks_with_chat_in_the_lobby_and_in_private()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var python = OriginProcess.StartClient(installation.Chatd.Tcp);

        await python.TypeAsync("大家好");
        await ann.WaitForAsync(": 大家好");
        var guest = await UntilAsync(python, "*** 欢迎");
        var name = GuestName.Match(guest).Value;
        await ann.WaitForAsync($"* {name} is here in lobby", $"{name}: 大家好");
        await ann.EnterAsync("你好！👋");
        Assert.Equal("ann: 你好！[U+1F44B]", await UntilAsync(python, "ann: "));
        await python.TypeAsync("ann%%%只告诉你");
        await ann.WaitForAsync($"[@{name}] {name}: 只告诉你");
        await ann.EnterAsync($"/msg {name} 知道了");
        Assert.Equal("[私聊] ann: 知道了", await UntilAsync(python, "[私聊]"));
        await python.TypeAsync("exit");
        await python.EndAsync();
        await ann.WaitForAsync($"* {name} has left lobby");

        Assert.EndsWith($" {name}: 大家好\n", (await installation.User("bob").ChatAsync("history", "--count", "2")).Done().Lines[0] + "\n", StringComparison.Ordinal);
    }

    [Fact(Timeout = 900_000)]
    public async Task Under_load_a_Python_client_never_raises_misses_nothing_and_is_heard_unchanged()
    {
        await using var installation = await Installation.StartAsync();
        await using var python = OriginProcess.StartClient(installation.Chatd.Tcp);
        await UntilAsync(python, "*** 在线");
        var reading = ReadToEndAsync(python);

        using var over = new CancellationTokenSource(Duration);
        var loads = Enumerable.Range(1, 3).Select(i => LoadAsync(installation, $"load{i}", over.Token)).ToList();
        var said = await TalkAsync(python, over.Token);
        var posted = await Task.WhenAll(loads);
        // What it is told last is behind everything else.
        (await installation.ChatctlAsync("broadcast", "that is all")).Done();
        var shown = await reading;
        await python.TypeAsync("exit");
        (await python.EndAsync()).Done();

        var log = (await installation.User("reader").ChatAsync("history", "--count", "100000000", "-o", "ndjson")).Done().Objects
            .Select(o => (From: o.GetProperty("from").GetString()!, Text: o.GetProperty("text").GetString()!)).ToList();
        Assert.Equal(posted.Sum(), log.Count(entry => entry.From.StartsWith("load", StringComparison.Ordinal)));
        // Without an end mark two of its messages may have been taken for one; not a character is lost or changed.
        Assert.Equal(string.Concat(said), string.Concat(log.Where(entry => entry.From.StartsWith("guest-", StringComparison.Ordinal)).Select(entry => entry.Text)));
        Assert.Equal(
            log.Where(entry => entry.From.StartsWith("load", StringComparison.Ordinal)).Select(entry => Squeeze($"{entry.From}:{entry.Text}")),
            shown.Where(line => line.StartsWith("load", StringComparison.Ordinal)).Select(Squeeze));
        TestContext.Current.TestOutputHelper?.WriteLine($"{log.Count} messages in {Duration.TotalSeconds} s, {said.Count} of them from Python");
    }

    [Spec("CP-LEG-050", "CP-LEG-051")]
    [Fact(Timeout = 60_000)]
    public async Task Chat_talks_on_a_server_of_the_origins_kind()
    {
        await using var installation = await Installation.StartAsync();
        var (server, port) = await OriginProcess.StartServerAsync();
        await using var _ = server;
        await using var ann = await installation.User("ann").OpenTerminalAsync("--server", $"legacy://127.0.0.1:{port}");
        await ann.WaitForAsync("* this is a server of plain text", "/quit");
        await using var bob = await installation.User("bob").OpenTerminalAsync("--server", $"legacy://127.0.0.1:{port}");
        await bob.WaitForAsync("/quit");
        await ann.WaitForAsync(" a new client connected!");

        await ann.EnterAsync("大家好 👋");
        await ann.WaitForAsync(" you» 大家好 👋");
        await bob.WaitForAsync(" 大家好 [U+1F44B]");
        var annsPort = Number.Match((await server.ReadLineAsync())!).Value;
        await bob.EnterAsync($"/msg {annsPort} 只告诉你");
        await ann.WaitForAsync(" 只告诉你");
        await bob.EnterAsync("//etc");
        await ann.WaitForAsync(" /etc");
        await bob.EnterAsync("/who");
        await bob.WaitForAsync("* there are only /msg TARGET TEXT and /quit here");
        await server.TypeAsync("管理员：\u001b[2J 维护");
        await ann.WaitForAsync(@" 管理员：\x1b[2J 维护", "you» 大家好");

        await bob.EnterAsync("/quit");
        await bob.WaitForExitAsync(0);
        await ann.WaitForAsync(" a client left!");
        await server.TypeAsync("exit");
        await ann.WaitForAsync("! the server has closed the connection");
        await ann.WaitForExitAsync(7);
        Assert.Equal(ann.Modes.Before, ann.Modes.After);
    }

    [Spec("CP-LEG-050", "CP-LEG-051")]
    [Fact(Timeout = 60_000)]
    public async Task One_shot_commands_work_on_a_server_of_the_origins_kind_as_far_as_it_goes()
    {
        await using var installation = await Installation.StartAsync();
        var (server, port) = await OriginProcess.StartServerAsync();
        await using var _ = server;
        string[] there = ["--server", $"legacy://127.0.0.1:{port}"];
        var ann = installation.User("ann");
        await using var tail = installation.User("bob").StartChat(["tail", "-o", "ndjson", .. there]);
        await Eventually.TrueAsync(async () =>
        {
            await server.TypeAsync("list");
            return await server.ReadLineAsync() != "[]";
        }, () => "Waiting for bob");

        var text = string.Concat(Enumerable.Range(0, 700).Select(i => (char)('一' + i)));
        (await ann.ChatAsync(["send", text, .. there])).Done();
        (await ann.PipeAsync("one\n\ntwo\n", ["send", "-", .. there])).Done();
        (await ann.ChatAsync(["history", .. there])).Failed(2, "a server of plain text has neither rooms nor names nor history");
        (await ann.ChatAsync(["send", "--to", "a%b", "hi", .. there])).Failed(2, "a name cannot contain");

        // Such a server marks no ends, so what comes at once is one message: all that is certain is what comes together.
        var read = "";
        while (!read.EndsWith("two", StringComparison.Ordinal))
            read += JsonNode.Parse((await tail.ReadLineAsync())!)!["text"];
        Assert.Equal($"a new client connected!{text}a client left!a new client connected!onetwo", read);
        await server.TypeAsync("exit");
        Assert.Equal(7, (await tail.EndAsync()).ErrorObject.GetProperty("exit").GetInt32());
    }

    /// <summary>Posts texts of all lengths, a few dozen ahead of the answers, and returns how many.</summary>
    private static async Task<int> LoadAsync(Installation installation, string name, CancellationToken over)
    {
        await using var client = await ChatClient.ConnectAsync(new ChatClientOptions
        {
            Address = ChatAddress.Parse(installation.Address),
            Name = name,
            Secret = Enumerable.Repeat((byte)name[^1], 32).ToArray(),
        }, TestContext.Current.CancellationToken);
        var lobby = await client.OpenAsync("lobby", cancellationToken: TestContext.Current.CancellationToken);
        var random = new Random(name[^1]);
        var underWay = new Queue<Task<PostReceipt>>();
        var posted = 0;
        for (; !over.IsCancellationRequested; posted++)
        {
            if (underWay.Count >= 32)
                await underWay.Dequeue();
            underWay.Enqueue(lobby.PostAsync($"{posted} {Words(random, random.Next(1, 600))}", TestContext.Current.CancellationToken));
        }
        await Task.WhenAll(underWay);
        return posted;
    }

    /// <summary>Says something now and then, as a person does.</summary>
    private static async Task<List<string>> TalkAsync(ToolProcess python, CancellationToken over)
    {
        var said = new List<string>();
        var random = new Random(7);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
        while (!over.IsCancellationRequested && await pause.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            said.Add($"第{said.Count}句：{Words(random, random.Next(1, 300))}。");
            await python.TypeAsync(said[^1]);
        }
        return said;
    }

    private static string Words(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "你好世界聊天室中文ab cd,.！？"[random.Next(18)])).Trim();

    private static async Task<string> UntilAsync(ToolProcess program, string beginning)
    {
        while (await program.ReadLineAsync() is { } line)
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
        throw new InvalidOperationException($"'{beginning}' did not come: {(await program.EndAsync()).Error}");
    }

    private static async Task<List<string>> ReadToEndAsync(ToolProcess program)
    {
        var lines = new List<string>();
        while (await program.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith("*** server: that is all", StringComparison.Ordinal))
                break;
        }
        return lines;
    }

    /// <summary>Without the spaces, of which some may have been put in for a reader of 1,024 bytes.</summary>
    private static string Squeeze(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number { get; }

    [GeneratedRegex("guest-[0-9]+")]
    private static partial Regex GuestName { get; }
}

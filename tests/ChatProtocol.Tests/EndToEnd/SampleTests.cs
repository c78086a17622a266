using System.Runtime.InteropServices;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The samples do what the documentation says of them, as processes of their own with a server that is one.</summary>
public sealed class SampleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task The_bot_answers_commands_and_whoever_names_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = await Installation.StartAsync();
        await using var bot = SampleProgram.Start("bot", folder, server.Address);

        await BotConversation.HoldAsync(server);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_tail_prints_each_message_once_over_its_runs()
    {
        using var folder = new TemporaryFolder();
        await using var server = await Installation.StartAsync();
        await using var alice = await ConnectAsync(server.Address, "alice");
        var room = await alice.OpenAsync("ops", create: true, Stop);
        var read = new List<string>();

        for (var run = 1; run <= 3; run++)
        {
            await room.PostAsync($"message {run}", Stop);
            await using var tail = SampleProgram.Start("tail", folder, server.Address, "ops");
            read.Add((await tail.ReadLineAsync())![9..]);
            tail.Signal(PosixSignal.SIGINT);
            var ended = (await tail.EndAsync()).Done();
            Assert.Equal("", ended.Output);
        }

        Assert.Equal(["alice: message 1", "alice: message 2", "alice: message 3"], read);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_shipper_posts_each_line_once_and_in_order_though_it_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var server = await Installation.StartAsync();
        await using var reader = await ConnectAsync(server.Address, "alice");
        string[] lines = [.. Enumerable.Range(1, 20_000).Select(number => $"line {number}")];
        await File.WriteAllLinesAsync(folder.File("app.log"), lines, Stop);

        await using var events = reader.MessagesAsync("log", ChatCursor.Beginning, cancellationToken: Stop).GetAsyncEnumerator(Stop);
        var seen = new List<string>();
        foreach (var enough in (int[])[500, 4000, 9000])
        {
            await using var killed = SampleProgram.Start("shipper", folder, server.Address, "log", "app.log");
            while (seen.Count < enough && await events.MoveNextAsync())
                seen.Add($"{events.Current.Message.Text}");
        }
        await using var last = SampleProgram.Start("shipper", folder, server.Address, "log", "app.log");
        (await last.EndAsync()).Done();
        while (seen.Count < lines.Length && await events.MoveNextAsync())
            seen.Add($"{events.Current.Message.Text}");

        Assert.Equal(lines, seen);
        Assert.Equal(lines.Length, (int)events.Current.Room.Head);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_bridge_says_everything_once_on_the_other_server_though_it_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var left = await Installation.StartAsync();
        await using var right = await Installation.StartAsync();
        await using var alice = await ConnectAsync(left.Address, "alice");
        await using var bob = await ConnectAsync(right.Address, "bob");
        var here = await alice.OpenAsync("tea", create: true, Stop);
        var there = await bob.OpenAsync("tea", create: true, Stop);
        await using var heardByAlice = alice.MessagesAsync("tea", ChatCursor.Beginning, cancellationToken: Stop).GetAsyncEnumerator(Stop);
        await using var heardByBob = bob.MessagesAsync("tea", ChatCursor.Beginning, cancellationToken: Stop).GetAsyncEnumerator(Stop);

        for (var run = 1; run <= 3; run++)
        {
            await using var bridge = SampleProgram.Start("bridge", folder, left.Address, right.Address, "tea");
            await here.PostAsync($"hello {run}", Stop);
            Assert.Equal($"bridge: alice: hello {run}", await NextAsync(heardByBob));
            await there.PostAsync($"hi {run}", Stop);
            Assert.Equal($"bob: hi {run}", await NextAsync(heardByBob));
            Assert.Equal($"alice: hello {run}", await NextAsync(heardByAlice));
            Assert.Equal($"bridge: bob: hi {run}", await NextAsync(heardByAlice));
        }

        Assert.Equal((6ul, 6ul), (heardByAlice.Current.Room.Head, heardByBob.Current.Room.Head));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_hosted_service_has_a_bot_and_says_its_last_words_before_it_ends()
    {
        using var folder = new TemporaryFolder();
        await using var server = await Installation.StartAsync();
        await using var alice = await ConnectAsync(server.Address, "alice");
        await using var service = SampleProgram.Start(
            "hosted-service", folder, $"--Chat:Address={server.Address}", "--Chat:SecretFile=ops.secret", "--Chat:Name=statusbot");
        await using var heard = alice.MessagesAsync("ops", ChatCursor.Beginning, cancellationToken: Stop).GetAsyncEnumerator(Stop);
        Assert.Equal("statusbot: the service is up", await NextAsync(heard));
        await server.WaitForSessionsAsync("statusbot", 1);
        await heard.Current.Room.PostAsync("!status", Stop);
        Assert.Equal("alice: !status", await NextAsync(heard));
        Assert.Matches("^statusbot: up for 00:00:[0-9]{2}$", await NextAsync(heard));

        service.Signal(PosixSignal.SIGTERM);

        Assert.Equal("statusbot: the service stops", await NextAsync(heard));
        Assert.Equal(0, (await service.EndAsync()).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_test_of_a_bot_passes_without_a_server()
    {
        using var folder = new TemporaryFolder();
        await using var test = SampleProgram.Start("testing", folder);

        Assert.Equal("!ping one, pong one, !ping two, pong two\n", (await test.EndAsync()).Done().Output);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<MessageReceived> messages)
    {
        Assert.True(await messages.MoveNextAsync());
        return $"{messages.Current.Message.Name}: {messages.Current.Message.Text}";
    }

    private static Task<ChatClient> ConnectAsync(string server, string name) => ChatClient.ConnectAsync(
        new ChatClientOptions { Address = ChatAddress.Parse(server), Name = name, Secret = ScriptedServer.Secret }, Stop);
}

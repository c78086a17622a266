using System.Diagnostics;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>What the SDK tells those who trace and measure.</summary>
public sealed class TelemetryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_post_is_an_activity_below_that_of_its_caller_which_goes_on_as_it_was()
    {
        await using var server = await TestServer.StartAsync();
        using var told = new Telemetry(server.Tcp.Port);
        await using var client = await ConnectAsync(server, "ann");
        var room = await client.OpenAsync("tea", create: true, Stop);
        using var outer = new Activity("outer").Start();

        var posting = room.PostAsync("a secret thing", Stop);
        Assert.Same(outer, Activity.Current);
        var receipt = await posting;

        var activity = Assert.Single(told.Activities);
        Assert.Equal(("send tea", ActivityKind.Producer, outer.SpanId), (activity.DisplayName, activity.Kind, activity.ParentSpanId));
        Assert.Equal(
            new Dictionary<string, object?>
            {
                ["messaging.system"] = "chatprotocol",
                ["messaging.operation.name"] = "send",
                ["messaging.operation.type"] = "send",
                ["messaging.destination.name"] = "tea",
                ["messaging.message.id"] = $"{receipt.Epoch}:{receipt.Seq}",
                ["server.address"] = "127.0.0.1",
                ["server.port"] = server.Tcp.Port,
            },
            activity.TagObjects.ToDictionary());
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_post_has_its_error_and_one_that_was_not_sent_is_not_counted()
    {
        await using var server = new ScriptedServer();
        using var told = new Telemetry(server.Address.Port);
        var (client, peer, room) = await server.WelcomeToRoomAsync();

        var refused = room.PostAsync("one", Stop);
        await peer.AnswerAsync<Post>(post => new Error(post.Id, ErrorCode.Denied, "no"));
        await Assert.ThrowsAsync<ChatException>(() => refused);
        var unknown = room.PostAsync("two", Stop);
        await peer.AnswerAsync<Post>(post => new Error(post.Id, (ErrorCode)6999, "no"));
        await Assert.ThrowsAsync<ChatException>(() => unknown);
        peer.Close();
        await Assert.ThrowsAsync<ChatException>(() => client.Completion.WaitAsync(Stop));
        await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("three", Stop));

        Assert.Equal(["Denied", "_OTHER", "Disconnected"], told.Activities.Select(one => one.GetTagItem("error.type")));
        Assert.All(told.Activities, one => Assert.Equal(ActivityStatusCode.Error, one.Status));
        Assert.Equal(["Denied", "_OTHER"], told.TagsOf("messaging.client.sent.messages").Select(one => one.Tags["error.type"]));
        Assert.Equal(3, told.TagsOf("messaging.client.operation.duration").Count());
    }

    [Fact(Timeout = 60_000)]
    public async Task Messages_are_counted_when_they_are_sent_and_when_they_are_taken()
    {
        await using var server = await TestServer.StartAsync();
        using var told = new Telemetry(server.Tcp.Port);
        await using var writer = await ConnectAsync(server, "writer");
        await using var reader = await ConnectAsync(server, "reader");
        var tea = await reader.JoinAsync("tea", cancellationToken: Stop);
        var room = await writer.OpenAsync("tea", cancellationToken: Stop);

        await Task.WhenAll(room.PostAsync("one", Stop), room.PostAsync("two", Stop), room.PostAsync("three", Stop));
        await tea.EventsAsync(Stop).Take(2).CountAsync(Stop);

        Assert.Equal((3, 2), (told.SumOf("messaging.client.sent.messages"), told.SumOf("messaging.client.consumed.messages")));
        var (_, tags) = told.TagsOf("messaging.client.consumed.messages").First();
        Assert.Equal(("chatprotocol", "receive", "tea"), (tags["messaging.system"], tags["messaging.operation.name"], tags["messaging.destination.name"]));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_other_user_of_a_private_room_is_in_no_metric()
    {
        await using var server = await TestServer.StartAsync();
        using var told = new Telemetry(server.Tcp.Port);
        await using var client = await ConnectAsync(server, "ann");
        await using var other = await ConnectAsync(server, "bob");

        await (await client.OpenAsync("@bob", cancellationToken: Stop)).PostAsync("hello", Stop);

        var (_, tags) = Assert.Single(told.TagsOf("messaging.client.sent.messages"));
        Assert.Equal(("@{user}", false), (tags["messaging.destination.template"], tags.ContainsKey("messaging.destination.name")));
        var activity = Assert.Single(told.Activities);
        Assert.Equal(("send @{user}", "@bob"), (activity.DisplayName, activity.GetTagItem("messaging.destination.name")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Connections_and_reconnects_are_counted()
    {
        await using var server = new ScriptedServer();
        using var told = new Telemetry(server.Address.Port);
        var (client, peer) = await server.WelcomeAsync(options => options with { ReconnectFor = Timeout.InfiniteTimeSpan });
        Assert.Equal(1, told.SumOf("chat.client.connections"));

        peer.Close();
        var again = await server.AcceptAsync();
        Assert.Equal((0, 0), (told.SumOf("chat.client.connections"), told.SumOf("chat.client.reconnects")));
        await again.WelcomeAsync(server.Limits);
        await again.LogInAsync();
        await client.WaitUntilConnectedAsync(Stop);
        Assert.Equal((1, 1), (told.SumOf("chat.client.connections"), told.SumOf("chat.client.reconnects")));

        await client.DisposeAsync();
        Assert.Equal((0, 1), (told.SumOf("chat.client.connections"), told.SumOf("chat.client.reconnects")));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_message_that_a_bot_handles_is_an_activity_with_its_answer_below()
    {
        await using var server = await TestServer.StartAsync();
        using var told = new Telemetry(server.Tcp.Port);
        await using var client = await ConnectAsync(server, "greeter");
        await using var user = await ConnectAsync(server, "bob");
        var bot = new ChatBot { Rooms = { "tea" }, OnError = (_, _) => { } };
        bot.AddCommand("greet", "", "greets", command => command.ReplyAsync("good day"));
        bot.AddCommand("fail", "", "fails", _ => throw new NotSupportedException());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = bot.RunAsync(client, stop.Token);
        var tea = await user.JoinAsync("tea", cancellationToken: Stop);
        await Eventually.TrueAsync(async () => await tea.MembersAsync(Stop).AnyAsync(one => one.Name == "greeter", Stop), "the bot joins");

        await tea.PostAsync("!greet", Stop);
        await tea.PostAsync("!fail", Stop);
        await Eventually.TrueAsync(() => told.Activities.Count == 5, "two messages, an answer, and two that are handled");
        await stop.CancelAsync();
        await running;

        var handled = told.Activities.Where(one => one.DisplayName == "process tea").ToList();
        Assert.Equal([null, "System.NotSupportedException"], handled.Select(one => one.GetTagItem("error.type")));
        Assert.All(handled, one => Assert.Equal(ActivityKind.Consumer, one.Kind));
        Assert.Single(told.Activities, one => one.DisplayName == "send tea" && one.ParentSpanId == handled[0].SpanId);
        Assert.Equal(2, told.TagsOf("messaging.process.duration").Count());
    }

    private static Task<ChatClient> ConnectAsync(TestServer server, string name) => ChatClient.ConnectAsync(
        new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = name, Secret = System.Text.Encoding.ASCII.GetBytes(name.PadRight(32)) }, Stop);
}

using ChatProtocol.Client;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>Bots and readers of the SDK against the hub in memory.</summary>
public sealed class BotOverTestServerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-KEY-003")]
    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_a_killed_bot_has_given_is_not_given_again()
    {
        await using var server = new ChatTestServer();
        await using var ann = await server.ConnectAsync("ann", Stop);
        var room = await ann.JoinAsync("tea", cancellationToken: Stop);
        var cursors = new ForgetfulStore();
        await cursors.SaveAsync("tea", ChatCursor.Beginning, Stop);
        for (var i = 1; i <= 5; i++)
            await room.PostAsync($"roll {i}", Stop);

        for (var life = 1; life <= 2; life++)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            await using var client = await server.ConnectAsync("dicebot", Stop);
            var bot = new ChatBot { Rooms = { "tea" }, Cursors = cursors };
            var handled = 0;
            var receipts = new List<PostReceipt?>();
            bot.OnMessage(async message =>
            {
                receipts.Add(await message.ReplyAsync($"{message.Text}: life {life}"));
                if (++handled == 5)
                    await stop.CancelAsync();
            });
            await bot.RunAsync(client, stop.Token);
            Assert.Equal(life == 1 ? 5 : 0, receipts.Count(receipt => receipt is not null));
        }

        var page = await room.HistoryAsync(100, cancellationToken: Stop);
        Assert.Equal(
            Enumerable.Range(1, 5).Select(i => $"roll {i}: life 1"),
            page.Entries.OfType<ChatMessage>().Where(message => message.Name == "dicebot").Select(message => message.Text.ToString()));
    }

    [Spec("CP-ROL-032")]
    [Fact(Timeout = 60_000)]
    public async Task Answers_wait_where_the_server_asks_to_wait_and_all_are_given()
    {
        await using var server = new ChatTestServer();
        await using var ann = await server.ConnectAsync("ann", Stop);
        await using var client = await server.ConnectAsync("dicebot", Stop);
        var room = await ann.JoinAsync("tea", cancellationToken: Stop);
        await room.ChangeAsync(new RoomChange { SlowMode = TimeSpan.FromSeconds(20) }, Stop);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var bot = new ChatBot { Rooms = { "tea" }, Concurrency = 4, TimeProvider = server.Time };
        bot.OnMessage(message => message.ReplyAsync($"re {message.Text}"));
        var running = bot.RunAsync(client, stop.Token);
        await client.PingAsync(Stop);
        var answers = ann.EventsAsync(Stop).OfType<MessageReceived>().Where(said => said.Message.Name == "dicebot").Take(4).Select(said => said.Message.Text.ToString()).ToListAsync(Stop).AsTask();
        for (var i = 1; i <= 4; i++)
            await room.PostAsync($"{i}", Stop);

        await server.AdvanceUntilAsync(answers);

        Assert.Equal(["re 1", "re 2", "re 3", "re 4"], (await answers).Order());
        await stop.CancelAsync();
        await running;
    }

    [Fact(Timeout = 120_000)]
    public async Task A_plain_loop_answers_a_backlog_of_100_000_messages()
    {
        const int Count = 100_000;
        await using var server = new ChatTestServer();
        await using var ann = await server.ConnectAsync("ann", Stop);
        await using var echo = await server.ConnectAsync("echo", Stop);
        var room = await ann.OpenAsync("tea", create: true, Stop);
        for (var i = 0; i < Count; i += 1000)
            await Task.WhenAll(Enumerable.Range(i + 1, 1000).Select(number => room.PostAsync($"{number}", Stop)));
        var answers = await echo.OpenAsync("answers", create: true, Stop);

        var answered = 0UL;
        await foreach (var said in echo.MessagesAsync("tea", ChatCursor.Beginning, cancellationToken: Stop))
        {
            var receipt = await answers.PostAsync(said.Message.Text, Stop);
            Assert.Equal(++answered, receipt.Seq);
            if (answered == Count)
                break;
        }

        Assert.Equal($"{Count}", (await answers.HistoryAsync(1, cancellationToken: Stop)).Entries.OfType<ChatMessage>().Single().Text.ToString());
    }

    /// <summary>A store of a program that is killed before anything is saved.</summary>
    private sealed class ForgetfulStore : ICursorStore
    {
        private ChatCursor? _first;

        public ValueTask<ChatCursor?> LoadAsync(string room, CancellationToken cancellationToken = default) => ValueTask.FromResult(_first);

        public ValueTask SaveAsync(string room, ChatCursor cursor, CancellationToken cancellationToken = default)
        {
            _first ??= cursor;
            return ValueTask.CompletedTask;
        }
    }
}

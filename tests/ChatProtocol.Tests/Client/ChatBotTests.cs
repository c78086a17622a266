using System.Collections.Concurrent;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class ChatBotTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_bot_answers_what_others_say_and_never_itself()
    {
        await using var here = await Bench.StartAsync();
        _ = here.Run(bot => bot.OnMessage(message => message.ReplyAsync($"{message.Author} said {message.Text}")));
        var tea = await here.JoinAsync("tea");

        await tea.PostAsync("hello", Stop);
        await tea.PostAsync("again", Stop);

        Assert.Equal(["ann said hello", "ann said again"], await here.AnswersAsync(2));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("!roll 6", "6 sides")]
    [InlineData("!ROLL", "20 sides")]
    [InlineData("  @dicebot roll 8", "8 sides")]
    [InlineData("Dicebot: !roll 8", "8 sides")]
    [InlineData("!roll many", "SIDES is a number from 2 to 100, and not 'many'")]
    [InlineData("!roll 101", "SIDES is a number from 2 to 100, and not '101'")]
    [InlineData("!roll 6 6", "usage: !roll [SIDES]")]
    [InlineData("!say", "usage: !say WHOM TEXT...")]
    [InlineData("!say \"old bob\"  see   you ", "to old bob: see   you")]
    [InlineData("!help", "!roll [SIDES]: rolls a die\n!say WHOM TEXT...: says something")]
    [InlineData("!help !say", "!say WHOM TEXT...: says something")]
    [InlineData("!help fly", "there is no command fly; !help lists them")]
    [InlineData("dear Dicebot!", "say !help")]
    [InlineData("!fly", "heard !fly")]
    [InlineData("dicebots roll", "heard dicebots roll")]
    public async Task Commands_mentions_and_other_messages_go_to_their_handlers(string said, string answer)
    {
        await using var here = await Bench.StartAsync();
        _ = here.Run(bot =>
        {
            bot.AddCommand("roll", "[SIDES]", "rolls a die", command => command.ReplyAsync($"{command.Number("SIDES", 2, 100, 20)} sides"));
            bot.AddCommand("say", "WHOM TEXT...", "says something", command => command.ReplyAsync($"to {command["WHOM"]}: {command["TEXT"]}"));
            bot.OnMention(message => message.ReplyAsync("say !help"));
            bot.OnMessage(message => message.ReplyAsync($"heard {message.Text}"));
        });

        await (await here.JoinAsync("tea")).PostAsync(said, Stop);

        Assert.Equal([answer], await here.AnswersAsync(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_edited_message_is_no_new_command_and_is_told_as_an_event()
    {
        await using var here = await Bench.StartAsync();
        var edits = new ConcurrentQueue<string>();
        _ = here.Run(bot =>
        {
            bot.AddCommand("ping", "", "answers", command => command.ReplyAsync($"pong {command.Message.Seq}"));
            bot.OnEvent(happened =>
            {
                if (happened is EditReceived { Edit: var edit })
                    edits.Enqueue($"{edit.Target}: {edit.Text}");
                return happened is ReactionReceived ? throw new InvalidDataException("a fault") : Task.CompletedTask;
            });
            bot.OnError = (_, message) => edits.Enqueue(message is null ? "a fault" : "another");
        });
        var tea = await here.JoinAsync("tea");

        var seq = (await tea.PostAsync("pnig", Stop)).Seq!.Value;
        await tea.EditAsync(seq, "!ping", Stop);
        await tea.ReactAsync(seq, "x", cancellationToken: Stop);
        var asked = (await tea.PostAsync("!ping", Stop)).Seq;

        Assert.Equal([$"pong {asked}"], await here.AnswersAsync(1));
        Assert.Equal([$"{seq}: !ping", "a fault"], edits);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_needs_no_prefix_where_it_is_said_to_the_bot_alone()
    {
        await using var here = await Bench.StartAsync(o => o with { Inbox = true });
        _ = here.Run(bot => bot.AddCommand("ping", "", "answers", command => command.ReplyAsync($"pong {command.IsPrivate}")));

        var room = await here.JoinAsync("@dicebot");
        await room.PostAsync("ping", Stop);

        Assert.Equal(["pong True"], await here.AnswersAsync(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_ends_nothing_and_any_other_fault_does_unless_somebody_hears_of_it()
    {
        await using var here = await Bench.StartAsync();
        var running = here.Run(bot => bot.OnMessage(async message =>
        {
            if (message.Text == "refuse")
                await message.ReplyAsync("");
            if (message.Text == "fail")
                throw new InvalidDataException("a fault of the handler");
            await message.ReplyAsync("fine");
        }));
        var tea = await here.JoinAsync("tea");
        await tea.PostAsync("refuse", Stop);
        await tea.PostAsync("go on", Stop);
        Assert.Equal(["fine"], await here.AnswersAsync(1));

        await tea.PostAsync("fail", Stop);

        Assert.Equal("a fault of the handler", (await Assert.ThrowsAsync<InvalidDataException>(() => running)).Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_somebody_to_tell_no_fault_ends_the_bot()
    {
        await using var here = await Bench.StartAsync();
        var faults = new ConcurrentQueue<(string, string?)>();
        var running = here.Run(bot =>
        {
            bot.OnError = (e, message) => faults.Enqueue((e.Message, message?.Text));
            bot.OnMessage(message => message.Text == "fail" ? throw new InvalidDataException("a fault") : message.ReplyAsync("fine"));
        });
        var tea = await here.JoinAsync("tea");
        await tea.PostAsync("fail", Stop);
        await tea.PostAsync("go on", Stop);

        Assert.Equal(["fine"], await here.AnswersAsync(1));
        Assert.Equal([("a fault", "fail")], faults);
        await here.StopAsync();
        await running;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bot_that_is_stopped_and_started_handles_each_message_once()
    {
        await using var here = await Bench.StartAsync();
        var cursors = new MemoryCursorStore();
        var handled = new ConcurrentQueue<ulong>();
        var third = new TaskCompletionSource();
        var first = here.Run(cursors, bot => bot.OnMessage(message =>
        {
            handled.Enqueue(message.Message.Seq);
            if (message.Text == "3")
                third.SetResult();
            return Task.CompletedTask;
        }));
        var tea = await here.JoinAsync("tea");
        await here.BotIsThereAsync(cursors);
        await PostAsync(tea, 1, 3);
        await third.Task.WaitAsync(Stop);
        await here.StopAsync();
        await first;
        await PostAsync(tea, 4, 3);

        var sixth = new TaskCompletionSource();
        _ = here.Run(cursors, bot => bot.OnMessage(message =>
        {
            handled.Enqueue(message.Message.Seq);
            if (message.Text == "6")
                sixth.SetResult();
            return Task.CompletedTask;
        }));
        await sixth.Task.WaitAsync(Stop);

        Assert.Equal([1UL, 2, 3, 4, 5, 6], handled.ToList());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stop_waits_for_the_handler_under_way_and_what_it_has_not_done_is_done_by_the_next_run()
    {
        await using var here = await Bench.StartAsync();
        var cursors = new MemoryCursorStore();
        var begun = new TaskCompletionSource();
        var first = here.Run(cursors, bot => bot.OnMessage(async message =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, message.Stopping);
        }));
        var tea = await here.JoinAsync("tea");
        await here.BotIsThereAsync(cursors);
        await tea.PostAsync("hello", Stop);
        await begun.Task.WaitAsync(Stop);
        await here.StopAsync();
        await first;

        _ = here.Run(cursors, bot => bot.OnMessage(message => message.ReplyAsync($"heard {message.Text}")));

        Assert.Equal(["heard hello"], await here.AnswersAsync(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task As_many_messages_of_a_room_are_handled_at_once_as_the_bot_says_and_the_cursor_stays_behind_the_first_that_is_not_done()
    {
        await using var here = await Bench.StartAsync();
        var cursors = new MemoryCursorStore();
        var gates = Enumerable.Range(0, 5).Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
        var begun = new SemaphoreSlim(0);
        _ = here.Run(cursors, bot => bot.OnMessage(async message =>
        {
            begun.Release();
            await gates[(int)message.Message.Seq - 1].Task.WaitAsync(message.Stopping);
        }), concurrency: 3);
        var tea = await here.JoinAsync("tea");
        await here.BotIsThereAsync(cursors);
        await PostAsync(tea, 1, 5);
        for (var i = 0; i < 3; i++)
            await begun.WaitAsync(Stop);
        Assert.Equal(0, begun.CurrentCount);

        gates[2].SetResult();
        await begun.WaitAsync(Stop);
        gates[1].SetResult();
        await begun.WaitAsync(Stop);
        Assert.Equal(0UL, cursors.Cursors["tea"].Seq);

        gates[0].SetResult();
        await Eventually.TrueAsync(() => cursors.Cursors["tea"].Seq == 3, "the cursor is behind the three that are done");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_room_holds_up_no_other()
    {
        await using var here = await Bench.StartAsync(rooms: ["tea", "milk"]);
        var gate = new TaskCompletionSource();
        _ = here.Run(bot => bot.OnMessage(async message =>
        {
            if (message.Room.Name == "tea")
                await gate.Task.WaitAsync(message.Stopping);
            await message.ReplyAsync($"done in {message.Room.Name}");
        }));
        var (tea, milk) = (await here.JoinAsync("tea"), await here.JoinAsync("milk"));
        await tea.PostAsync("a", Stop);
        await milk.PostAsync("b", Stop);

        Assert.Equal(["done in milk"], await here.AnswersAsync(1));
        gate.SetResult();
        Assert.Equal(["done in tea"], await here.AnswersAsync(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_room_that_is_lost_leaves_the_others_and_the_last_one_ends_the_bot()
    {
        await using var here = await Bench.StartAsync(rooms: ["tea", "milk"]);
        var running = here.Run(bot => bot.OnMessage(message => message.ReplyAsync("here")));
        var (tea, milk) = (await here.JoinAsync("tea"), await here.JoinAsync("milk"));
        await tea.BanAsync("dicebot", reason: "too loud", cancellationToken: Stop);
        await milk.PostAsync("still there?", Stop);
        Assert.Equal(["here"], await here.AnswersAsync(1));

        await milk.BanAsync("dicebot", reason: "too loud", cancellationToken: Stop);

        Assert.Equal(ErrorCode.BannedFromRoom, (await Assert.ThrowsAsync<ChatException>(() => running)).Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bot_comes_into_a_room_by_invitation_when_it_is_let_in()
    {
        await using var here = await Bench.StartAsync(rooms: []);
        _ = here.Run(bot => bot.OnMessage(message => message.ReplyAsync($"thanks, {message.Author}")), acceptsInvitations: true);
        await here.BotIsThereAsync();
        var plans = await here.Ann.CreateRoomAsync("plans", cancellationToken: Stop);
        await here.JoinAsync(plans.Address);
        await plans.PostAsync("for you", Stop);
        await plans.InviteAsync("dicebot", Stop);

        Assert.Equal(["thanks, ann"], await here.AnswersAsync(1));
    }

    [Fact]
    public async Task A_bot_with_nowhere_to_be_is_told_so()
    {
        await using var server = new ScriptedServer();
        var (client, _) = await server.WelcomeAsync();

        Assert.Contains("nowhere to be", (await Assert.ThrowsAsync<InvalidOperationException>(() => new ChatBot().RunAsync(client, Stop))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A [B] C")]
    [InlineData("A... B")]
    [InlineData("A A")]
    [InlineData("[]")]
    [InlineData("A]")]
    public void Arguments_that_cannot_be_are_refused_when_the_command_is_added(string arguments) =>
        Assert.Throws<ArgumentException>(nameof(arguments), () => new ChatBot().AddCommand("x", arguments, "", _ => Task.CompletedTask));

    [Fact]
    public void A_command_is_one_word_and_there_is_one_of_a_name()
    {
        var bot = new ChatBot();
        bot.AddCommand("roll", "", "", _ => Task.CompletedTask);

        Assert.Throws<ArgumentException>("name", () => bot.AddCommand("two words", "", "", _ => Task.CompletedTask));
        Assert.Throws<ArgumentException>("name", () => bot.AddCommand("Roll", "", "", _ => Task.CompletedTask));
    }

    private static Task<PostReceipt[]> PostAsync(ChatRoom room, int first, int count) =>
        Task.WhenAll(Enumerable.Range(first, count).Select(number => room.PostAsync($"{number}", Stop)));

    /// <summary>A server, ann, and the bot, which is called dicebot.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly TestServer _server;
        private readonly ChatClient _dicebot;
        private readonly string[] _rooms;
        private IAsyncEnumerator<ChatEvent>? _events;
        private CancellationTokenSource _stop = new();

        private Bench(TestServer server, ChatClient ann, ChatClient dicebot, string[] rooms) =>
            (_server, Ann, _dicebot, _rooms) = (server, ann, dicebot, rooms);

        public ChatClient Ann { get; }

        public static async Task<Bench> StartAsync(Func<ChatClientOptions, ChatClientOptions>? with = null, string[]? rooms = null)
        {
            var server = await TestServer.StartAsync();
            var options = new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = "ann", Secret = ScriptedServer.Secret };
            var ann = await ChatClient.ConnectAsync(options, Stop);
            rooms ??= ["tea"];
            // Ann owns the rooms.
            foreach (var room in rooms)
                await ann.OpenAsync(room, create: true, Stop);
            var dicebot = await ChatClient.ConnectAsync((with?.Invoke(options) ?? options) with { Name = "dicebot", Secret = new byte[32] }, Stop);
            return new Bench(server, ann, dicebot, rooms);
        }

        public Task Run(Action<ChatBot> make, bool acceptsInvitations = false) => Run(null, make, 1, acceptsInvitations);

        public Task Run(ICursorStore? cursors, Action<ChatBot> make, int concurrency = 1, bool acceptsInvitations = false)
        {
            var bot = new ChatBot { Cursors = cursors, Concurrency = concurrency, AcceptsInvitations = acceptsInvitations };
            foreach (var room in _rooms)
                bot.Rooms.Add(room);
            make(bot);
            return bot.RunAsync(_dicebot, _stop.Token);
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            _stop = new CancellationTokenSource();
        }

        /// <summary>Joins a room as ann, once the bot is there: it answers what is said from then on.</summary>
        public async Task<ChatRoom> JoinAsync(string room)
        {
            if (_rooms.Contains(room))
                await Eventually.TrueAsync(async () => await Ann.OpenAsync(room, cancellationToken: Stop) is var opened
                    && await opened.MembersAsync(Stop).AnyAsync(member => member.Name == "dicebot", Stop), "the bot is in the room");
            return await Ann.JoinAsync(room, cancellationToken: Stop);
        }

        public Task BotIsThereAsync(MemoryCursorStore? cursors = null) => cursors is null
            ? _dicebot.PingAsync(Stop)
            : Eventually.TrueAsync(() => cursors.Cursors.Count == _rooms.Length, "the bot is in its rooms");

        /// <summary>The next texts of the bot.</summary>
        public async Task<List<string>> AnswersAsync(int count)
        {
            _events ??= Ann.EventsAsync(Stop).GetAsyncEnumerator(Stop);
            var answers = new List<string>();
            while (answers.Count < count && await _events.MoveNextAsync())
                if (_events.Current is MessageReceived { Message: { Name: "dicebot" } message })
                    answers.Add(message.Text.ToString());
            return answers;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            if (_events is not null)
                await _events.DisposeAsync();
            await _dicebot.DisposeAsync();
            await Ann.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}

using ChatProtocol.Client;
using ChatProtocol.Testing;

// A test without a port, a file or a framework: a bot is stopped, the server is killed, and each question is answered once.
await using var server = new ChatTestServer();
await using var alice = await server.ConnectAsync("alice");
var room = await alice.OpenAsync("lobby", create: true);
var cursors = new MemoryCursorStore();
await cursors.SaveAsync("lobby", ChatCursor.Beginning); // the bot answers what was said before it came

await room.PostAsync("!ping one");
await RunBotUntilAnsweredAsync("pong one");
await room.PostAsync("!ping two");
server.Kill();
server.Restart();
await RunBotUntilAnsweredAsync("pong two");

var said = await room.MessagesAsync().Select(message => $"{message.Text}").ToListAsync();
Console.WriteLine(string.Join(", ", said));
return said is ["!ping one", "pong one", "!ping two", "pong two"] ? 0 : 1;

async Task RunBotUntilAnsweredAsync(string answer)
{
    await using var client = await server.ConnectAsync("pingbot");
    var bot = new ChatBot { Rooms = { "lobby" }, Cursors = cursors, TimeProvider = server.Time };
    bot.AddCommand("ping", "WORD", "answers", command => command.ReplyAsync($"pong {command["WORD"]}"));
    using var stop = new CancellationTokenSource();
    var running = bot.RunAsync(client, stop.Token);
    await server.AdvanceUntilAsync(IsAnsweredAsync(answer));
    await stop.CancelAsync();
    await running;
}

async Task IsAnsweredAsync(string answer)
{
    await foreach (var heard in alice.MessagesAsync("lobby", ChatCursor.Beginning))
        if (heard.Message.Text.ToString() == answer)
            return;
}

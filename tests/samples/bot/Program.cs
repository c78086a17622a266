using ChatProtocol.Client;

var secret = await GuestSecret.LoadOrCreateAsync("dicebot.secret");
var server = args is [var address] ? ChatAddress.Parse(address) : ChatAddress.Default;
await using var client = await ChatClient.ConnectAsync(new ChatClientOptions { Address = server, Name = "dicebot", Secret = secret.Bytes });

var bot = new ChatBot { Rooms = { "lobby" } };
bot.AddCommand("roll", "[SIDES]", "rolls a die", command =>
    command.ReplyAsync($"{command.Author} rolls {Random.Shared.NextInt64(command.Number("SIDES", 2, 1000, otherwise: 6)) + 1}"));
bot.OnMention(message => message.ReplyAsync($"hello {message.Author}, !help tells what I can do"));

await bot.RunAsync(client);

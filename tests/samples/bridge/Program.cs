using ChatProtocol.Client;

// bridge SERVER SERVER ROOM: what is said in the room on one server is said on the other as well, once, however often this is killed.
if (args is not [var left, var right, var room])
{
    Console.Error.WriteLine("usage: bridge SERVER SERVER ROOM");
    return 2;
}
var secret = await GuestSecret.LoadOrCreateAsync("bridge.secret");
await using var a = ChatClient.Start(OptionsFor(left));
await using var b = ChatClient.Start(OptionsFor(right));
await await Task.WhenAny(ForwardAsync(a, b, "left.cursors"), ForwardAsync(b, a, "right.cursors"));
return 1;

ChatClientOptions OptionsFor(string server) => new()
{
    Address = ChatAddress.Parse(server),
    Name = "bridge",
    Secret = secret.Bytes,
    ConnectFor = Timeout.InfiniteTimeSpan,
};

async Task ForwardAsync(ChatClient from, ChatClient to, string file)
{
    var target = await to.OpenAsync(room, create: true);
    using var cursors = new FileCursorStore(file);
    await foreach (var said in from.MessagesAsync(room, ChatCursor.Beginning, cursors))
        // What the bridge has said here itself is not sent back.
        if (said.Message.From != from.Principal && !said.Message.IsErased)
            await PostAsync(target, $"{said.Message.Name}: {said.Message.Text}", $"{said.Message.RoomId}/{said.Room.Cursor}");
}

// The last messages before a kill may be read again; the key, which is the message's place on the other server, keeps them from being said twice.
static async Task PostAsync(ChatRoom room, string text, string key)
{
    try
    {
        await room.PostAsync(text, new PostOptions { Key = key });
    }
    catch (ChatException e) when (e.Outcome == Outcome.Refused && !e.MayRetry)
    {
        Console.Error.WriteLine($"bridge: a message is left out: {e.Message}");
    }
}

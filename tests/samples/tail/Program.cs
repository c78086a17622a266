using ChatProtocol.Client;

// tail SERVER ROOM: prints what is said in a room, and goes on where it stopped the last time.
if (args is not [var server, var room])
{
    Console.Error.WriteLine("usage: tail SERVER ROOM");
    return 2;
}
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var secret = await GuestSecret.LoadOrCreateAsync("tail.secret");
await using var client = ChatClient.Start(new ChatClientOptions
{
    Address = ChatAddress.Parse(server),
    Name = "tail",
    Secret = secret.Bytes,
    ConnectFor = Timeout.InfiniteTimeSpan, // a server that is not there yet is waited for
});
using var cursors = new FileCursorStore("tail.cursors");
try
{
    await foreach (var said in client.MessagesAsync(room, ChatCursor.Beginning, cursors, stop.Token))
        Console.WriteLine($"{said.Message.Time:HH:mm:ss} {said.Message.Name}: {said.Message.Text}");
}
catch (OperationCanceledException)
{
    // Ctrl-C.
}
catch (ChatException e)
{
    Console.Error.WriteLine($"tail: {e.Message}");
    return 1;
}
return 0;

using ChatProtocol.Client;

// shipper SERVER ROOM FILE: posts the lines of a file, each once and in order, however often this is killed.
if (args is not [var server, var name, var file])
{
    Console.Error.WriteLine("usage: shipper SERVER ROOM FILE");
    return 2;
}
var secret = await GuestSecret.LoadOrCreateAsync("shipper.secret");
await using var client = await ChatClient.ConnectAsync(new ChatClientOptions
{
    Address = ChatAddress.Parse(server),
    Name = "shipper",
    Secret = secret.Bytes,
    Outbox = file + ".outbox", // what is not acknowledged yet: the next run sends it first
});
var room = await client.OpenAsync(name, create: true);
var settled = client.LastSettledTag ?? 0;
Console.WriteLine($"behind line {settled}");

var number = 0ul;
var underWay = new Queue<(ulong Number, Task Post)>();
await foreach (var line in File.ReadLinesAsync(file))
{
    if (++number <= settled || line.Length == 0)
        continue;
    underWay.Enqueue((number, room.PostAsync(line, new PostOptions { Tag = number })));
    if (underWay.Count >= 256)
        await SettleAsync(underWay.Dequeue());
}
while (underWay.TryDequeue(out var last))
    await SettleAsync(last);
await client.QuitAsync();
return 0;

static async Task SettleAsync((ulong Number, Task Post) one)
{
    try
    {
        await one.Post;
    }
    catch (ChatException e) when (e.Outcome == Outcome.Refused && !e.MayRetry)
    {
        Console.Error.WriteLine($"shipper: line {one.Number} is left out: {e.Message}");
    }
}

using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>
/// Ships the lines of a file to a room, each once and in their order however often it is killed: the tag of a post is the offset behind its
/// line, and the outbox knows from where to read on.
/// </summary>
internal static class Shipper
{
    private const int UnderWay = 256;

    /// <param name="server">The server's address.</param>
    /// <param name="input">The file.</param>
    /// <param name="outbox">The outbox.</param>
    /// <param name="withKeys">Whether each post has a key as well.</param>
    public static async Task RunAsync(string server, string input, string outbox, bool withKeys)
    {
        await using var client = await ChatClient.ConnectAsync(new ChatClientOptions
        {
            Address = ChatAddress.Parse(server),
            Name = "shipper",
            Secret = new byte[32],
            Outbox = outbox,
        });
        var room = await client.OpenAsync("lines", create: true);
        var bytes = await File.ReadAllBytesAsync(input);
        Console.WriteLine($"from {client.LastSettledTag}");
        var underWay = new Queue<Task>();
        for (var at = (int)(client.LastSettledTag ?? 0); at < bytes.Length;)
        {
            var line = Encoding.UTF8.GetString(bytes, at, Array.IndexOf(bytes, (byte)'\n', at) - at);
            at += Encoding.UTF8.GetByteCount(line) + 1;
            underWay.Enqueue(room.PostAsync(line, new PostOptions { Tag = (ulong)at, Key = withKeys ? $"line at {at}" : null }));
            if (underWay.Count == UnderWay)
                await underWay.Dequeue();
        }
        await Task.WhenAll(underWay);
        await client.QuitAsync();
    }
}

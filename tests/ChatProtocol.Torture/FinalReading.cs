using System.Security.Cryptography;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>The last step of a round: a fresh client reads every room from seq 1.</summary>
internal static class FinalReading
{
    /// <summary>Returns the rooms' heads.</summary>
    public static async Task<IReadOnlyDictionary<string, ulong>> RunAsync(CurrentAddress current, Journal journal, IReadOnlyList<string> rooms)
    {
        var (client, era) = await current.ConnectAsync(
            new ChatClientOptions { Name = Checker.FinalReader, Secret = RandomNumberGenerator.GetBytes(32) }, CancellationToken.None);
        await using var disposed = client;
        var heads = new Dictionary<string, ulong>();
        foreach (var name in rooms)
        {
            var room = await client.OpenAsync(name, create: true);
            heads[name] = room.Head;
            journal.Add(new Entered(era, Checker.FinalReader, room.Id, room.Epoch, room.First, room.Head));
            journal.Add(new Joined(era, Checker.FinalReader, room.Id, 0));
            await foreach (var message in room.MessagesAsync())
            {
                _ = Op.TryParse(message.Text.ToString(), out var op);
                journal.Add(new Delivered(era, Checker.FinalReader, room.Id, message.Seq, op, Journal.Hash(message.Text), (ulong)message.Time.ToUnixTimeMilliseconds()));
            }
        }
        return heads;
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>A client that has to have received every entry in the end.</summary>
internal interface IListener
{
    string Name { get; }

    /// <summary>Whether it has received the entries of a room up to a seq.</summary>
    bool HasRead(string room, ulong seq);
}

/// <summary>
/// A client in all rooms, which continues behind its last entry whenever its connection has ended, by a kill or now and then
/// by itself. Some read slowly, stay away for a while or begin again at seq 1, so that the server has to feed them from the log.
/// </summary>
internal sealed class Reader(int number, CurrentAddress current, Journal journal, IReadOnlyList<string> rooms, Random random) : IListener
{
    private readonly ConcurrentDictionary<string, (ulong Seq, ulong? Epoch)> _cursors = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    public string Name => $"reader{number}";

    private bool Dawdles => number % 3 == 1;

    private bool Forgets => number % 3 == 2;

    public bool HasRead(string room, ulong seq) => _cursors.TryGetValue(room, out var cursor) && cursor.Seq >= seq;

    public async Task RunAsync(CancellationToken stop)
    {
        var options = new ChatClientOptions { Name = Name, Secret = _secret, RoomWindow = Dawdles ? 1024 : 256 * 1024 };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var (client, era) = await current.ConnectAsync(options, stop);
                await using (client)
                    await ReadAsync(client, era, stop);
                if (Dawdles)
                    await Task.Delay(random.Next(2000), stop);
                if (Forgets)
                    _cursors.Clear();
            }
            catch (ChatException e)
            {
                if (e.Failure == ChatFailure.Refused && !e.MayRetry)
                    _cursors.Clear();
                else if (!CurrentAddress.IsLoss(e))
                    journal.Add(new Broke(0, Name, e.Message));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task ReadAsync(ChatClient client, int era, CancellationToken stop)
    {
        // All joins at once, with events taken meanwhile: entries of the first rooms arrive before the answers of the others.
        var joining = rooms.ToDictionary(room => room, room => JoinAsync(client, era, room, stop));
        var stay = random.Next(3) == 0 ? random.Next(1, 5000) : int.MaxValue;
        await foreach (var happened in client.EventsAsync(stop))
        {
            if (happened is SessionEnded { Error.Failure: ChatFailure.BrokenProtocol } ended)
                journal.Add(new Broke(era, Name, ended.Error.Message));
            if (happened is not MessageReceived said)
                continue;
            await joining[said.Room.Name];
            Take(era, said.Room, said.Message);
            if (--stay == 0)
                break;
            if (Dawdles && random.Next(200) == 0)
                await Task.Delay(random.Next(30), stop);
        }
        await client.DisposeAsync();
        await Task.WhenAll(joining.Values);
    }

    private async Task JoinAsync(ChatClient client, int era, string name, CancellationToken stop)
    {
        while (true)
        {
            var (after, epoch) = _cursors.GetValueOrDefault(name);
            try
            {
                var room = await client.JoinAsync(name, new JoinOptions { From = ChatCursor.At(after, epoch) }, stop);
                journal.Add(new Entered(era, Name, room.Id, room.Epoch, room.First, room.Head));
                journal.Add(new Joined(era, Name, room.Id, after));
                return;
            }
            catch (ChatException e) when (e is { Code: ErrorCode.EpochChanged, Value: { } last })
            {
                _cursors[name] = (last, epoch);
            }
            catch (ChatException e) when (e.Failure == ChatFailure.Refused && !e.MayRetry)
            {
                journal.Add(new Refused(era, Name, $"join {name} behind {after}: {e.Message}"));
                throw;
            }
        }
    }

    private void Take(int era, ChatRoom room, ChatMessage message)
    {
        _ = Op.TryParse(message.Text.ToString(), out var op);
        journal.Add(new Delivered(era, Name, message.RoomId, message.Seq, op, Journal.Hash(message.Text), (ulong)message.Time.ToUnixTimeMilliseconds()));
        _cursors[room.Name] = (message.Seq, room.Epoch);
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>
/// One client for the whole round, which posts and listens and leaves reconnecting to the SDK: the SDK repeats unanswered
/// posts, and rooms continue from their cursors.
/// </summary>
internal sealed class Resident(int number, ChatAddress address, CurrentAddress current, Journal journal, IReadOnlyList<string> rooms, int window, Random random) : IListener
{
    private readonly ConcurrentDictionary<string, ulong> _cursors = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private int _era;
    private volatile bool _isCut = true;
    private volatile bool _isOver;

    public string Name => $"resident{number}";

    /// <summary>Whether it has noticed the loss of its connection, and has handled all events before it.</summary>
    public bool IsCut => _isCut;

    public bool HasRead(string room, ulong seq) => _cursors.GetValueOrDefault(room) >= seq;

    /// <summary>Completes when it has settled and all its posts are answered.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Posts until the token settle is cancelled, and listens until the token stop is.</summary>
    public async Task RunAsync(CancellationToken settle, CancellationToken stop)
    {
        await using var client = await ConnectAsync(stop);
        var joining = rooms.ToDictionary(room => room, room => JoinAsync(client, room, stop));
        var listening = ListenAsync(client, joining, stop);
        await PostAsync(client, await Task.WhenAll(joining.Values), settle, stop);
        _settled.SetResult();
        await listening;
    }

    private async Task<ChatClient> ConnectAsync(CancellationToken stop)
    {
        while (true)
        {
            await current.FindAsync(stop);
            try
            {
                return await ChatClient.ConnectAsync(new ChatClientOptions { Address = address, Name = Name, Secret = _secret }, stop);
            }
            catch (ChatException e) when (e.MayRetry)
            {
                // Only the first connection is retried here; the SDK restores later ones.
                await Task.Delay(5, stop);
            }
        }
    }

    private async Task<ChatRoom> JoinAsync(ChatClient client, string name, CancellationToken stop)
    {
        var room = await client.JoinAsync(name, new JoinOptions { From = ChatCursor.Beginning }, stop);
        journal.Add(new Joined(_era, Name, room.Id, 0));
        return room;
    }

    private async Task ListenAsync(ChatClient client, Dictionary<string, Task<ChatRoom>> joining, CancellationToken stop)
    {
        _isCut = false;
        await foreach (var happened in client.EventsAsync(stop))
        {
            switch (happened)
            {
                case MessageReceived said:
                    await joining[said.Room.Name];
                    _ = Op.TryParse(said.Message.Text.ToString(), out var op);
                    journal.Add(new Delivered(_era, Name, said.Message.RoomId, said.Message.Seq, op, Journal.Hash(said.Message.Text), (ulong)said.Message.Time.ToUnixTimeMilliseconds()));
                    _cursors[said.Room.Name] = said.Message.Seq;
                    break;
                case ConnectionLost:
                    _isCut = true;
                    break;
                case ConnectionRestored:
                    // A backup is restored only after this client has noticed the loss, so the era is right.
                    _era = current.Era;
                    _isCut = false;
                    break;
                case RoomRewound rewound:
                    journal.Add(new Joined(_era, Name, rewound.Room.Id, rewound.Seq));
                    _cursors[rewound.Room.Name] = rewound.Seq;
                    break;
                case RoomLost lost:
                    journal.Add(new Refused(_era, Name, $"join {lost.Room}: {lost.Error.Message}"));
                    break;
                case SessionEnded { Error: { } error }:
                    _isOver = true;
                    journal.Add(new Broke(_era, Name, error.Message));
                    break;
            }
        }
    }

    private async Task PostAsync(ChatClient client, ChatRoom[] joined, CancellationToken settle, CancellationToken stop)
    {
        var underWay = new Queue<Task>();
        for (var said = 1; !settle.IsCancellationRequested && !_isOver; said++)
        {
            var op = new Op(number, said);
            var text = op.Say(random);
            var room = joined[random.Next(joined.Length)];
            journal.Add(new Invoked(_era, op, room.Id, Journal.Hash(text)));
            underWay.Enqueue(ObserveAsync(op, current.Era, room.PostAsync(text, stop)));
            if (underWay.Count >= window)
                await underWay.Dequeue();
        }
        await Task.WhenAll(underWay);
    }

    private async Task ObserveAsync(Op op, int era, Task<PostReceipt> post)
    {
        try
        {
            var receipt = await post;
            journal.Add(new Acked(era, op, receipt.Room, receipt.Epoch, receipt.Seq, (ulong?)receipt.Time?.ToUnixTimeMilliseconds()));
        }
        catch (ChatException e)
        {
            // A restored server may have forgotten the publisher, and then it is unknown whether it has the post.
            var isExpected = e.Failure != ChatFailure.Refused || e.MayRetry || current.Era > era;
            journal.Add(isExpected ? new Unknown(era, op) : new Refused(era, Name, $"post {op}: {e.Message}"));
        }
    }
}

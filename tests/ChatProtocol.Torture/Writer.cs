using System.Security.Cryptography;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>
/// A client that posts in all rooms, many posts at a time. When its connection ends it reconnects with the same publisher and
/// repeats all its posts from the first on: each has to be acknowledged as before, and those with an unknown outcome have to
/// be in the log once.
/// </summary>
internal sealed class Writer(int number, CurrentAddress current, Journal journal, IReadOnlyList<string> rooms, int window, Random random)
{
    /// <summary>The most posts with one publisher: fewer than the server has to remember (CP-DEL-016).</summary>
    private const int MostPosts = 600;

    private readonly List<(Op Op, int Room, Text Text, ulong Hash)> _said = [];
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private byte[] _publisher = [];
    private int _last;
    private int _toSay;
    private bool _isRefused;

    private string Name => $"writer{number}";

    /// <summary>Runs until the token settle is cancelled, and then until every post is acknowledged.</summary>
    public async Task RunAsync(CancellationToken settle, CancellationToken stop)
    {
        BeginAnew();
        while (!settle.IsCancellationRequested || _said.Count > 0)
        {
            try
            {
                var (client, era) = await current.ConnectAsync(new ChatClientOptions { Name = Name, Secret = _secret, Publisher = _publisher, StopAtRefusal = true }, stop);
                await using (client)
                    await UseAsync(client, era, settle, stop);
            }
            catch (ChatException e)
            {
                if (!CurrentAddress.IsLoss(e))
                    journal.Add(new Broke(0, Name, e.Message));
            }
        }
    }

    private async Task UseAsync(ChatClient client, int era, CancellationToken settle, CancellationToken stop)
    {
        var opened = new ChatRoom[rooms.Count];
        for (var i = 0; i < rooms.Count; i++)
        {
            var room = opened[i] = await client.OpenAsync(rooms[i], create: true, stop);
            journal.Add(new Entered(era, Name, room.Id, room.Epoch, room.First, room.Head));
        }
        if (!await SayAsync(client, era, opened, settle, stop))
        {
            // Further posts would be refused for ever.
            if (_isRefused)
                BeginAnew();
            return;
        }
        BeginAnew();
        // A quit makes the server forget the publisher; otherwise it is kept.
        if (random.Next(2) == 0)
            await client.QuitAsync(stop);
    }

    private void BeginAnew()
    {
        _said.Clear();
        _publisher = RandomNumberGenerator.GetBytes(16);
        _toSay = random.Next(1, MostPosts);
        _isRefused = false;
    }

    /// <summary>Repeats all posts of this publisher, and then posts more. True if every post was acknowledged.</summary>
    private async Task<bool> SayAsync(ChatClient client, int era, ChatRoom[] opened, CancellationToken settle, CancellationToken stop)
    {
        var underWay = new Queue<Task<bool>>();
        var isWell = true;
        for (var next = 0; isWell && (next < _said.Count || next < _toSay && !settle.IsCancellationRequested); next++)
        {
            if (next == _said.Count)
                _said.Add(Invent());
            var post = _said[next];
            var room = opened[post.Room];
            journal.Add(new Invoked(era, post.Op, room.Id, post.Hash));
            underWay.Enqueue(ObserveAsync(post.Op, era, room.PostAsync(post.Text, stop)));
            if (underWay.Count >= window)
                isWell = await underWay.Dequeue();
        }
        foreach (var outcome in await Task.WhenAll(underWay))
            isWell &= outcome;
        return isWell;
    }

    private (Op, int, Text, ulong) Invent()
    {
        var op = new Op(number, ++_last);
        var text = op.Say(random);
        return (op, random.Next(rooms.Count), text, Journal.Hash(text));
    }

    private async Task<bool> ObserveAsync(Op op, int era, Task<PostReceipt> post)
    {
        try
        {
            var receipt = await post;
            journal.Add(new Acked(era, op, receipt.Room, receipt.Epoch, receipt.Seq, (ulong?)receipt.Time?.ToUnixTimeMilliseconds()));
            return true;
        }
        catch (ChatException e)
        {
            // A post refused because an earlier one was refused has that one's reason.
            var isExpected = e.Failure != ChatFailure.Refused || e.MayRetry || e is { Code: ErrorCode.OutOfOrder, Value: null };
            if (e.Failure == ChatFailure.BrokenProtocol)
                journal.Add(new Broke(era, Name, e.Message));
            _isRefused |= !isExpected;
            journal.Add(isExpected ? new Unknown(era, op) : new Refused(era, Name, $"post {op}: {e.Message}"));
            return false;
        }
    }
}

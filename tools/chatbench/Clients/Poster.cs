using System.Security.Cryptography;

namespace ChatProtocol.Tools;

/// <summary>
/// A client that posts to the room without joining it, each post with its counter, as a program does that wants exactly-once
/// storage.
/// </summary>
internal sealed class Poster(ClientSettings settings, int number) : Client(settings, number)
{
    private const int PublisherSize = 16;

    private readonly byte[] _publisher = RandomNumberGenerator.GetBytes(PublisherSize);

    // The time of each unanswered post: posts to one room are answered in their order (CP-TRA-007).
    private readonly Queue<long> _sentAt = new();
    private ulong _counter;

    /// <summary>Called when a post is durable, with the time at which it was sent, in ticks.</summary>
    public Action<long>? WhenAcknowledged { get; set; }

    public int InFlight => _sentAt.Count;

    protected override ReadOnlyMemory<byte>? Publisher => _publisher;

    public void Post(Text text)
    {
        _counter++;
        _sentAt.Enqueue(EventLoop.Now);
        Write(new Post(_counter, Room, text, _counter));
    }

    /// <summary>Quits, so that the server need not keep its counters for a month. Call it only when nothing is in flight (CP-DEL-024).</summary>
    public void Quit()
    {
        IsLeaving = true;
        Write(new Quit(0));
        Flush();
    }

    protected override Request Enter(ulong id, string room) => new Open(id, room, Create: true);

    protected override void OnPosted() => WhenAcknowledged?.Invoke(_sentAt.Dequeue());
}

using System.Security.Cryptography;

namespace ChatProtocol.Tools;

/// <summary>Who posts to the room without being its member, each post with its counter, as a program does that wants it stored exactly once.</summary>
internal sealed class Poster(Bench bench, int number) : Client(bench, number)
{
    private const int PublisherSize = 16;

    private readonly byte[] _publisher = RandomNumberGenerator.GetBytes(PublisherSize);

    // Posts to one room are answered in their order (CP-TRA-007).
    private readonly Queue<long> _sentAt = new();
    private ulong _counter;

    /// <summary>Called when a post is durable, with the moment at which it was sent.</summary>
    public Action<long>? WhenAcknowledged { get; set; }

    public int InFlight => _sentAt.Count;

    protected override ReadOnlyMemory<byte>? Publisher => _publisher;

    public void Post(Text text)
    {
        _counter++;
        _sentAt.Enqueue(EventLoop.Now);
        Write(new Post(_counter, Room, text, _counter));
    }

    /// <summary>Leaves, so that the server need not remember its counters for a month. Only when nothing is in flight (CP-DEL-024).</summary>
    public void Quit()
    {
        IsLeaving = true;
        Write(new Quit(0));
        Flush();
    }

    protected override Request Enter(ulong id, string room) => new Open(id, room, Create: true);

    protected override void OnPosted() => WhenAcknowledged?.Invoke(_sentAt.Dequeue());
}

using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// A connection without a socket: it records what it is sent, in order. It fails the test when a reply answers nothing, an
/// entry comes before it is durable, or anything comes behind the last frame.
/// </summary>
internal sealed class FakePeer(HubBench bench) : IPeer
{
    private bool _wasFull;

    public string Address { get; init; } = "127.0.0.1:50000";

    public Origin Origin { get; init; } = new("127.0.0.1", IsNear: true);

    public string Transport { get; init; } = "tcp";

    public bool IsConfidential { get; set; } = true;

    public bool LetsGuestsIn { get; set; } = true;

    public bool IsOnTrial { get; set; }

    public bool IsAdmin => Transport == "admin";

    /// <summary>Whether it is a guest for as long as it is connected, and only listens.</summary>
    public bool HasNoKey => Transport.StartsWith("legacy/", StringComparison.Ordinal);

    public bool AnswersPings => !HasNoKey;

    public long Queued { get; private set; }

    public long Sent { get; private set; }

    public bool IsHeldBack { get; set; }

    public bool HasUnread { get; set; }

    /// <summary>Bytes that it takes before its queue is full; with null it reads everything at once.</summary>
    public int? Capacity { get; set; }

    public List<Frame> Received { get; } = [];

    public bool IsClosed { get; private set; }

    /// <summary>The server's pings that are not answered yet.</summary>
    public Queue<ulong> Pings { get; } = new();

    /// <summary>The requests that are not answered yet.</summary>
    public HashSet<ulong> Asked { get; } = [];

    public void Send(Frame frame) => Add(FrameCodec.Encode(frame));

    public bool HasRoom()
    {
        _wasFull |= Queued >= Capacity;
        return !_wasFull;
    }

    public void Send(Segment segment, int index, int count)
    {
        Assert.True(segment.First + (ulong)(index + count) - 1 <= bench.Log.HeadOf(segment.Room), "An entry was told before it was durable.");
        Add(segment.Slice(index, count));
    }

    public void Close(Frame? last)
    {
        if (last is not null)
            Send(last);
        IsClosed = true;
    }

    /// <summary>The other side reads all that is queued; true if the queue was full.</summary>
    public bool Take()
    {
        Sent += Queued;
        Queued = 0;
        var wasFull = _wasFull;
        _wasFull = false;
        return wasFull;
    }

    private void Add(ReadOnlyMemory<byte> bytes)
    {
        Assert.False(IsClosed, "Something was sent behind the last frame.");
        foreach (var frame in Frames.Decode(bytes))
        {
            var answered = frame is Reply reply ? reply.Id : (frame as Error)?.Id;
            Assert.True(answered is not { } id || Asked.Remove(id), $"{frame} answers nothing that is open.");
            Received.Add(frame);
            if (frame is Ping ping)
                Pings.Enqueue(ping.Id);
        }
        if (Capacity is null)
            Sent += bytes.Length;
        else
            Queued += bytes.Length;
    }
}

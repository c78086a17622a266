using ChatProtocol.Hub;

namespace ChatProtocol.Benchmarks;

/// <summary>A connection that always accepts output and only counts it, so that only the hub's own cost is measured.</summary>
internal sealed class CountingPeer : IPeer
{
    public string Address => "127.0.0.1:50000";

    public Origin Origin { get; } = new("127.0.0.1", IsNear: true);

    public string Transport => "tcp";

    public bool IsAdmin => false;

    public bool IsConfidential => true;

    public long Queued => 0;

    public long Sent { get; private set; }

    public bool IsHeldBack => false;

    /// <summary>The number of replies and events so far.</summary>
    public long Frames { get; private set; }

    /// <summary>The number of entries so far.</summary>
    public long Entries { get; private set; }

    public Frame? Last { get; private set; }

    public void Send(Frame frame)
    {
        Frames++;
        Last = frame;
    }

    public bool HasRoom() => true;

    public void Send(Segment segment, int index, int count)
    {
        Entries += count;
        Sent += segment.Slice(index, count).Length;
    }

    public void Close(Frame? last) => throw new InvalidOperationException($"The hub has ended the session: {last}");
}

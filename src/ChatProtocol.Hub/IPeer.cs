namespace ChatProtocol.Hub;

/// <summary>
/// A connection as the hub sees it. The hub calls it from its one thread and never waits: whatever cannot be sent at once
/// is queued by the peer. What is sent stays in order.
/// </summary>
public interface IPeer
{
    /// <summary>Where it comes from, for admins.</summary>
    string Address { get; }

    /// <summary>What its bounds are counted by, and which they are.</summary>
    Origin Origin { get; }

    /// <summary>How it came: <c>tcp</c>, <c>unix</c>, <c>admin</c>, <c>legacy/gbk</c>.</summary>
    string Transport { get; }

    /// <summary>Whether the way it came makes it an admin's.</summary>
    bool IsAdmin { get; }

    /// <summary>
    /// Whether it came in when the server was full but for the places it keeps: then only those whom it knows may log in.
    /// </summary>
    bool IsOnTrial => false;

    /// <summary>Whether it is a plain text client: a guest by its address, who answers no pings.</summary>
    bool IsLegacy { get; }

    /// <summary>Bytes that wait to be taken by the other side.</summary>
    long Queued { get; }

    /// <summary>Bytes that were handed on since the beginning: while it grows, the other side is reading.</summary>
    long Sent { get; }

    /// <summary>Whether it has stopped reading because too many requests wait for their reply.</summary>
    bool IsHeldBack { get; }

    /// <summary>
    /// Whether something came that the hub was not given yet: it is not the other side that is silent then. Reading may
    /// have stopped, though.
    /// </summary>
    bool HasUnread => false;

    /// <summary>Queues a reply or an event. Always taken: what a session may cause is bounded by its requests in flight.</summary>
    void Send(Frame frame);

    /// <summary>Whether the queue takes more; if not, <see cref="ChatHub.Drained"/> follows once it does.</summary>
    bool HasRoom();

    /// <summary>Queues entries of a segment, whatever the queue holds.</summary>
    void Send(Segment segment, int index, int count);

    /// <summary>Sends what is queued and a last frame, then closes. Nothing may be sent afterwards.</summary>
    void Close(Frame? last);
}

namespace ChatProtocol.Hub;

/// <summary>
/// A connection as the hub sees it. The hub calls it from its one thread and never waits: the peer queues the frames that cannot
/// be sent at once. Frames stay in order.
/// </summary>
public interface IPeer
{
    /// <summary>The address that it comes from, for admins.</summary>
    string Address { get; }

    /// <summary>The key that its bounds are counted by, and which set of bounds it has.</summary>
    Origin Origin { get; }

    /// <summary>The kind of connection: such as <c>tcp</c>, <c>unix</c>, <c>admin</c>.</summary>
    string Transport { get; }

    /// <summary>Whether the connection is an admin's, by the socket that it came through.</summary>
    bool IsAdmin { get; }

    /// <summary>
    /// Whether nobody on the way can read what is sent: inside TLS, through a Unix socket, or on the machine itself. Only then may a password or
    /// a token be sent (CP-ACC-005).
    /// </summary>
    bool IsConfidential { get; }

    /// <summary>Whether guests may log in where it came from.</summary>
    bool LetsGuestsIn => true;

    /// <summary>
    /// Whether only reserved connections were left when it was accepted: then only a principal that the server knows may
    /// log in.
    /// </summary>
    bool IsOnTrial => false;

    /// <summary>
    /// Whether its user proves nothing, and is a guest for as long as the connection lasts: it logs in with
    /// <see cref="CredentialKind.Address"/>.
    /// </summary>
    bool HasNoKey => false;

    /// <summary>
    /// Whether it was silent so far, so that it may be no client at all: it counts in no presence until <see cref="ChatHub.Spoke"/>.
    /// </summary>
    bool OnlyListens => false;

    /// <summary>Whether the other side answers pings; if not, its silence says nothing.</summary>
    bool AnswersPings => true;

    /// <summary>Whether it sends entries in another form than that in which they are stored, which costs more.</summary>
    bool Renders => false;

    /// <summary>Bytes that wait to be taken by the other side.</summary>
    long Queued { get; }

    /// <summary>Bytes sent since the beginning: while the number grows, the other side is reading.</summary>
    long Sent { get; }

    /// <summary>Whether the peer has stopped reading because too many requests wait for their reply.</summary>
    bool IsHeldBack { get; }

    /// <summary>
    /// Whether received bytes were not given to the hub yet: then the other side is not silent. Reading may have stopped,
    /// though.
    /// </summary>
    bool HasUnread => false;

    /// <summary>Queues a reply or an event. Never refused: the limit of requests in flight bounds how many a session can cause.</summary>
    void Send(Frame frame);

    /// <summary>Whether the queue takes more; if not, <see cref="ChatHub.Drained"/> follows once it does.</summary>
    bool HasRoom();

    /// <summary>Queues entries of a segment, however full the queue is.</summary>
    void Send(Segment segment, int index, int count);

    /// <summary>Sends the queued frames and a last one, then closes. Nothing may be sent afterwards.</summary>
    void Close(Frame? last);
}

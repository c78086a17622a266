namespace ChatProtocol.Client;

/// <summary>A connection to the server, as an admin and its own user see it. Immutable.</summary>
public sealed record ChatSessionInfo
{
    /// <summary>The session's number, by which it is kicked or ended.</summary>
    public ulong Session { get; init; }

    /// <summary>The user's name; empty before login.</summary>
    public string Name { get; init; } = "";

    /// <summary>The address that it comes from.</summary>
    public string Address { get; init; } = "";

    /// <summary>The kind of connection: <c>tcp</c>, <c>unix</c>, <c>admin</c>.</summary>
    public string Transport { get; init; } = "";

    /// <summary>How many rooms it has joined.</summary>
    public ulong Rooms { get; init; }

    /// <summary>When it connected, by the server's clock.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The time since its last request, keep-alives aside.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>Bytes that wait to be sent to it.</summary>
    public ulong Queued { get; init; }

    internal static ChatSessionInfo Of(SessionListItem session) => new()
    {
        Session = session.Session,
        Name = session.Name,
        Address = session.Address,
        Transport = session.Transport,
        Rooms = session.Rooms,
        Since = WireTimes.Time(session.Since),
        Idle = WireTimes.Span(session.Idle),
        Queued = session.Queued,
    };
}

namespace ChatProtocol.Hub;

/// <summary>A row of the table of verbs: a request, the permissions that it needs, and its handler.</summary>
/// <param name="Code">The request's frame code.</param>
/// <param name="Needs">The permissions that the asker needs; others are answered <c>denied</c> (CP-ADM-002).</param>
/// <param name="When">The states of a session in which the request is handled (CP-STA-001).</param>
/// <param name="Handle">Answers the request, now or later.</param>
/// <param name="MayBeLong">Whether the reply may be long, so that sessions take turns with it (<see cref="LongReplies"/>).</param>
/// <param name="Wants">The next query that has to be answered before the request is handled (<see cref="RequestNeeds"/>); null if all is known.</param>
internal sealed record Verb(
    int Code, Permissions Needs, VerbTime When, Action<Session, Request> Handle, bool MayBeLong, Func<Session, Request, DirectoryQuery?> Wants);

/// <summary>The states of a session in which a request is handled.</summary>
internal enum VerbTime
{
    /// <summary>Once the session is logged in, until the server drains.</summary>
    Ready,

    /// <summary>In the states that the handler itself checks; until the server drains.</summary>
    LoggingIn,

    /// <summary>Whenever the session is connected.</summary>
    Always,
}

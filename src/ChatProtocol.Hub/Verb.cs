namespace ChatProtocol.Hub;

/// <summary>What a request needs and what answers it: a row of the table of verbs.</summary>
/// <param name="Code">The request's.</param>
/// <param name="Needs">What the asker has to be allowed; others are told <c>denied</c> (CP-ADM-002).</param>
/// <param name="When">In which states of a session it is handled (CP-STA-001).</param>
/// <param name="Handle">Answers it, now or later.</param>
/// <param name="MayBeLong">Whether the reply may be long, so that sessions take turns with it (<see cref="LongReplies"/>).</param>
internal sealed record Verb(FrameCode Code, Permissions Needs, VerbTime When, Action<Session, Request> Handle, bool MayBeLong);

/// <summary>The states of a session in which a request is handled.</summary>
internal enum VerbTime
{
    /// <summary>Once it is logged in, until the server drains.</summary>
    Ready,

    /// <summary>Its handler itself looks at the state; until the server drains.</summary>
    LoggingIn,

    /// <summary>Whenever it is connected.</summary>
    Always,
}

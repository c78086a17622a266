namespace ChatProtocol;

/// <summary>Why the server ends a session without a fault on the wire (CP-SES-013).</summary>
public enum ByeCode
{
    /// <summary>The server stops for good; do not reconnect.</summary>
    Shutdown = 1,
    /// <summary>The server restarts; the frame says when to reconnect.</summary>
    Restart = 2,
    /// <summary>An admin closed the session; do not reconnect automatically.</summary>
    Kicked = 3,
    /// <summary>The peer sent nothing for the limit <c>dead-after</c>.</summary>
    Silent = 4,
    /// <summary>The peer took none of the bytes sent to it for the limit <c>stall-after</c>.</summary>
    Stalled = 5,
    /// <summary>The session's credential is no longer good: another password, a revoked token, a disabled or deleted account.</summary>
    SignedOut = 6,
}

namespace ChatProtocol;

/// <summary>Why the server ends a session that did nothing wrong on the wire (CP-SES-013).</summary>
public enum ByeCode
{
    /// <summary>The server stops for good; there is no use in coming back.</summary>
    Shutdown = 1,
    /// <summary>The server will be back; the frame says when to try.</summary>
    Restart = 2,
    /// <summary>An admin closed the session; do not come back by yourself.</summary>
    Kicked = 3,
    /// <summary>Nothing was heard for the time told as <c>dead-after</c>.</summary>
    Silent = 4,
    /// <summary>The session took nothing of what it was sent for <c>stall-after</c>.</summary>
    Stalled = 5,
}

namespace ChatProtocol;

/// <summary>The direction of a frame; a code is defined for its own direction only.</summary>
public enum Direction
{
    /// <summary>From a client to a server.</summary>
    ToServer,
    /// <summary>From a server to a client.</summary>
    ToClient,
}

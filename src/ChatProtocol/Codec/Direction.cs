namespace ChatProtocol;

/// <summary>Which side a frame comes from; a code means nothing in the other direction.</summary>
public enum Direction
{
    /// <summary>From a client.</summary>
    ToServer,
    /// <summary>From a server.</summary>
    ToClient,
}

namespace ChatProtocol.Client;

/// <summary>How a client stands to its server.</summary>
public enum ChatClientState
{
    /// <summary>The first connection is being made. Calls wait for it.</summary>
    Connecting,
    /// <summary>There is a connection, and the client is logged in.</summary>
    Connected,
    /// <summary>The connection was lost and is being made again. Calls wait for it.</summary>
    Reconnecting,
    /// <summary>The client was closed, or has given up, and will not connect again.</summary>
    Ended,
}

namespace ChatProtocol.Server;

/// <summary>The server cannot start or go on; the message says why and what to do, in words for its operator.</summary>
public sealed class ServerException : Exception
{
    /// <summary>Says why.</summary>
    public ServerException(string message)
        : base(message)
    {
    }

    /// <summary>Says why, and what brought it about.</summary>
    public ServerException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Whether what the server was told is wrong, so that trying again is of no use; otherwise it is what it found.</summary>
    public bool IsWrongUsage { get; private init; }

    /// <summary>What the server was told is wrong.</summary>
    public static ServerException WrongUsage(string message) => new(message) { IsWrongUsage = true };
}

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

    /// <summary>The setting that has the mistake, by the name that operators know, such as <c>listen</c>; null if it is none of one.</summary>
    public string? Setting { get; init; }

    /// <summary>The part of the setting's value that has it; null if that is all of it.</summary>
    public string? Value { get; init; }

    /// <summary>What the server was told is wrong.</summary>
    /// <param name="message">The mistake, and what to do.</param>
    /// <param name="setting">The setting that has the mistake, if it is one of one.</param>
    /// <param name="value">The part of its value that has it.</param>
    public static ServerException WrongUsage(string message, string? setting = null, string? value = null) =>
        new(message) { IsWrongUsage = true, Setting = setting, Value = value };
}

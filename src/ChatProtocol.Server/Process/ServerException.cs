namespace ChatProtocol.Server;

/// <summary>The server cannot start or go on; the message says why and what to do, in words for its operator.</summary>
public sealed class ServerException : Exception
{
    /// <summary>An exception with the reason.</summary>
    public ServerException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with the reason and its cause.</summary>
    public ServerException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>
    /// True if the server's settings are wrong, so that trying again is of no use; false if the fault is in its
    /// surroundings.
    /// </summary>
    public bool IsWrongUsage { get; private init; }

    /// <summary>
    /// The wrong setting, by the name that operators know, such as <c>listen</c>; null if the mistake is not in one
    /// setting.
    /// </summary>
    public string? Setting { get; init; }

    /// <summary>The wrong part of the setting's value; null if the whole value is wrong.</summary>
    public string? Value { get; init; }

    /// <summary>An exception for settings that are wrong.</summary>
    /// <param name="message">The mistake, and what to do.</param>
    /// <param name="setting">The wrong setting; null if the mistake is not in one setting.</param>
    /// <param name="value">The wrong part of its value; null for the whole value.</param>
    public static ServerException WrongUsage(string message, string? setting = null, string? value = null) =>
        new(message) { IsWrongUsage = true, Setting = setting, Value = value };
}

namespace ChatProtocol.Client;

/// <summary>
/// A bot was asked for something that it cannot do as it was asked; thrown by a handler. The bot answers with the message, and goes on.
/// </summary>
public sealed class BotUsageException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The answer: what was wrong and what to say instead.</param>
    public BotUsageException(string message) : base(message)
    {
    }
}

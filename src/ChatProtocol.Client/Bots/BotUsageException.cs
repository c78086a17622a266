namespace ChatProtocol.Client;

/// <summary>
/// What a bot's handler throws when it was asked for something that it cannot do as it was asked: the bot answers with the message, and goes on.
/// </summary>
public sealed class BotUsageException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">The answer: what was wrong and what to say instead.</param>
    public BotUsageException(string message) : base(message)
    {
    }
}

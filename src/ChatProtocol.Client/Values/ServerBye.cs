namespace ChatProtocol.Client;

/// <summary>The server's goodbye before it closes the connection. Immutable.</summary>
public sealed record ServerBye
{
    /// <summary>Why it ended the session.</summary>
    public ByeCode Why { get; init; }

    /// <summary>The reason as text for people; may be empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How long to wait before reconnecting; null for not reconnecting.</summary>
    public TimeSpan? Back { get; init; }

    internal static ServerBye Of(Bye bye) => new() { Why = bye.Why, Reason = bye.Reason, Back = bye.Back is { } back ? WireTimes.Span(back) : null };
}

namespace ChatProtocol.Client;

/// <summary>What entries have to be, beside what they contain, for a search to find them. Immutable.</summary>
public sealed record SearchOptions
{
    /// <summary>Only entries by this name, as its user was called when posting, in any spelling. Null, the default, for all.</summary>
    public string? Author { get; init; }

    /// <summary>Only entries from this time on, by the server's clock.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only entries from before this time, by the server's clock.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether messages alone are found. By default other entries, such as a change of the topic, are as well.</summary>
    public bool MessagesOnly { get; init; }

    internal static SearchOptions Default { get; } = new();

    internal int? Code => MessagesOnly ? Message.FrameCode : null;
}

namespace ChatProtocol.Hub;

/// <summary>A query of the hub for stored rooms and principals, and the callback for its answer.</summary>
public sealed class DirectoryLookup
{
    internal DirectoryLookup(DirectoryQuery query, Action<DirectoryResult?> goOn)
    {
        Query = query;
        GoOn = goOn;
    }

    /// <summary>The query.</summary>
    public DirectoryQuery Query { get; }

    /// <summary>Called by <see cref="ChatHub.Found"/> with what was found; with null if it cannot be read just now.</summary>
    internal Action<DirectoryResult?> GoOn { get; }
}

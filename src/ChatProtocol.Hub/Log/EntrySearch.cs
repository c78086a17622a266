namespace ChatProtocol.Hub;

/// <summary>A search for committed entries of many rooms, newest first by the order of commits.</summary>
/// <param name="Query">What the entries contain.</param>
/// <param name="Principal">
/// The asker. A log leaves out rooms that it knows to be closed to the asker; the hub looks at all rights itself once it has an answer.
/// </param>
/// <param name="Count">The most entries wanted; at least one.</param>
public sealed record EntrySearch(SearchQuery Query, ulong Principal, int Count)
{
    /// <summary>The most bytes of the frames of entries in one answer, unless it has one alone.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly string? _author;

    /// <summary>The only rooms to search; null for all.</summary>
    public IReadOnlyList<ulong>? Rooms { get; init; }

    /// <summary>Only entries by this name, in any spelling; null for all.</summary>
    public string? Author
    {
        get => _author;
        init => _author = value is null ? null : CanonicalName.Of(value);
    }

    /// <summary>Only entries of this time or later, in milliseconds since 1970 UTC; null for any.</summary>
    public ulong? Since { get; init; }

    /// <summary>Only entries from before this time, in milliseconds since 1970 UTC; null for any.</summary>
    public ulong? Until { get; init; }

    /// <summary>Only entries with this code; null for any.</summary>
    public int? Kind { get; init; }

    /// <summary>Where an earlier answer ended; null to begin with the newest entry.</summary>
    public SearchCursor? Before { get; init; }

    /// <summary>The places of the query in an entry; null if the entry is not one that is searched for. Any thread.</summary>
    /// <param name="entry">The entry.</param>
    public IReadOnlyList<TextMark>? FindIn(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var isWanted = (Kind is null || entry.Code == Kind) && !(entry.Time < Since) && !(entry.Time >= Until)
            && (Rooms is null || Rooms.Contains(entry.Room)) && (_author is null || CanonicalName.Of(entry.Name) == _author);
        return isWanted ? Query.FindIn(SearchedText.Of(entry)) : null;
    }
}

/// <summary>A place in the order of commits: an entry, by the segment that it was stored in.</summary>
/// <param name="Row">The segment's number.</param>
/// <param name="Index">The entry, counted from 0 in its segment.</param>
public readonly record struct SearchCursor(long Row, int Index)
{
    /// <summary>Behind every entry.</summary>
    public static SearchCursor End { get; } = new(long.MaxValue, 0);
}

/// <summary>A search of the hub, and the callback for its answer.</summary>
public sealed class SearchRead
{
    internal SearchRead(EntrySearch search, Action<SearchResult?> goOn)
    {
        Search = search;
        GoOn = goOn;
    }

    /// <summary>The search.</summary>
    public EntrySearch Search { get; }

    /// <summary>Called by <see cref="ChatHub.SearchDone"/> with what was found; with null if nothing can be searched just now.</summary>
    internal Action<SearchResult?> GoOn { get; }
}

/// <summary>The answer to a search.</summary>
/// <param name="Entries">The entries found, newest first.</param>
public sealed record SearchResult(IReadOnlyList<FoundEntry> Entries)
{
    /// <summary>Where to go on; null if nothing older is left to search.</summary>
    public SearchCursor? Next { get; init; }

    /// <summary>Entries of this time or later may be missing, as the index does not have them yet; null if none is.</summary>
    public ulong? MissingFrom { get; init; }
}

/// <summary>An entry that was found.</summary>
/// <param name="Segment">The entry, in a segment of its own.</param>
/// <param name="Marks">The places in its text.</param>
public sealed record FoundEntry(Segment Segment, IReadOnlyList<TextMark> Marks);

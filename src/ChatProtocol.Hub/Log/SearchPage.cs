namespace ChatProtocol.Hub;

/// <summary>The answer to a search as it is gathered, entry by entry from the newest on. Any thread, one at a time.</summary>
/// <param name="search">The search.</param>
public sealed class SearchPage(EntrySearch search)
{
    private readonly List<FoundEntry> _found = [];
    private int _bytes;

    /// <summary>Where the next answer goes on; null so far if everything was looked at.</summary>
    public SearchCursor? Next { get; private set; }

    /// <summary>Compares an entry, and takes it if it is one that is searched for; false if the page is full.</summary>
    /// <param name="row">The number of the segment.</param>
    /// <param name="segment">The segment, as stored.</param>
    /// <param name="index">The entry, counted from 0 in its segment.</param>
    public bool TryAdd(long row, Segment segment, int index)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (segment.TryEntryAt(index) is not { } entry || search.FindIn(entry) is not { } marks)
            return true;
        var bytes = segment.Slice(index, 1).Length;
        if (_found.Count > 0 && _bytes + bytes > EntrySearch.MaxBytes)
        {
            StopAt(new SearchCursor(row, index + 1));
            return false;
        }
        _found.Add(new FoundEntry(segment.Only(index), marks));
        _bytes += bytes;
        if (_found.Count < search.Count)
            return true;
        StopAt(new SearchCursor(row, index));
        return false;
    }

    /// <summary>Nothing before this place was looked at.</summary>
    public void StopAt(SearchCursor place) => Next = place;

    /// <param name="missingFrom">The time from which on entries may be missing; null if none is.</param>
    public SearchResult ToResult(ulong? missingFrom) => new(_found) { Next = Next, MissingFrom = missingFrom };
}

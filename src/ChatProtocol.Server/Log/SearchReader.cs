using System.Diagnostics;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Answers searches from an index. What that finds is a candidate: the text in the log decides (CP-SEA-004). Entries that are stored and not yet
/// indexed are looked at one by one. Belongs to one thread at a time.
/// </summary>
internal sealed class SearchReader : IDisposable
{
    /// <summary>Rooms that are looked for in the index; more are told apart behind it.</summary>
    private const int MaxRoomTokens = 8;

    /// <summary>The most segments that are looked at without an index: some milliseconds.</summary>
    private const int MaxTail = 512;

    private const int MaxTailBytes = 2 * 1024 * 1024;

    /// <summary>Numbers that one statement looks at, of the largest index that has been measured; fewer where even that takes too long.</summary>
    private const long Window = 1 << 21;

    private readonly DatabaseConnection _log;
    private readonly DatabaseConnection? _index;
    private readonly SegmentReader _rows;
    private readonly RoomTable _rooms;
    private readonly SearchBounds _bounds;
    private readonly PreparedStatement? _candidates;
    private readonly PreparedStatement? _findPart;
    private readonly PreparedStatement? _findSegment;
    private readonly PreparedStatement? _readState;

    /// <param name="log">The log.</param>
    /// <param name="index">The index; null if there is none just now.</param>
    /// <param name="bounds">How much is looked at for one answer.</param>
    public SearchReader(DatabaseConnection log, DatabaseConnection? index, SearchBounds bounds)
    {
        (_log, _index, _bounds) = (log, index, bounds);
        var tables = new DatabaseTables(log);
        (_rows, _rooms) = (tables.Rows, tables.Rooms);
        _candidates = index?.Prepare("SELECT rowid FROM token WHERE token MATCH $match AND rowid BETWEEN $low AND $high ORDER BY rowid DESC");
        _findPart = index?.Prepare("SELECT doc, segment, room, first, count, time FROM part WHERE doc <= $doc ORDER BY doc DESC LIMIT 1");
        _findSegment = index?.Prepare("SELECT doc, segment, room, first, count, time FROM part WHERE segment <= $segment ORDER BY segment DESC LIMIT 1");
        _readState = index?.Prepare("SELECT through, next, is_sorted, time FROM state");
    }

    /// <summary>Opens the index, if it is there, beside its writer.</summary>
    public static SearchReader Open(string database, SearchBounds bounds)
    {
        var path = SearchFile.PathFor(database);
        var log = DatabaseConnection.Open(database, SqliteOpenMode.ReadOnly);
        try
        {
            var index = File.Exists(path) ? DatabaseConnection.Open(path, SqliteOpenMode.ReadOnly) : null;
            index?.Execute("PRAGMA cache_size = -16384");
            return new SearchReader(log, index, bounds);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _index?.Dispose();
        _log.Dispose();
    }

    public SearchResult Find(EntrySearch search)
    {
        var state = ReadState();
        var run = new Run(search, new SearchPage(search), Stopwatch.GetTimestamp());
        var missingFrom = LookAtTail(run, state.Through) ? default(ulong?) : (ulong)state.Time;
        if (run.Page.Next is null && _index is not null && state.Next > 1)
            LookAtIndex(run, state);
        return run.Page.ToResult(missingFrom);
    }

    /// <summary>Looks at the entries that the index does not have; false if those are too many for all of them to be looked at.</summary>
    private bool LookAtTail(Run run, long through)
    {
        var before = run.Search.Before ?? SearchCursor.End;
        var (looked, bytes) = (0, 0);
        foreach (var row in _rows.ReadDown(through, before.Row))
        {
            if (looked++ == MaxTail || bytes > MaxTailBytes)
                return false;
            bytes += row.Bytes.Length;
            if (!IsOpen(run, row.Room) || row.Whole() is not { } segment)
                continue;
            for (var index = Math.Min(segment.Count, row.Id == before.Row ? before.Index : int.MaxValue) - 1; index >= 0; index--)
                if (!run.Page.TryAdd(row.Id, segment, index))
                    return true;
        }
        return true;
    }

    private void LookAtIndex(Run run, SearchState state)
    {
        var search = run.Search;
        var (low, behind) = RangeOf(search, state);
        var match = MatchOf(search);
        var width = Window;
        while (behind > low)
        {
            var reached = Look(run, match, Math.Max(low, behind - width), behind - 1);
            if (run.Page.Next is not null)
                return;
            // Where one statement finds nothing in all its time, fewer numbers are looked at with the next: each answer gets on.
            if (reached == behind)
                width = Math.Max(1, width / 8);
            else if (reached > low && IsLate(run))
                StopAt(run, reached);
            behind = run.Page.Next is null ? reached : low;
        }
    }

    /// <summary>Looks at candidates from the highest on; returns the lowest number that need not be looked at again.</summary>
    private long Look(Run run, string match, long low, long high)
    {
        var at = high + 1;
        using var deadline = new StatementDeadline(_index!, _bounds.Time);
        try
        {
            using var found = _candidates!.Read(match, low, high);
            while (found.Read())
            {
                var doc = found.GetInt64(0);
                if (run.Candidates++ >= _bounds.Candidates || at <= high && IsLate(run))
                    return StopAt(run, doc + 1);
                if (!Compare(run, doc))
                    return doc;
                at = doc;
            }
            return low;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_INTERRUPT)
        {
            return at;
        }
    }

    /// <summary>Compares a candidate with the log; false if the page is full.</summary>
    private bool Compare(Run run, long doc)
    {
        if (!(doc >= run.Part.Doc && doc < run.Part.End))
        {
            run.Part = PartOf(doc);
            run.Segment = null;
        }
        var part = run.Part;
        if (doc >= part.End || !IsOpen(run, part.Room))
            return true;
        // What is not there any more has gone since; the index follows.
        run.Segment ??= _rows.ReadOne(part.Segment)?.Whole() is { } whole && whole.Room == part.Room && whole.First == part.First ? whole : null;
        return run.Segment is not { } segment || run.Page.TryAdd(part.Segment, segment, (int)(doc - part.Doc));
    }

    private long StopAt(Run run, long behind)
    {
        var part = PartOf(behind);
        run.Page.StopAt(new SearchCursor(part.Segment, (int)Math.Min(behind - part.Doc, part.Count)));
        return behind;
    }

    private bool IsLate(Run run) => Stopwatch.GetElapsedTime(run.Start) >= _bounds.Time;

    /// <summary>The numbers that a search can find, from the lowest up to one behind the highest.</summary>
    private (long Low, long Behind) RangeOf(EntrySearch search, SearchState state)
    {
        var (low, behind) = (1L, state.Next);
        if (search.Before is { } before && before != SearchCursor.End)
        {
            using var rows = _findSegment!.Read(before.Row);
            var part = rows.Read() ? IndexedPart.Of(rows) : default;
            behind = Math.Min(behind, part.Segment == before.Row ? part.Doc + Math.Min(before.Index, part.Count) : part.End);
        }
        if (!state.IsSorted)
            return (low, behind);
        if (search.Since is { } since)
            low = FirstPartSince((long)since - SearchState.Disorder, state.Next).Doc;
        if (search.Until is { } until)
            behind = Math.Min(behind, FirstPartSince((long)until + SearchState.Disorder, state.Next).End);
        return (low, behind);
    }

    /// <summary>The first part whose last entry is of a time or later, as a binary search finds it; behind all of them if there is none.</summary>
    private IndexedPart FirstPartSince(long time, long next)
    {
        var (low, high, found) = (1L, next - 1, new IndexedPart(next, 0, 0, 0, 0, 0));
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var part = PartOf(middle);
            if (part.Time < time)
                low = Math.Max(part.End, middle + 1);
            else
                (found, high) = (part, part.Doc - 1);
        }
        return found;
    }

    /// <summary>The part that begins with a number or before it.</summary>
    private IndexedPart PartOf(long doc)
    {
        using var rows = _findPart!.Read(doc);
        return rows.Read() ? IndexedPart.Of(rows) : default;
    }

    private bool IsOpen(Run run, ulong room)
    {
        if (run.Search.Rooms is { } only)
            return only.Contains(room);
        if (!run.Rooms.TryGetValue(room, out var isOpen))
            run.Rooms.Add(room, isOpen = IsOpenTo(run.Search.Principal, room));
        return isOpen;
    }

    private bool IsOpenTo(ulong principal, ulong room)
    {
        try
        {
            return _rooms.Find(room) is { } record && (record.Kind == RoomKind.Public || _rooms.WithStandings(record).IsOpenTo(principal));
        }
        catch (DamagedRowException)
        {
            return false;
        }
    }

    /// <summary>A query of FTS5. Each token is quoted, and has no character that means anything there.</summary>
    private static string MatchOf(EntrySearch search)
    {
        List<string> all = [.. search.Query.Tokens.Select(token => token.IsBeginning ? $"\"{token.Text}\" *" : $"\"{token.Text}\"")];
        if (search.Rooms is { Count: <= MaxRoomTokens } rooms)
            all.Add($"({string.Join(" OR ", rooms.Select(room => $"\"{SearchTokens.OfRoom(room)}\""))})");
        if (search.Author is { } author)
            all.Add($"\"{SearchTokens.OfAuthor(author)}\"");
        if (search.Kind is { } kind && kind != Message.FrameCode)
            all.Add($"\"{SearchTokens.OfKind(kind)}\"");
        return string.Join(" AND ", all);
    }

    /// <summary>
    /// How far the index is. Where the log's last segments have gone, others may have been given their numbers: of those it has nothing yet.
    /// </summary>
    private SearchState ReadState()
    {
        SearchState state;
        using (var rows = _readState?.Read())
            state = rows?.Read() == true ? SearchState.Of(rows) : default;
        for (var looked = 0; state.Through > 0 && looked < MaxTail; looked++)
        {
            using var rows = _findSegment!.Read(state.Through);
            var part = rows.Read() ? IndexedPart.Of(rows) : default;
            if (part.Segment == 0 || _rows.IsAt(part.Segment, part.Room, part.First))
                return state with { Through = part.Segment };
            state = state with { Through = part.Segment - 1 };
        }
        return state;
    }

    /// <summary>A search under way.</summary>
    private sealed class Run(EntrySearch search, SearchPage page, long start)
    {
        public EntrySearch Search => search;

        public SearchPage Page => page;

        public long Start => start;

        /// <summary>Whether rooms are open to the asker, as far as they were met.</summary>
        public Dictionary<ulong, bool> Rooms { get; } = [];

        public int Candidates { get; set; }

        /// <summary>The part that the last candidate was in, with its segment.</summary>
        public IndexedPart Part { get; set; }

        public Segment? Segment { get; set; }
    }
}

/// <summary>How much one answer to a search may cost.</summary>
/// <param name="Candidates">The most entries that are compared.</param>
/// <param name="Time">How long it looks, unless it has not got on by then.</param>
internal readonly record struct SearchBounds(int Candidates, TimeSpan Time);

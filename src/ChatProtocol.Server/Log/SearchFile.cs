using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// The index of searches in a file of its own: the tokens of entries, by numbers in the order of commits, and the places of these numbers in the log.
/// It holds no text, and can be made anew at any time. Belongs to one thread at a time.
/// </summary>
internal sealed class SearchFile : IDisposable
{
    /// <summary>Of the tables below, beside <see cref="SearchTokens.Version"/>.</summary>
    private const int Format = 1;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Positions are not needed, as what is found is compared with the text. Without secure-delete, which is kept in the file, the tokens of erased
    /// texts would stay there; with it detail=none finds wrong entries (SQLite 3.53).
    /// </summary>
    private const string Tables =
        """
        CREATE VIRTUAL TABLE token USING fts5(t, tokenize='ascii', content='', columnsize=0, detail=column);
        INSERT INTO token(token, rank) VALUES('secure-delete', 1);
        -- Where entries lie: so many from number doc on are those of a segment.
        CREATE TABLE part(doc INTEGER PRIMARY KEY, segment INTEGER NOT NULL UNIQUE, room INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, time INTEGER NOT NULL);
        -- Entries whose tokens were removed; doing that twice would damage the index.
        CREATE TABLE gone(doc INTEGER PRIMARY KEY);
        -- The last segment that is indexed, the next number, whether times hardly go back, as after an import they do, and the latest.
        CREATE TABLE state(log TEXT NOT NULL, through INTEGER NOT NULL, next INTEGER NOT NULL, is_sorted INTEGER NOT NULL, time INTEGER NOT NULL);
        """;

    private readonly DatabaseConnection _connection;
    private readonly PreparedStatement _insert;
    private readonly PreparedStatement _remove;
    private readonly PreparedStatement _insertPart;
    private readonly PreparedStatement _findPart;
    private readonly PreparedStatement _isGone;
    private readonly PreparedStatement _markGone;
    private readonly PreparedStatement _setState;
    private readonly PreparedStatement _readState;

    private SearchFile(DatabaseConnection connection)
    {
        _connection = connection;
        _insert = connection.Prepare("INSERT INTO token(rowid, t) VALUES ($doc, $tokens)");
        _remove = connection.Prepare("INSERT INTO token(token, rowid, t) VALUES ('delete', $doc, $tokens)");
        _insertPart = connection.Prepare("INSERT INTO part(doc, segment, room, first, count, time) VALUES ($doc, $segment, $room, $first, $count, $time)");
        _findPart = connection.Prepare("SELECT doc, segment, room, first, count, time FROM part WHERE segment = $segment");
        _isGone = connection.Prepare("SELECT 1 FROM gone WHERE doc = $doc");
        _markGone = connection.Prepare("INSERT INTO gone(doc) VALUES ($doc)");
        _setState = connection.Prepare("UPDATE state SET through = $through, next = $next, is_sorted = $sorted, time = $time");
        _readState = connection.Prepare("SELECT through, next, is_sorted, time FROM state");
    }

    /// <summary>How far it is, with the changes of a transaction under way.</summary>
    public SearchState State { get; private set; }

    public static string PathFor(string database) => database + "-search";

    /// <summary>The path of one that is being made to take the place of the other.</summary>
    public static string NextPathFor(string database) => database + "-search-next";

    /// <summary>Opens the index of a log for its one writer, and begins it anew if it is not there, or of another log or version.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">The log's mark (<see cref="MetaTable.SearchId"/>).</param>
    /// <param name="lastRow">The last segment of the log: an index that is ahead of it is of another log.</param>
    public static SearchFile Open(string path, byte[] log, long lastRow)
    {
        var name = $"{Convert.ToHexStringLower(log)} {SearchTokens.Version} {Format}";
        if (File.Exists(path) && TryOpen(path, name) is { } known)
        {
            if (known.State.Through <= lastRow)
                return known;
            known.Dispose();
        }
        Delete(path);
        using (new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
        }
        var made = Connect(path);
        made._connection.Transact(() =>
        {
            made._connection.Execute(Tables);
            made._connection.Execute("INSERT INTO state(log, through, next, is_sorted, time) VALUES ($log, 0, 1, 1, 0)", name);
            made._connection.Execute("COMMIT");
        });
        made.State = made.ReadState();
        return made;
    }

    /// <summary>Removes the file with all that belongs to it.</summary>
    public static void Delete(string path)
    {
        foreach (var file in (string[])[path, path + "-wal", path + "-shm"])
            File.Delete(file);
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>Runs changes in one transaction.</summary>
    public void Transact(Action work)
    {
        var before = State;
        try
        {
            _connection.Transact(() =>
            {
                work();
                _setState.Execute(State.Through, State.Next, State.IsSorted ? 1L : 0L, State.Time);
                Failpoint.Reach("search.ready");
                _connection.Execute("COMMIT");
            });
        }
        catch
        {
            State = before;
            throw;
        }
    }

    /// <summary>Adds a segment, behind all that are there.</summary>
    public void Add(SegmentRow row)
    {
        if (row.Whole() is { } segment)
        {
            Add(row.Id, segment);
            State = State with { Next = State.Next + segment.Count, IsSorted = State.IsSorted && (long)segment.TimeOf(0) >= State.Time - SearchState.Disorder, Time = Math.Max(State.Time, (long)segment.Time) };
        }
        State = State with { Through = row.Id };
    }

    /// <summary>Removes the tokens of entries. What is not there, as it was not indexed or has gone before, is passed over.</summary>
    public void Remove(UnindexedRow row)
    {
        if (FindPart(row.Segment) is not { } part || part.Room != row.Room || Segment.TryRead(row.Bytes) is not { } segment
            || segment.First < part.First || segment.Last >= part.First + (ulong)part.Count)
            return;
        for (var index = 0; index < segment.Count; index++)
            if (segment.TryEntryAt(index) is { } entry)
                Remove(part.Doc + (long)(segment.First - part.First) + index, entry);
        if (row.IsWhole)
            RemovePart(part);
    }

    /// <summary>Whether something of a segment is indexed.</summary>
    public bool Has(long segment, ulong room) => FindPart(segment) is { } part && part.Room == room;

    /// <summary>Empties the write-ahead log, and syncs: what was removed is in no file any more. False if a reader is in the way.</summary>
    public bool TryEmpty() => new WalCheckpoints(_connection).TryEmpty();

    /// <summary>Gives back memory that only much work needs.</summary>
    public void Rest() => _connection.Execute("PRAGMA shrink_memory");

    private static SearchFile? TryOpen(string path, string name)
    {
        SearchFile? file = null;
        try
        {
            file = Connect(path);
            if (file._connection.Ask("SELECT log FROM state") as string == name)
            {
                file.State = file.ReadState();
                return file;
            }
        }
        catch (SqliteException)
        {
            // Whatever it is, it is no index.
        }
        catch (ServerException)
        {
        }
        file?.Dispose();
        return null;
    }

    private static SearchFile Connect(string path)
    {
        var connection = DatabaseConnection.Open(path, SqliteOpenMode.ReadWrite);
        try
        {
            connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -8192");
            return new SearchFile(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Add(long id, Segment segment)
    {
        _insertPart.Execute(State.Next, id, (long)segment.Room, (long)segment.First, (long)segment.Count, (long)segment.Time);
        for (var index = 0; index < segment.Count; index++)
            if (segment.TryEntryAt(index) is { } entry && SearchTokens.Of(entry) is { } tokens)
                _insert.Execute(State.Next + index, tokens);
    }

    private void Remove(long doc, Entry entry)
    {
        if (SearchTokens.Of(entry) is not { } tokens || _isGone.Ask(doc) is not null)
            return;
        _remove.Execute(doc, tokens);
        _markGone.Execute(doc);
    }

    /// <summary>The numbers of the log's last segments, once they are gone, are given again.</summary>
    private void RemovePart(IndexedPart part)
    {
        _connection.Execute("DELETE FROM part WHERE doc = $doc", part.Doc);
        _connection.Execute("DELETE FROM gone WHERE doc >= $first AND doc < $behind", part.Doc, part.Doc + part.Count);
        if (part.Segment == State.Through)
            State = State with { Through = (long)_connection.Ask("SELECT coalesce(max(segment), 0) FROM part")! };
    }

    private IndexedPart? FindPart(long segment)
    {
        using var rows = _findPart.Read(segment);
        return rows.Read() ? IndexedPart.Of(rows) : null;
    }

    private SearchState ReadState()
    {
        using var rows = _readState.Read();
        return rows.Read() ? SearchState.Of(rows) : default;
    }
}

/// <summary>How far an index is.</summary>
/// <param name="Through">The last segment that it has.</param>
/// <param name="Next">The number of the next entry.</param>
/// <param name="IsSorted">Whether times go back no further than <see cref="Disorder"/> in the order of commits.</param>
/// <param name="Time">The latest time, in milliseconds since 1970 UTC.</param>
internal readonly record struct SearchState(long Through, long Next, bool IsSorted, long Time)
{
    /// <summary>
    /// By how much, in milliseconds, times may go back and still count as sorted: rooms that are stored with one commit have their entries side by side.
    /// </summary>
    public const long Disorder = 600_000;

    public static SearchState Of(SqliteDataReader row) => new(row.Number(0), row.Number(1), row.Number(2) != 0, row.Number(3));
}

/// <summary>The entries of a segment in the index.</summary>
/// <param name="Doc">The number of the first.</param>
/// <param name="Segment">The segment's row in the log.</param>
/// <param name="Room">The room.</param>
/// <param name="First">The first seq.</param>
/// <param name="Count">How many entries.</param>
/// <param name="Time">The last entry's time, in milliseconds since 1970 UTC.</param>
internal readonly record struct IndexedPart(long Doc, long Segment, ulong Room, ulong First, long Count, long Time)
{
    public long End => Doc + Count;

    public static IndexedPart Of(SqliteDataReader row) => new(row.Number(0), row.Number(1), (ulong)row.Number(2), (ulong)row.Number(3), row.Number(4), row.Number(5));
}

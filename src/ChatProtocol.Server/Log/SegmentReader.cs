using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Reads stored segments, in their rooms' order through the index or in the order in which they were stored. One row that
/// cannot be read is enough to end a statement: then its neighbours are read one by one, so that it costs no other.
/// </summary>
internal sealed class SegmentReader(DatabaseConnection connection)
{
    /// <summary>The most rows of one read of the whole log: a long read would keep the write-ahead log from being begun anew.</summary>
    private const int Slice = 64;

    private const string Columns = "id, room, first, count, crc, bytes, posts, said";

    private const string FromTheOneAround = "room = $room AND first <= $high AND first >= coalesce((SELECT max(first) FROM segment WHERE room = $room AND first <= $low), 0)";

    private readonly PreparedStatement _readUp = connection.Prepare($"SELECT {Columns} FROM segment WHERE {FromTheOneAround} ORDER BY first");

    private readonly PreparedStatement _readDown = connection.Prepare($"SELECT {Columns} FROM segment WHERE room = $room AND first <= $high ORDER BY first DESC");

    // From the index alone, which has a row's id and beginning even when the row cannot be read.
    private readonly PreparedStatement _listUp = connection.Prepare($"SELECT id, first FROM segment WHERE {FromTheOneAround} ORDER BY first");

    private readonly PreparedStatement _listDown = connection.Prepare("SELECT id, first FROM segment WHERE room = $room AND first <= $high ORDER BY first DESC");

    private readonly PreparedStatement _readOne = connection.Prepare($"SELECT {Columns} FROM segment WHERE id = $id");

    private readonly PreparedStatement _readSlice = connection.Prepare($"SELECT {Columns} FROM segment WHERE id > $behind ORDER BY id LIMIT {Slice}");

    private readonly PreparedStatement _readSliceDown = connection.Prepare($"SELECT {Columns} FROM segment WHERE id > $behind AND id <= $through ORDER BY id DESC");

    private readonly PreparedStatement _isAt = connection.Prepare("SELECT 1 FROM segment WHERE id = $id AND room = $room AND first = $first");

    private readonly PreparedStatement _readForReplay = connection.Prepare($"SELECT {Columns} FROM segment WHERE id > $behind AND posts IS NOT NULL ORDER BY id LIMIT {Slice}");

    private readonly PreparedStatement _findIndexed = connection.Prepare("SELECT id FROM segment INDEXED BY segment_by_room WHERE room = $room AND first = $first");

    private readonly PreparedStatement _findEnd = connection.Prepare("SELECT first, count, time, said FROM segment WHERE room = $room ORDER BY first DESC LIMIT 1");

    private readonly PreparedStatement _findLast = connection.Prepare("SELECT coalesce(max(id), 0) FROM segment");

    private readonly PreparedStatement _findOldest = connection.Prepare("SELECT min(first) FROM segment WHERE room = $room");

    /// <summary>The id of the last row; 0 if there is none.</summary>
    public long Last => (long)_findLast.Ask()!;

    /// <summary>The time of the newest entry that can be read, of the last few segments; 0 if there is none.</summary>
    public long NewestTime
    {
        get
        {
            for (var id = Last; id > Math.Max(0, Last - Slice); id--)
                if (TryReadOne(id, out var row) && row?.Whole() is { } segment)
                    return (long)segment.Time;
            return 0;
        }
    }

    /// <summary>The oldest stored seq of a room; 0 if none is.</summary>
    public ulong OldestOf(ulong room) => _findOldest.Ask((long)room) is long first ? (ulong)first : 0;

    /// <summary>Whether the index leads to a row.</summary>
    public bool IsIndexed(SegmentRow row)
    {
        try
        {
            return _findIndexed.Ask((long)row.Room, (long)row.First) is long id && id == row.Id;
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
        {
            return false;
        }
    }

    /// <summary>The rows behind a given one, in the order in which they were stored, as far as they can be read.</summary>
    public IEnumerable<SegmentRow> ReadBehind(long behind) => ReadBehind(behind, _readSlice, tellsLost: false);

    /// <summary>The rows behind a given one up to another, the last first.</summary>
    public IEnumerable<SegmentRow> ReadDown(long behind, long through) => ReadAll(_readSliceDown.Read(behind, through));

    /// <summary>Whether a row is the segment of a room that begins with a seq.</summary>
    public bool IsAt(long id, ulong room, ulong first) => _isAt.Ask(id, (long)room, (long)first) is not null;

    /// <summary>A row; null if it is not there, or cannot be read.</summary>
    public SegmentRow? ReadOne(long id) => TryReadOne(id, out var row) ? row : null;

    /// <summary>A room's rows that overlap a range, in order from one of its ends.</summary>
    public IEnumerable<SegmentRow> Read(ulong room, SeqRange range, bool fromHigh) =>
        ReadAll(fromHigh ? _readDown.Read((long)room, (long)range.Last) : _readUp.Read((long)room, (long)range.Last, (long)range.First));

    /// <summary>The same as <see cref="Read"/>, row by row.</summary>
    public IEnumerable<SegmentRow> ReadSingly(ulong room, SeqRange range, bool fromHigh)
    {
        using var rows = fromHigh ? _listDown.Read((long)room, (long)range.Last) : _listUp.Read((long)room, (long)range.Last, (long)range.First);
        while (rows.Read())
        {
            var (id, first) = (rows.GetInt64(0), (ulong)rows.GetInt64(1));
            yield return TryReadOne(id, out var row) && row is { } whole ? whole : SegmentRow.Unreadable(id, room, first);
        }
    }

    /// <summary>The id and the first seq of each of a room's rows, in ascending order.</summary>
    public IEnumerable<(long Id, ulong First)> List(ulong room)
    {
        using var rows = _listUp.Read((long)room, long.MaxValue, 0L);
        while (rows.Read())
            yield return (rows.GetInt64(0), (ulong)rows.GetInt64(1));
    }

    /// <summary>The same as <see cref="List"/>, in descending order.</summary>
    public IEnumerable<(long Id, ulong First)> ListDown(ulong room)
    {
        using var rows = _listDown.Read((long)room, long.MaxValue);
        while (rows.Read())
            yield return (rows.GetInt64(0), (ulong)rows.GetInt64(1));
    }

    /// <summary>The rows stored behind a given one that have counted posts, as far as they can be read.</summary>
    public IEnumerable<SegmentRow> ReadForReplay(long behind) => ReadBehind(behind, _readForReplay, tellsLost: false);

    /// <summary>Every row, in the order in which they were stored; those that cannot be read are returned as unreadable.</summary>
    public IEnumerable<SegmentRow> ReadAll() => ReadBehind(0, _readSlice, tellsLost: true);

    /// <summary>
    /// The end of a room: behind its last whole segment, and behind as many entries as damaged ones after it may have held,
    /// since no seq may be given again. Its time is that of the last entry that can be read.
    /// </summary>
    public (ulong Head, ulong Unsaid, ulong Time) EndOf(ulong room)
    {
        var head = 0ul;
        foreach (var row in ReadSingly(room, new SeqRange(0, long.MaxValue), fromHigh: true))
        {
            if (row.Entries() is not { } segment)
                head = Math.Max(head, row.Bound);
            else if (segment.Room == room)
            {
                head = Math.Max(head, segment.Last);
                if (segment.First == row.First)
                    return (head, segment.Unsaid, segment.Time);
            }
        }
        return (head, 0, 0);
    }

    /// <summary>The end of a room as its last row tells it, without the bytes of its entries: good enough to be shown in a list.</summary>
    public (ulong Head, ulong Unsaid, ulong Time) ShownEndOf(ulong room)
    {
        using (var rows = _findEnd.Read((long)room))
            if (rows.Read() && rows.Number(1) > 0)
            {
                var head = (ulong)(rows.Number(0) + rows.Number(1) - 1);
                return (head, SegmentRow.UnsaidOf(head, rows.IsDBNull(3) ? null : rows.Number(3)), (ulong)rows.Number(2));
            }
        return EndOf(room);
    }

    private static IEnumerable<SegmentRow> ReadAll(SqliteDataReader found)
    {
        using var rows = found;
        while (rows.Read())
            yield return ToRow(rows);
    }

    /// <summary>Rows by ascending id; behind one that cannot be read each is looked up by itself, up to the last.</summary>
    private IEnumerable<SegmentRow> ReadBehind(long behind, PreparedStatement statement, bool tellsLost)
    {
        while (true)
        {
            List<SegmentRow>? rows = null;
            try
            {
                rows = [.. ReadAll(statement.Read(behind))];
            }
            catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
            {
                // The rows are read one by one below.
            }
            if (rows is { Count: 0 })
                yield break;
            var through = rows is null ? Math.Min(behind + Slice, Last) : rows[^1].Id;
            for (var id = behind + 1; rows is null && id <= through; id++)
                if (TryReadOne(id, out var row) && (row is not null || tellsLost))
                    yield return row ?? SegmentRow.Unreadable(id, 0, 0);
            foreach (var row in rows ?? [])
                yield return row;
            if (rows is null && through <= behind)
                yield break;
            behind = through;
        }
    }

    /// <summary>Reads a row by its id, null if it cannot be read; false if there is no such row.</summary>
    private bool TryReadOne(long id, out SegmentRow? row)
    {
        row = null;
        try
        {
            using var rows = _readOne.Read(id);
            if (!rows.Read())
                return false;
            row = ToRow(rows);
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
        {
            // The row is there, and stays null.
        }
        return true;
    }

    private static SegmentRow ToRow(SqliteDataReader row) => new(
        row.Number(0), (ulong)row.Number(1), (ulong)row.Number(2), row.Number(3), (uint)row.Number(4), row.Blob(5), row.Blob(6), row.IsDBNull(7) ? null : row.Number(7));
}

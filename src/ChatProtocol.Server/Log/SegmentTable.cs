using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Adds, rewrites and removes stored segments, and tells their sizes without reading their entries.</summary>
internal sealed class SegmentTable(DatabaseConnection connection, SegmentReader rows, UnindexedTable unindexed)
{
    /// <summary>The version of the wire format that segments are encoded in.</summary>
    private const int Format = 1;

    /// <summary>The most segments of a removed room that are deleted with one commit: 4 MiB at most.</summary>
    private const int MaxRemoved = 64;

    /// <summary>As long as the smallest entry, so that its row's count is believed (<see cref="SegmentRow.Bound"/>).</summary>
    private static readonly byte[] NoEntry = new byte[SegmentRow.SmallestEntry];

    /// <summary>Said entries up to a row that nobody can read: as many as up to the row before it.</summary>
    private const long Unknown = 0;

    private readonly PreparedStatement _insert = connection.Prepare(
        "INSERT INTO segment(room, first, count, time, format, crc, bytes, posts, said) VALUES ($room, $first, $count, $time, $format, $crc, $bytes, $posts, $said)");

    private readonly PreparedStatement _update = connection.Prepare("UPDATE segment SET crc = $crc, bytes = $bytes, posts = $posts WHERE id = $id");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM segment WHERE id = $id");

    private readonly PreparedStatement _readHead = connection.Prepare("SELECT time, length(bytes), posts IS NOT NULL, said FROM segment WHERE id = $id");

    private readonly PreparedStatement _listSome = connection.Prepare($"SELECT id FROM segment WHERE room = $room ORDER BY first LIMIT {MaxRemoved + 1}");

    /// <summary>Adds a segment; returns its row.</summary>
    public long Insert(Segment segment)
    {
        _insert.Execute((long)segment.Room, (long)segment.First, segment.Count, (long)segment.Time, Format, ChecksumOf(segment), segment.Bytes, PostsOf(segment), SaidOf(segment));
        return SQLitePCL.raw.sqlite3_last_insert_rowid(connection.Handle);
    }

    /// <summary>Keeps the place of an entry that is lost, by a row that nobody can read.</summary>
    public void Insert(LostEntry lost) => _insert.Execute((long)lost.Room, (long)lost.Seq, 1, 0L, Format, (long)~Crc32C.Of(NoEntry, default), NoEntry, DBNull.Value, Unknown);

    /// <summary>Puts a segment into the place of a stored one with the same entries.</summary>
    public void Update(long id, Segment segment) => _update.Execute(ChecksumOf(segment), segment.Bytes, PostsOf(segment), id);

    public void Delete(long id)
    {
        unindexed.KeepSegment(id);
        _delete.Execute(id);
    }

    /// <summary>Deletes segments of a removed room; false if others are left.</summary>
    public bool TryDeleteAll(ulong room)
    {
        var found = new List<long>();
        using (var some = _listSome.Read((long)room))
            while (some.Read())
                found.Add(some.GetInt64(0));
        foreach (var id in found.Take(MaxRemoved))
            Delete(id);
        return found.Count <= MaxRemoved;
    }

    /// <summary>A room's segments from its beginning on, except the newest.</summary>
    public IEnumerable<SegmentHead> ReadOldest(ulong room)
    {
        (long Id, ulong First)? before = null;
        var said = 0ul;
        foreach (var next in rows.List(room))
        {
            if (before is { } row)
            {
                // A row that nobody can read has what the one before it has.
                var head = ReadHead(row.Id, row.First, next.First - 1);
                said = Math.Max(said, head.Last - head.Unsaid);
                yield return head with { Unsaid = head.Last - said };
            }
            before = next;
        }
    }

    /// <summary>The last seq that has at least so many bytes of entries behind it, and the last before the newest segment.</summary>
    public (ulong BehindBytes, ulong BeforeNewest) FindExpired(ulong room, ulong? bytes)
    {
        var (kept, beforeNewest) = (0ul, 0ul);
        foreach (var (id, first) in rows.ListDown(room))
        {
            if (beforeNewest == 0)
                beforeNewest = first - 1;
            if (bytes is null)
                return (0, beforeNewest);
            kept += (ulong)ReadHead(id, 0, 0).Bytes;
            if (kept >= bytes)
                return (first - 1, beforeNewest);
        }
        return (0, beforeNewest);
    }

    /// <summary>A segment's head; one that cannot be read counts as old and empty.</summary>
    private SegmentHead ReadHead(long id, ulong first, ulong last)
    {
        try
        {
            using var row = _readHead.Read(id);
            if (!row.Read())
                return new SegmentHead(id, first, last, 0, 0, IsCounted: false, IsRead: false) { Unsaid = last };
            return new SegmentHead(id, first, last, (ulong)row.Number(0), row.Number(1), row.Number(2) != 0, IsRead: true) { Unsaid = SegmentRow.UnsaidOf(last, row.IsDBNull(3) ? null : row.Number(3)) };
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
        {
            return new SegmentHead(id, first, last, 0, 0, IsCounted: false, IsRead: false) { Unsaid = last };
        }
    }

    private static long ChecksumOf(Segment segment) => Crc32C.Of(segment.Bytes, segment.Posts.Span);

    private static object SaidOf(Segment segment) => ToDb(segment.Unsaid == 0 ? null : segment.Last - segment.Unsaid);

    private static object ToDb(ulong? number) => number is { } value ? (long)value : DBNull.Value;

    private static object PostsOf(Segment segment) => segment.Posts.IsEmpty ? DBNull.Value : segment.Posts.ToArray();
}

using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Entries that are gone from the log and still have to go from the index of searches, which needs their texts for that. They are put here in the
/// transaction that erases or removes them, and are gone from here before an erasure is answered.
/// </summary>
internal sealed class UnindexedTable(DatabaseConnection connection, MetaTable meta)
{
    private readonly PreparedStatement _keepSegment = connection.Prepare(
        "INSERT INTO unindexed(segment, room, first, is_whole, count, bytes) SELECT id, room, first, 1, count, bytes FROM segment WHERE id = $id");

    private readonly PreparedStatement _keepEntry = connection.Prepare(
        "INSERT INTO unindexed(segment, room, first, is_whole, count, bytes) VALUES ($segment, $room, $first, 0, 1, $bytes)");

    private readonly PreparedStatement _read = connection.Prepare(
        "SELECT id, segment, room, first, is_whole, bytes FROM unindexed WHERE is_whole = $whole ORDER BY id LIMIT $most");

    private readonly PreparedStatement _list = connection.Prepare("SELECT id, segment, room, count FROM unindexed WHERE is_whole = 1 ORDER BY id");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM unindexed WHERE id = $id");

    /// <summary>Whether there is an index; without one nothing is kept for it.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Keeps a segment that is about to be deleted. Of one that is damaged nobody knows what the index has, so that has to be made anew.</summary>
    public void KeepSegment(long id)
    {
        if (!IsWanted)
            return;
        try
        {
            _keepSegment.Execute(id);
        }
        catch (SqliteException e) when (DatabaseConnection.IsDamage(e))
        {
            meta.BeginIndexAnew();
        }
    }

    /// <summary>Keeps an entry that is about to lose its text.</summary>
    public void KeepEntry(long segmentId, Segment segment, ulong seq)
    {
        if (IsWanted)
            _keepEntry.Execute(segmentId, (long)segment.Room, (long)seq, segment.Slice(segment.IndexOf(seq), 1).ToArray());
    }

    /// <summary>Some of the rows: erased entries, or whole segments.</summary>
    public List<UnindexedRow> Read(bool areWhole, int most)
    {
        using var rows = _read.Read(areWhole ? 1L : 0L, (long)most);
        var found = new List<UnindexedRow>();
        while (rows.Read())
            found.Add(new UnindexedRow(rows.Number(0), rows.Number(1), (ulong)rows.Number(2), (ulong)rows.Number(3), rows.Number(4) != 0, rows.Blob(5)));
        return found;
    }

    /// <summary>Whole segments, without their entries.</summary>
    public IEnumerable<(long Id, long Segment, ulong Room, long Count)> List()
    {
        using var rows = _list.Read();
        while (rows.Read())
            yield return (rows.Number(0), rows.Number(1), (ulong)rows.Number(2), rows.Number(3));
    }

    public void Delete(long id) => _delete.Execute(id);

    public void Clear() => connection.Execute("DELETE FROM unindexed");
}

/// <summary>Entries that have to go from the index.</summary>
/// <param name="Id">The row's own number.</param>
/// <param name="Segment">The segment that they were stored in.</param>
/// <param name="Room">The room.</param>
/// <param name="First">The first seq.</param>
/// <param name="IsWhole">Whether the whole segment is gone.</param>
/// <param name="Bytes">Their frames, as they were.</param>
internal sealed record UnindexedRow(long Id, long Segment, ulong Room, ulong First, bool IsWhole, byte[] Bytes);

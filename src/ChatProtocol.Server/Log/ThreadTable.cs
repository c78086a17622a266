using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Which messages belong to which thread. Follows from the messages, each of which says so itself.</summary>
internal sealed class ThreadTable(DatabaseConnection connection)
{
    private readonly PreparedStatement _insert = connection.Prepare("INSERT INTO threaded(room, root, seq) VALUES ($room, $root, $seq) ON CONFLICT DO NOTHING");

    private readonly PreparedStatement _list = connection.Prepare("SELECT seq FROM threaded WHERE room = $room AND root = $root AND seq > $after ORDER BY seq LIMIT $most");

    private readonly PreparedStatement _count = connection.Prepare("SELECT count(*) FROM threaded WHERE room = $room AND seq BETWEEN $first AND $last");

    private readonly PreparedStatement _deleteBefore = connection.Prepare("DELETE FROM threaded WHERE room = $room AND seq < $seq");

    private readonly PreparedStatement _deleteBehind = connection.Prepare("DELETE FROM threaded WHERE room = $room AND seq > $seq");

    private readonly PreparedStatement _deleteSome = connection.Prepare(
        "DELETE FROM threaded WHERE (room, root, seq) IN (SELECT room, root, seq FROM threaded WHERE room = $room LIMIT $most)");

    public void Insert(ulong room, ulong root, ulong seq) => _insert.Execute((long)room, (long)root, (long)seq);

    /// <summary>The messages of a thread, by ascending seq.</summary>
    public List<ulong> List(DirectoryQuery.InThread query)
    {
        using var rows = _list.Read((long)query.RoomId, (long)query.Root, (long)query.After, query.Count);
        var seqs = new List<ulong>();
        while (rows.Read())
            seqs.Add((ulong)rows.Number(0));
        return seqs;
    }

    /// <summary>How many messages of a run are in a thread.</summary>
    public long Count(ulong room, ulong first, ulong last) => (long)_count.Ask((long)room, (long)first, (long)last)!;

    /// <summary>The messages before a seq are not kept any more.</summary>
    public void DeleteBefore(ulong room, ulong seq) => _deleteBefore.Execute((long)room, (long)seq);

    /// <summary>The messages behind a seq are lost.</summary>
    public void DeleteBehind(ulong room, ulong seq) => _deleteBehind.Execute((long)room, (long)seq);

    /// <summary>Deletes some rows of a removed room; false if others may be left.</summary>
    public bool TryDeleteOf(ulong room, int most)
    {
        _deleteSome.Execute((long)room, most);
        return SQLitePCL.raw.sqlite3_changes(connection.Handle) < most;
    }
}

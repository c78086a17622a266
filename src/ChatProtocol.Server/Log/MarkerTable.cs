using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>How far each principal has read in each room.</summary>
internal sealed class MarkerTable(DatabaseConnection connection)
{
    private const string Select = "SELECT principal, room, seq, epoch, moved, crc FROM marker";

    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT INTO marker(principal, room, seq, epoch, moved, crc)
        SELECT $principal, $room, $seq, $epoch, $moved, $crc WHERE NOT EXISTS (SELECT 1 FROM removed_room WHERE id = $room)
        ON CONFLICT(principal, room) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch, moved = excluded.moved, crc = excluded.crc
        """);

    private readonly PreparedStatement _loadOf = connection.Prepare($"{Select} WHERE principal = $principal ORDER BY room");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM marker WHERE principal = $principal AND room = $room");

    private readonly PreparedStatement _deleteOf = connection.Prepare("DELETE FROM marker WHERE principal = $principal");

    private readonly PreparedStatement _deleteSome = connection.Prepare(
        "DELETE FROM marker WHERE room = $room AND principal IN (SELECT principal FROM marker WHERE room = $room ORDER BY principal LIMIT $most)");

    /// <summary>Stores a marker; one of a room that is removed changes nothing.</summary>
    public void Upsert(MarkerRecord marker) => _upsert.Execute(
        (long)marker.Principal, (long)marker.Room, (long)marker.Seq, (long)marker.Epoch, marker.Moved, ChecksumOf(marker));

    public void Delete(ulong principal, ulong room) => _delete.Execute((long)principal, (long)room);

    /// <summary>A principal is forgotten.</summary>
    public void DeleteOf(ulong principal) => _deleteOf.Execute((long)principal);

    /// <summary>Deletes some of the markers of a removed room; false if others may be left.</summary>
    public bool TryDeleteOfRoom(ulong room, int most)
    {
        _deleteSome.Execute((long)room, most);
        return SQLitePCL.raw.sqlite3_changes(connection.Handle) < most;
    }

    /// <summary>The markers of a principal, by ascending room.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<MarkerRecord> LoadOf(ulong principal)
    {
        using var rows = _loadOf.Read((long)principal);
        return Read(rows, ThrowAsDamaged);
    }

    /// <summary>The first markers.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<MarkerRecord> Load(int most = int.MaxValue) => Load(most, ThrowAsDamaged);

    /// <summary>Removes the markers that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<MarkerRecord>();
        Load(int.MaxValue, damaged.Add);
        damaged.ForEach(marker => Delete(marker.Principal, marker.Room));
        return damaged.Count > 0;
    }

    private static void ThrowAsDamaged(MarkerRecord marker) => throw new DamagedRowException($"how far principal {marker.Principal} has read in room {marker.Room}");

    private List<MarkerRecord> Load(int most, Action<MarkerRecord> damaged)
    {
        using var statement = connection.Prepare($"{Select} ORDER BY principal, room LIMIT {most}");
        using var rows = statement.Read();
        return Read(rows, damaged);
    }

    private static List<MarkerRecord> Read(SqliteDataReader rows, Action<MarkerRecord> damaged)
    {
        var markers = new List<MarkerRecord>();
        while (rows.Read())
        {
            var marker = new MarkerRecord((ulong)rows.Number(0), (ulong)rows.Number(1), (ulong)rows.Number(2), (ulong)rows.Number(3), rows.Number(4));
            if (rows.HasChecksum(5, ChecksumOf(marker)))
                markers.Add(marker);
            else
                damaged(marker);
        }
        return markers;
    }

    private static long ChecksumOf(MarkerRecord marker) =>
        new RowChecksum().Add(marker.Principal).Add(marker.Room).Add(marker.Seq).Add(marker.Epoch).Add(marker.Moved).Value;
}

using System.Security.Cryptography;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The rooms that have entries, or anything else to be kept.</summary>
internal sealed class RoomTable(LogConnection connection)
{
    private readonly LogStatement _insert = connection.Prepare(
        """
        INSERT INTO room(id, kind, name, epoch, epoch_first, creator, peer, crc)
        SELECT $id, $kind, $name, $epoch, $first, $creator, $peer, $crc WHERE NOT EXISTS (SELECT 1 FROM removed_room WHERE id = $id)
        ON CONFLICT(id) DO NOTHING
        """);

    private readonly LogStatement _keep = connection.Prepare("UPDATE room SET keep_age = $age, keep_count = $count, keep_bytes = $bytes, crc = $crc WHERE id = $id");

    private readonly LogStatement _beginEpoch = connection.Prepare("UPDATE room SET epoch = $epoch, epoch_first = $first, crc = $crc WHERE id = $id");

    private readonly LogStatement _load = connection.Prepare(
        """
        SELECT id, kind, name, epoch, epoch_first, creator, peer,
            coalesce((SELECT first FROM segment WHERE room = room.id ORDER BY first LIMIT 1), 1), keep_age, keep_count, keep_bytes, crc
        FROM room
        """);

    public void Insert(RoomRecord room) =>
        _insert.Execute((long)room.Id, (int)room.Kind, room.Name, (long)room.Epoch, (long)room.EpochFirst, (long)room.Creator, (long)room.Peer,
            ChecksumOf(room with { Keeps = null }));

    /// <summary>Stores a room's retention limits; the lobby need not be stored before. A room that is removed stays so (CP-ADM-031).</summary>
    public void Keep(RoomRecord room)
    {
        Insert(room);
        _keep.Execute(ToDb(room.Keeps?.Age), ToDb(room.Keeps?.Count), ToDb(room.Keeps?.Bytes), ChecksumOf(room), (long)room.Id);
    }

    /// <summary>Begins another epoch of the room's log, which is a random number.</summary>
    public void BeginEpoch(RoomRecord room, ulong first)
    {
        var begun = room with { Epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) & Limits.MaxInteger, EpochFirst = first };
        _beginEpoch.Execute((long)begun.Epoch, (long)first, ChecksumOf(begun), (long)room.Id);
    }

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<RoomRecord> Load() => Load(room => throw new DamagedRowException($"the record of room {room.Id} ('{room.Name}')"));

    /// <summary>
    /// Removes the records that are not as they were stored; their entries stay where they are, and no client is shown
    /// them.
    /// </summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<RoomRecord>();
        Load(damaged.Add);
        foreach (var room in damaged)
            connection.Execute("DELETE FROM room WHERE id = $id", (long)room.Id);
        return damaged.Count > 0;
    }

    private List<RoomRecord> Load(Action<RoomRecord> damaged)
    {
        using var rows = _load.Read();
        var rooms = new List<RoomRecord>();
        while (rows.Read())
        {
            ulong? Limit(int column) => rows.IsDBNull(column) ? null : (ulong)rows.Number(column);
            ulong Number(int column) => (ulong)rows.Number(column);
            var room = new RoomRecord(Number(0), (RoomKind)Number(1), rows.Name(2), Number(3), Number(4), Number(5), Number(6))
            {
                Oldest = Number(7),
                Keeps = rows.IsDBNull(8) && rows.IsDBNull(9) && rows.IsDBNull(10) ? null : new RetentionLimits(Limit(8), Limit(9), Limit(10)),
            };
            if (rows.HasChecksum(11, ChecksumOf(room)))
                rooms.Add(room);
            else
                damaged(room);
        }
        return rooms;
    }

    private static long ChecksumOf(RoomRecord room) => new RowChecksum().Add(room.Id).Add((long)room.Kind).Add(room.Name).Add(room.Epoch).Add(room.EpochFirst)
        .Add(room.Creator).Add(room.Peer).Add(room.Keeps?.Age).Add(room.Keeps?.Count).Add(room.Keeps?.Bytes).Value;

    private static object ToDb(ulong? number) => number is { } value ? (long)value : DBNull.Value;
}

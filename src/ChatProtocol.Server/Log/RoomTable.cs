using System.Security.Cryptography;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The rooms that have entries, or anything else to be kept.</summary>
internal sealed class RoomTable(DatabaseConnection connection, DirectoryIndex index, StandingTable standings)
{
    private readonly PreparedStatement _insert = connection.Prepare(
        """
        INSERT INTO room(id, kind, name, epoch, epoch_first, creator, peer, crc)
        SELECT $id, $kind, $name, $epoch, $first, $creator, $peer, $crc WHERE NOT EXISTS (SELECT 1 FROM removed_room WHERE id = $id)
        ON CONFLICT(id) DO NOTHING
        """);

    private readonly PreparedStatement _keep = connection.Prepare("UPDATE room SET keep_age = $age, keep_count = $count, keep_bytes = $bytes, crc = $crc WHERE id = $id");

    private readonly PreparedStatement _set = connection.Prepare(
        "UPDATE room SET title = $title, topic = $topic, moderated = $moderated, archived = $archived, slow = $slow, edit_for = $edit_for, crc = $crc WHERE id = $id");

    private readonly PreparedStatement _beginEpoch = connection.Prepare("UPDATE room SET epoch = $epoch, epoch_first = $first, crc = $crc WHERE id = $id");

    private const string Select =
        """
        SELECT id, kind, name, epoch, epoch_first, creator, peer,
            coalesce((SELECT first FROM segment WHERE room = room.id ORDER BY first LIMIT 1), 1), keep_age, keep_count, keep_bytes, crc, title, topic, moderated, archived, slow, edit_for
        FROM room
        """;

    private readonly PreparedStatement _load = connection.Prepare($"{Select} WHERE id > $after ORDER BY id LIMIT $count");

    private readonly PreparedStatement _find = connection.Prepare($"{Select} WHERE id = $id");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM room WHERE id = $id");

    public void Insert(RoomRecord room)
    {
        _insert.Execute((long)room.Id, (int)room.Kind, room.Name, (long)room.Epoch, (long)room.EpochFirst, (long)room.Creator, (long)room.Peer,
            ChecksumOf(room with { Keeps = null, Settings = RoomSettings.None }));
        if (SQLitePCL.raw.sqlite3_changes(connection.Handle) > 0)
            index.Add(room);
    }

    public void Delete(ulong room)
    {
        // A row that is damaged leaves entries in the index, which lead nowhere.
        if (Find(room, _ => { }) is { } found)
        {
            index.Remove(WithStandings(found));
            index.Limit(room, isLimited: false);
        }
        standings.DeleteOf(room);
        _delete.Execute((long)room);
    }

    /// <summary>Stores a room's retention limits; the lobby need not be stored before. A room that is removed stays so (CP-ADM-031).</summary>
    public void Keep(RoomRecord room)
    {
        Insert(room);
        if (Find(room.Id) is not { } stored)
            return;
        index.Limit(room.Id, room.Keeps is not null);
        _keep.Execute(ToDb(room.Keeps?.Age), ToDb(room.Keeps?.Count), ToDb(room.Keeps?.Bytes), ChecksumOf(stored with { Keeps = room.Keeps }), (long)room.Id);
    }

    /// <summary>Stores a room's settings; as <see cref="Keep(RoomRecord)"/> does.</summary>
    public void Set(RoomRecord room)
    {
        Insert(room);
        if (Find(room.Id) is not { } stored)
            return;
        var settings = room.Settings;
        _set.Execute(settings.Title, settings.Topic, settings.IsModerated ? 1 : 0, settings.IsArchived ? 1 : 0, (long)settings.Slow, (long)settings.EditFor, ChecksumOf(stored with { Settings = settings }), (long)room.Id);
    }

    /// <summary>Stores the standing of a principal in a room; as <see cref="Keep(RoomRecord)"/> does.</summary>
    public void Keep(RoomRecord room, RoomStanding standing)
    {
        Insert(room);
        if (Find(room.Id) is not { } stored)
            return;
        // Those with a role find a room by invitation in their lists.
        var before = WithStandings(stored);
        index.Remove(before);
        standings.Upsert(room.Id, standing);
        index.Add(WithStandings(stored));
    }

    /// <summary>The room with the roles and restrictions in it.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public RoomRecord WithStandings(RoomRecord room) => room.Kind == RoomKind.Private ? room : room with { Standings = standings.LoadOf(room.Id) };

    /// <summary>Begins another epoch of the room's log.</summary>
    public void BeginEpoch(RoomRecord room, ulong first)
    {
        var begun = WithNewEpoch(room, first);
        _beginEpoch.Execute((long)begun.Epoch, (long)first, ChecksumOf(begun), (long)room.Id);
    }

    /// <summary>The room with another epoch of its log, which is a random number.</summary>
    public static RoomRecord WithNewEpoch(RoomRecord room, ulong first) =>
        room with { Epoch = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) & Limits.MaxInteger, EpochFirst = first };

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<RoomRecord> Load(int most = int.MaxValue) => Load(0, most, ThrowAsDamaged);

    /// <summary>The room with an id; null if there is none.</summary>
    /// <exception cref="DamagedRowException">The row is not as it was stored.</exception>
    public RoomRecord? Find(ulong room) => Find(room, ThrowAsDamaged);

    /// <summary>Indexes the rooms behind an id, and returns the last of them; null if there is none.</summary>
    public long? Index(long after, int most)
    {
        var rooms = Load(after, most, ThrowAsDamaged);
        foreach (var room in rooms)
        {
            index.Add(WithStandings(room));
            index.Limit(room.Id, room.Keeps is not null);
        }
        return rooms.Count == 0 ? null : (long)rooms[^1].Id;
    }

    /// <summary>
    /// Removes the records that are not as they were stored; their entries stay where they are, and no client is shown
    /// them.
    /// </summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<RoomRecord>();
        Load(0, int.MaxValue, damaged.Add);
        foreach (var room in damaged)
            _delete.Execute((long)room.Id);
        return damaged.Count > 0;
    }

    private RoomRecord? Find(ulong room, Action<RoomRecord> damaged)
    {
        using var rows = _find.Read((long)room);
        return Read(rows, damaged).FirstOrDefault();
    }

    private List<RoomRecord> Load(long after, int most, Action<RoomRecord> damaged)
    {
        using var rows = _load.Read(after, most);
        return Read(rows, damaged);
    }

    private static List<RoomRecord> Read(SqliteDataReader rows, Action<RoomRecord> damaged)
    {
        var rooms = new List<RoomRecord>();
        while (rows.Read())
        {
            ulong? Limit(int column) => rows.IsDBNull(column) ? null : (ulong)rows.Number(column);
            ulong Number(int column) => (ulong)rows.Number(column);
            var room = new RoomRecord(Number(0), (RoomKind)Number(1), rows.Name(2), Number(3), Number(4), Number(5), Number(6))
            {
                Oldest = Number(7),
                Keeps = rows.IsDBNull(8) && rows.IsDBNull(9) && rows.IsDBNull(10) ? null : new RetentionLimits(Limit(8), Limit(9), Limit(10)),
                Settings = SettingsOf(rows),
            };
            if (rows.HasChecksum(11, ChecksumOf(room)))
                rooms.Add(room);
            else
                damaged(room);
        }
        return rooms;
    }

    /// <summary>Most rooms have none.</summary>
    private static RoomSettings SettingsOf(SqliteDataReader row)
    {
        var settings = new RoomSettings(row.Text(12), row.Text(13), row.Number(14) != 0, row.Number(15) != 0, (ulong)row.Number(16), (ulong)row.Number(17));
        return settings == RoomSettings.None ? RoomSettings.None : settings;
    }

    /// <summary>The checksum of a row; without settings, or the latest of them, the same as before there were any.</summary>
    private static long ChecksumOf(RoomRecord room)
    {
        var (crc, settings) = (ChecksumWithoutSettings(room), room.Settings);
        if (settings == RoomSettings.None)
            return crc.Value;
        crc = crc.Add(settings.Title).Add(settings.Topic).Add(settings.IsModerated).Add(settings.IsArchived).Add(settings.Slow);
        return settings.EditFor == 0 ? crc.Value : crc.Add(settings.EditFor).Value;
    }

    private static void ThrowAsDamaged(RoomRecord room) => throw new DamagedRowException($"the record of room {room.Id} ('{room.Name}')");

    private static RowChecksum ChecksumWithoutSettings(RoomRecord room) => new RowChecksum().Add(room.Id).Add((long)room.Kind).Add(room.Name).Add(room.Epoch).Add(room.EpochFirst)
        .Add(room.Creator).Add(room.Peer).Add(room.Keeps?.Age).Add(room.Keeps?.Count).Add(room.Keeps?.Bytes);

    private static object ToDb(ulong? number) => number is { } value ? (long)value : DBNull.Value;
}

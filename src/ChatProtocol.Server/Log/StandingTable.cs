using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The roles and restrictions in rooms.</summary>
internal sealed class StandingTable(DatabaseConnection connection)
{
    private const string Select = "SELECT room, principal, name, role, restriction, until, reason, made_by, made, crc FROM room_standing";

    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT INTO room_standing(room, principal, name, role, restriction, until, reason, made_by, made, crc)
        VALUES ($room, $principal, $name, $role, $restriction, $until, $reason, $by, $made, $crc)
        ON CONFLICT(room, principal) DO UPDATE SET name = excluded.name, role = excluded.role, restriction = excluded.restriction, until = excluded.until,
            reason = excluded.reason, made_by = excluded.made_by, made = excluded.made, crc = excluded.crc
        """);

    private readonly PreparedStatement _loadOf = connection.Prepare($"{Select} WHERE room = $room ORDER BY principal");

    private readonly PreparedStatement _load = connection.Prepare($"{Select} ORDER BY room, principal");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM room_standing WHERE room = $room");

    public void Upsert(ulong room, RoomStanding standing) => _upsert.Execute(
        (long)room, (long)standing.Principal, standing.Name, (int)standing.Role, (int)standing.Restriction, standing.Until, standing.Reason, standing.By, standing.Made,
        ChecksumOf(room, standing));

    /// <summary>The standings in a room, by ascending principal.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<RoomStanding> LoadOf(ulong room)
    {
        using var rows = _loadOf.Read((long)room);
        return [.. Read(rows, ThrowAsDamaged).Select(row => row.Standing)];
    }

    public void DeleteOf(ulong room) => _delete.Execute((long)room);

    /// <summary>
    /// Bans whoever a damaged row is about from the room: what it said is lost, and nobody may gain by that. True if there were some.
    /// </summary>
    public bool LockDamaged()
    {
        var damaged = new List<(ulong Room, RoomStanding Standing)>();
        using (var rows = _load.Read())
            Read(rows, damaged.Add);
        foreach (var (room, standing) in damaged)
            Upsert(room, new RoomStanding(
                standing.Principal, $"user-{standing.Principal}", RoomRole.None, RoomRestriction.Banned, 0, "the record of this role was damaged", "server", standing.Made));
        return damaged.Count > 0;

    }

    private static List<(ulong Room, RoomStanding Standing)> Read(SqliteDataReader rows, Action<(ulong Room, RoomStanding Standing)> damaged)
    {
        var standings = new List<(ulong, RoomStanding)>();
        while (rows.Read())
        {
            var room = (ulong)rows.Number(0);
            var standing = new RoomStanding(
                (ulong)rows.Number(1), rows.Text(2), (RoomRole)rows.Number(3), (RoomRestriction)rows.Number(4), rows.Number(5), rows.Text(6), rows.Text(7), rows.Number(8));
            if (rows.HasChecksum(9, ChecksumOf(room, standing)))
                standings.Add((room, standing));
            else
                damaged((room, standing));
        }
        return standings;
    }

    private static void ThrowAsDamaged((ulong Room, RoomStanding Standing) row) =>
        throw new DamagedRowException($"the role of principal {row.Standing.Principal} in room {row.Room}");

    private static long ChecksumOf(ulong room, RoomStanding standing) => new RowChecksum().Add(room).Add(standing.Principal).Add(standing.Name)
        .Add((long)standing.Role).Add((long)standing.Restriction).Add(standing.Until).Add(standing.Reason).Add(standing.By).Add(standing.Made).Value;
}

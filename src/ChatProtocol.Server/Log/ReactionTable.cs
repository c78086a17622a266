using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The reactions of principals to messages. How many there are of each stands in <see cref="AmendmentTable"/>.</summary>
internal sealed class ReactionTable(DatabaseConnection connection)
{
    private const string Select = "SELECT room, seq, principal, name, reaction, crc FROM reaction";

    private readonly PreparedStatement _insert = connection.Prepare(
        "INSERT INTO reaction(room, seq, principal, name, reaction, crc) VALUES ($room, $seq, $principal, $name, $reaction, $crc) ON CONFLICT DO NOTHING");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM reaction WHERE room = $room AND seq = $seq AND principal = $principal AND reaction = $reaction");

    private readonly PreparedStatement _own = connection.Prepare($"{Select} WHERE room = $room AND seq = $seq AND principal = $principal");

    private readonly PreparedStatement _list = connection.Prepare($"{Select} WHERE room = $room AND seq = $seq AND principal > $after ORDER BY principal, reaction LIMIT $most");

    private readonly PreparedStatement _count = connection.Prepare("SELECT count(*) FROM reaction WHERE room = $room AND seq BETWEEN $first AND $last");

    private readonly PreparedStatement _deleteTo = connection.Prepare("DELETE FROM reaction WHERE room = $room AND seq = $seq");

    private readonly PreparedStatement _deleteBefore = connection.Prepare("DELETE FROM reaction WHERE room = $room AND seq < $seq");

    private readonly PreparedStatement _deleteBehind = connection.Prepare("DELETE FROM reaction WHERE room = $room AND seq > $seq");

    private readonly PreparedStatement _deleteSome = connection.Prepare(
        "DELETE FROM reaction WHERE (room, seq, principal, reaction) IN (SELECT room, seq, principal, reaction FROM reaction WHERE room = $room LIMIT $most)");

    public void Set(ReactionRecord reaction, bool on)
    {
        if (on)
            _insert.Execute((long)reaction.Room, (long)reaction.Seq, (long)reaction.Principal, reaction.Name, reaction.Reaction, ChecksumOf(reaction));
        else
            Delete(reaction);
    }

    /// <summary>The reactions of a principal to a message.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<string> Own(ulong room, ulong seq, ulong principal) => [.. Read(_own.Read((long)room, (long)seq, (long)principal), ThrowAsDamaged).Select(reaction => reaction.Reaction)];

    /// <summary>The reactions to a message, by ascending principal.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<ReactionRecord> List(DirectoryQuery.ReactionsTo query) => Read(_list.Read((long)query.RoomId, (long)query.Seq, (long)query.After, query.Count), ThrowAsDamaged);

    /// <summary>How many reactions there are to the messages of a run.</summary>
    public long Count(ulong room, ulong first, ulong last) => (long)_count.Ask((long)room, (long)first, (long)last)!;

    /// <summary>The message was taken back.</summary>
    public void DeleteTo(ulong room, ulong seq) => _deleteTo.Execute((long)room, (long)seq);

    /// <summary>The messages before a seq are not kept any more.</summary>
    public void DeleteBefore(ulong room, ulong seq) => _deleteBefore.Execute((long)room, (long)seq);

    /// <summary>The messages behind a seq are lost.</summary>
    public void DeleteBehind(ulong room, ulong seq) => _deleteBehind.Execute((long)room, (long)seq);

    /// <summary>Deletes some reactions of a removed room; false if others may be left.</summary>
    public bool TryDeleteOf(ulong room, int most)
    {
        _deleteSome.Execute((long)room, most);
        return SQLitePCL.raw.sqlite3_changes(connection.Handle) < most;
    }

    /// <summary>Checks the first rows.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public void Check(int most)
    {
        using var statement = connection.Prepare($"{Select} LIMIT {most}");
        Read(statement.Read(), ThrowAsDamaged);
    }

    /// <summary>Removes the reactions that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<ReactionRecord>();
        using (var statement = connection.Prepare(Select))
            Read(statement.Read(), damaged.Add);
        damaged.ForEach(Delete);
        return damaged.Count > 0;
    }

    private void Delete(ReactionRecord reaction) => _delete.Execute((long)reaction.Room, (long)reaction.Seq, (long)reaction.Principal, reaction.Reaction);

    private static List<ReactionRecord> Read(SqliteDataReader found, Action<ReactionRecord> damaged)
    {
        using var rows = found;
        var reactions = new List<ReactionRecord>();
        while (rows.Read())
        {
            var reaction = new ReactionRecord((ulong)rows.Number(0), (ulong)rows.Number(1), (ulong)rows.Number(2), rows.Text(3), rows.Text(4));
            if (rows.HasChecksum(5, ChecksumOf(reaction)))
                reactions.Add(reaction);
            else
                damaged(reaction);
        }
        return reactions;
    }

    private static void ThrowAsDamaged(ReactionRecord reaction) => throw new DamagedRowException($"a reaction to entry {reaction.Seq} of room {reaction.Room}");

    private static long ChecksumOf(ReactionRecord reaction) =>
        new RowChecksum().Add(reaction.Room).Add(reaction.Seq).Add(reaction.Principal).Add(reaction.Name).Add(reaction.Reaction).Value;
}

using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The posts of each publisher, some seconds behind the segments, and the publishers that have ended since.</summary>
internal sealed class PublisherTable(DatabaseConnection connection, MetaTable meta, DirectoryIndex index)
{
    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT INTO publisher(principal, id, room, oldest, last_used, posts, crc) VALUES ($principal, $id, $room, $oldest, $used, $posts, $crc)
        ON CONFLICT(principal, id, room) DO UPDATE SET oldest = $oldest, last_used = $used, posts = $posts, crc = $crc
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM publisher WHERE principal = $principal AND id = $id");

    private readonly PreparedStatement _deleteOfRoom = connection.Prepare("DELETE FROM publisher WHERE principal = $principal AND id = $id AND room = $room");

    private readonly PreparedStatement _end = connection.Prepare(
        "INSERT INTO publisher_end(principal, id, segment) VALUES ($principal, $id, (SELECT coalesce(max(id), 0) FROM segment))");

    private const string Select = "SELECT principal, id, room, oldest, last_used, posts, crc FROM publisher";

    private readonly PreparedStatement _loadOf = connection.Prepare($"{Select} WHERE principal = $principal ORDER BY id, room");

    private readonly PreparedStatement _loadUses = connection.Prepare(
        "SELECT principal, id, max(last_used) FROM publisher WHERE principal > $after AND principal <= $through GROUP BY principal, id");

    private readonly PreparedStatement _listRooms = connection.Prepare("SELECT room FROM publisher WHERE principal = $principal AND id = $id");

    private readonly PreparedStatement _findOfRoom = connection.Prepare("SELECT principal, id FROM publisher_of WHERE room = $room LIMIT $count");

    private readonly PreparedStatement _searchOfRoom = connection.Prepare("SELECT principal, id FROM publisher WHERE room = $room LIMIT $count");

    // Whole principals, as their ids are the watermark.
    private readonly PreparedStatement _listSome = connection.Prepare(
        """
        SELECT principal, id, room FROM publisher WHERE principal > $after AND principal <= coalesce(
            (SELECT principal FROM publisher WHERE principal > $after ORDER BY principal LIMIT 1 OFFSET $count), 9223372036854775807)
        ORDER BY principal
        """);

    public void Upsert(PublisherRecord publisher)
    {
        index.AddPublisher(publisher.Principal, publisher.Id.ToArray(), publisher.Room);
        _upsert.Execute((long)publisher.Principal, publisher.Id.ToArray(), (long)publisher.Room,
            (long)publisher.Oldest, publisher.LastUsed, publisher.Posts.ToArray(), ChecksumOf(publisher));
    }

    public void End(PublisherEnd end)
    {
        using (var rooms = _listRooms.Read((long)end.Principal, end.Id.ToArray()))
            while (rooms.Read())
                index.RemovePublisher(end.Principal, end.Id.ToArray(), (ulong)rooms.Number(0));
        _delete.Execute((long)end.Principal, end.Id.ToArray());
        _end.Execute((long)end.Principal, end.Id.ToArray());
    }

    /// <summary>Deletes some of the records of a removed room; false if others are left.</summary>
    public bool TryDeleteOf(ulong room, int most)
    {
        var some = new List<(ulong Principal, byte[] Id)>();
        // Not all of them can be looked up until the index is complete, so that a removal takes longer then.
        using (var rows = (meta.IsIndexed ? _findOfRoom : _searchOfRoom).Read((long)room, most))
            while (rows.Read())
                some.Add(((ulong)rows.Number(0), rows.Blob(1)));
        foreach (var (principal, id) in some)
            Delete(principal, id, room);
        return some.Count < most;
    }

    private void Delete(ulong principal, byte[] id, ulong room)
    {
        index.RemovePublisher(principal, id, room);
        _deleteOfRoom.Execute((long)principal, id, (long)room);
    }

    /// <summary>Moves the watermark: segments up to this one need not be read for the publishers' sake any more.</summary>
    public void AreStored(long through)
    {
        meta.PublishersThrough = through;
        connection.Execute("DELETE FROM publisher_end WHERE segment <= $through", through);
    }

    /// <summary>
    /// The newest segments may have gone with a room, and their row ids be given again: the watermark and the ends go back to the last
    /// row that is left.
    /// </summary>
    public void BeginRowsAnew(long last)
    {
        if (meta.PublishersThrough > last)
            meta.PublishersThrough = last;
        connection.Execute("UPDATE publisher_end SET segment = $last WHERE segment > $last", last);
    }

    /// <summary>Checks the first records.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public void Check(int most) => Load($"{Select} LIMIT {most}", ThrowAsDamaged);

    /// <summary>The records of a principal's publishers.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<PublisherRecord> LoadOf(ulong principal)
    {
        using var rows = _loadOf.Read((long)principal);
        return Read(rows, ThrowAsDamaged);
    }

    /// <summary>The publishers of the principals in a range of ids, and when they were last used.</summary>
    public List<PublisherUse> LoadUses(ulong after, ulong through)
    {
        using var rows = _loadUses.Read((long)after, (long)through);
        var uses = new List<PublisherUse>();
        while (rows.Read())
            uses.Add(new PublisherUse((ulong)rows.Number(0), rows.Blob(1), rows.Number(2)));
        return uses;
    }

    /// <summary>Indexes the records of the principals behind an id, and returns the last of these; null if there is none.</summary>
    public long? Index(long after, int count)
    {
        long? last = null;
        using var rows = _listSome.Read(after, count);
        while (rows.Read())
        {
            last = rows.Number(0);
            index.AddPublisher((ulong)last, rows.Blob(1), (ulong)rows.Number(2));
        }
        return last;
    }

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<PublisherRecord>();
        Load(Select, damaged.Add);
        foreach (var publisher in damaged)
            Delete(publisher.Principal, publisher.Id.ToArray(), publisher.Room);
        return damaged.Count > 0;
    }

    private void Load(string select, Action<PublisherRecord> damaged)
    {
        using var statement = connection.Prepare(select);
        using var rows = statement.Read();
        Read(rows, damaged);
    }

    private static void ThrowAsDamaged(PublisherRecord publisher) =>
        throw new DamagedRowException($"what principal {publisher.Principal} has posted in room {publisher.Room}");

    private static List<PublisherRecord> Read(SqliteDataReader rows, Action<PublisherRecord> damaged)
    {
        var publishers = new List<PublisherRecord>();
        while (rows.Read())
        {
            var publisher = new PublisherRecord((ulong)rows.Number(0), rows.Blob(1), (ulong)rows.Number(2),
                (ulong)rows.Number(3), rows.Number(4), rows.Blob(5));
            if (rows.HasChecksum(6, ChecksumOf(publisher)))
                publishers.Add(publisher);
            else
                damaged(publisher);
        }
        return publishers;
    }

    private static long ChecksumOf(PublisherRecord publisher) => new RowChecksum().Add(publisher.Principal).Add(publisher.Id).Add(publisher.Room)
        .Add(publisher.Oldest).Add(publisher.LastUsed).Add(publisher.Posts).Value;

    /// <summary>The publishers that have ended, each with the last segment from before its end.</summary>
    public List<(long Segment, PublisherEnd End)> LoadEnds()
    {
        using var statement = connection.Prepare("SELECT segment, principal, id FROM publisher_end");
        using var rows = statement.Read();
        var ends = new List<(long, PublisherEnd)>();
        while (rows.Read())
            ends.Add((rows.Number(0), new PublisherEnd((ulong)rows.Number(1), rows.Blob(2))));
        return ends;
    }
}

using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The posts of each publisher, some seconds behind the segments, and the publishers that have ended since.</summary>
internal sealed class PublisherTable(LogConnection connection, MetaTable meta)
{
    private readonly LogStatement _upsert = connection.Prepare(
        """
        INSERT INTO publisher(principal, id, room, oldest, last_used, posts, crc) VALUES ($principal, $id, $room, $oldest, $used, $posts, $crc)
        ON CONFLICT(principal, id, room) DO UPDATE SET oldest = $oldest, last_used = $used, posts = $posts, crc = $crc
        """);

    private readonly LogStatement _delete = connection.Prepare("DELETE FROM publisher WHERE principal = $principal AND id = $id");

    private readonly LogStatement _deleteOfRoom = connection.Prepare("DELETE FROM publisher WHERE principal = $principal AND id = $id AND room = $room");

    private readonly LogStatement _end = connection.Prepare(
        "INSERT INTO publisher_end(principal, id, segment) VALUES ($principal, $id, (SELECT coalesce(max(id), 0) FROM segment))");

    public void Upsert(PublisherRecord publisher) => _upsert.Execute((long)publisher.Principal, publisher.Id.ToArray(), (long)publisher.Room,
        (long)publisher.Oldest, publisher.LastUsed, publisher.Posts.ToArray(), ChecksumOf(publisher));

    public void End(PublisherEnd end)
    {
        _delete.Execute((long)end.Principal, end.Id.ToArray());
        _end.Execute((long)end.Principal, end.Id.ToArray());
    }

    public void Delete(PublisherRoom publisher) => _deleteOfRoom.Execute((long)publisher.Principal, publisher.Id.ToArray(), (long)publisher.Room);

    /// <summary>Segments up to this one need not be read for the publishers' sake any more.</summary>
    public void AreStored(long through)
    {
        meta.PublishersThrough = through;
        connection.Execute("DELETE FROM publisher_end WHERE segment <= $through", through);
    }

    /// <summary>The newest segments may have gone with a room, and their rows be given again: what counts by rows counts on from the last that is left.</summary>
    public void BeginRowsAnew(long last)
    {
        if (meta.PublishersThrough > last)
            meta.PublishersThrough = last;
        connection.Execute("UPDATE publisher_end SET segment = $last WHERE segment > $last", last);
    }

    /// <exception cref="DamagedRowException">One is not as it was stored.</exception>
    public List<PublisherRecord> Load() => Load(publisher => throw new DamagedRowException($"what principal {publisher.Principal} has posted in room {publisher.Room}"));

    /// <summary>Removes the records that are not as they were stored.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<PublisherRecord>();
        Load(damaged.Add);
        foreach (var publisher in damaged)
            Delete(new PublisherRoom(publisher.Principal, publisher.Id, publisher.Room));
        return damaged.Count > 0;
    }

    private List<PublisherRecord> Load(Action<PublisherRecord> damaged)
    {
        using var statement = connection.Prepare("SELECT principal, id, room, oldest, last_used, posts, crc FROM publisher");
        using var rows = statement.Read();
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

    /// <summary>Publishers that have ended, each with the last segment from before.</summary>
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

using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>A segment as it is stored.</summary>
internal readonly record struct SegmentRow(long Id, ulong Room, ulong First, ulong Time, uint Checksum, byte[] Bytes, byte[] Posts);

/// <summary>What is known of a stored segment without reading its entries.</summary>
internal readonly record struct SegmentHead(long Id, ulong Last, ulong Time, long Bytes, bool IsCounted);

/// <summary>The prepared statements of one connection: SQL on one side, the hub's records on the other.</summary>
internal sealed class LogStatements(SqliteConnection connection) : IDisposable
{
    /// <summary>Segments that go with one commit, and about how many bytes: some milliseconds.</summary>
    private const int MaxRemoved = 256;
    private const long MaxRemovedBytes = 512 * 1024;

    private readonly SqliteCommand _insertSegment = Command(connection,
        "INSERT INTO segment(room, first, count, time, format, crc, bytes, posts) VALUES ($room, $first, $count, $time, $format, $crc, $bytes, $posts)",
        "$room", "$first", "$count", "$time", "$format", "$crc", "$bytes", "$posts");

    private readonly SqliteCommand _insertRoom = Command(connection,
        "INSERT INTO room(id, kind, name, epoch, epoch_first, creator, peer) VALUES ($id, $kind, $name, $epoch, $first, $creator, $peer) ON CONFLICT(id) DO NOTHING",
        "$id", "$kind", "$name", "$epoch", "$first", "$creator", "$peer");

    private readonly SqliteCommand _keep = Command(connection,
        "UPDATE room SET keep_age = $age, keep_count = $count, keep_bytes = $bytes WHERE id = $id", "$id", "$age", "$count", "$bytes");

    private readonly SqliteCommand _readOldest = Command(connection,
        "SELECT id, first + count - 1, time, length(bytes), posts IS NOT NULL FROM segment WHERE room = $room ORDER BY first", "$room");

    private readonly SqliteCommand _deleteSegment = Command(connection, "DELETE FROM segment WHERE id = $id", "$id");

    private readonly SqliteCommand _upsertPrincipal = Command(connection,
        """
        INSERT INTO principal(id, name, key_hash, last_seen, holds_name, entries, first_entry)
            VALUES ($id, $name, $hash, $seen, $holds, $entries, $first)
        ON CONFLICT(id) DO UPDATE SET name = $name, last_seen = $seen, holds_name = $holds, entries = $entries, first_entry = $first
        """,
        "$id", "$name", "$hash", "$seen", "$holds", "$entries", "$first");

    private readonly SqliteCommand _deletePrincipal = Command(connection, "DELETE FROM principal WHERE id = $id", "$id");

    private readonly SqliteCommand _reserve = Command(connection,
        "INSERT INTO meta(key, value) VALUES ($what, $reserved) ON CONFLICT(key) DO UPDATE SET value = $reserved",
        "$what", "$reserved");

    private readonly SqliteCommand _readUp = Command(connection,
        """
        SELECT id, room, first, time, crc, bytes, posts FROM segment
        WHERE room = $room AND first <= $high
            AND first >= coalesce((SELECT max(first) FROM segment WHERE room = $room AND first <= $low), 0)
        ORDER BY first
        """,
        "$room", "$low", "$high");

    private readonly SqliteCommand _readDown = Command(connection,
        "SELECT id, room, first, time, crc, bytes, posts FROM segment WHERE room = $room AND first <= $high AND first + count > $low ORDER BY first DESC",
        "$room", "$low", "$high");

    private readonly SqliteCommand _updateSegment = Command(connection,
        "UPDATE segment SET crc = $crc, bytes = $bytes, posts = $posts WHERE id = $id", "$id", "$crc", "$bytes", "$posts");

    private readonly SqliteCommand _findSpan = Command(connection,
        "SELECT first, count, time FROM segment WHERE room = $room AND first <= $seq ORDER BY first DESC LIMIT 1",
        "$room", "$seq");

    private readonly SqliteCommand _readTail = Command(connection,
        "SELECT id, room, first, time, crc, bytes, posts FROM segment WHERE id > $behind AND posts IS NOT NULL ORDER BY id",
        "$behind");

    private readonly SqliteCommand _upsertPublisher = Command(connection,
        """
        INSERT INTO publisher(principal, id, room, oldest, last_used, posts) VALUES ($principal, $id, $room, $oldest, $used, $posts)
        ON CONFLICT(principal, id, room) DO UPDATE SET oldest = $oldest, last_used = $used, posts = $posts
        """,
        "$principal", "$id", "$room", "$oldest", "$used", "$posts");

    private readonly SqliteCommand _deletePublisher = Command(connection,
        "DELETE FROM publisher WHERE principal = $principal AND id = $id", "$principal", "$id");

    private readonly SqliteCommand _endPublisher = Command(connection,
        "INSERT INTO publisher_end(principal, id, segment) VALUES ($principal, $id, (SELECT coalesce(max(id), 0) FROM segment))", "$principal", "$id");

    public void Insert(Segment segment, int format, uint checksum) =>
        Execute(_insertSegment, (long)segment.Room, (long)segment.First, segment.Count, (long)segment.Time, format, (long)checksum, segment.Bytes,
            PostsOf(segment));

    /// <summary>Puts a segment into the place of a stored one with the same entries.</summary>
    public void Update(long id, Segment segment, uint checksum) => Execute(_updateSegment, id, (long)checksum, segment.Bytes, PostsOf(segment));

    public void Insert(RoomRecord room) =>
        Execute(_insertRoom, (long)room.Id, (int)room.Kind, room.Name, (long)room.Epoch, (long)room.EpochFirst, (long)room.Creator, (long)room.Peer);

    /// <summary>Stores what a room has to keep; the lobby need not be stored before.</summary>
    public void Keep(RoomRecord room)
    {
        Insert(room);
        Execute(_keep, (long)room.Id, ToDb(room.Keeps?.Age), ToDb(room.Keeps?.Count), ToDb(room.Keeps?.Bytes));
    }

    /// <summary>A room's segments from its beginning on, without their entries.</summary>
    public IEnumerable<SegmentHead> ReadOldest(ulong room)
    {
        Bind(_readOldest, (long)room);
        using var rows = _readOldest.ExecuteReader();
        while (rows.Read())
            yield return new SegmentHead(rows.GetInt64(0), (ulong)rows.GetInt64(1), (ulong)rows.GetInt64(2), rows.GetInt64(3), rows.GetBoolean(4));
    }

    /// <summary>The last seq that has at least so many bytes of entries behind it, the last before the newest segment, and the last.</summary>
    public (ulong BehindBytes, ulong BeforeNewest, ulong Head) FindSurplus(ulong room, ulong? bytes)
    {
        using var command = Command(connection, "SELECT first, length(bytes), first + count - 1 FROM segment WHERE room = $room ORDER BY first DESC", "$room");
        Bind(command, (long)room);
        using var rows = command.ExecuteReader();
        var (kept, head, beforeNewest) = (0ul, 0ul, 0ul);
        while (rows.Read())
        {
            var before = (ulong)rows.GetInt64(0) - 1;
            if (head == 0)
                (head, beforeNewest) = ((ulong)rows.GetInt64(2), before);
            kept += (ulong)rows.GetInt64(1);
            if (bytes is null || kept >= bytes)
                return (bytes is null ? 0 : before, beforeNewest, head);
        }
        return (0, beforeNewest, head);
    }

    /// <summary>Deletes a room's segments from its beginning on, as long as they may go and it does not take long; returns how many.</summary>
    /// <param name="room">The room's id.</param>
    /// <param name="mayGo">Whether a segment may; the first that may not ends it.</param>
    /// <param name="hasMore">Whether others that may go are left.</param>
    public int DeleteOldest(ulong room, Predicate<SegmentHead> mayGo, out bool hasMore)
    {
        hasMore = false;
        var gone = new List<long>();
        var bytes = 0L;
        foreach (var segment in ReadOldest(room))
        {
            if (!mayGo(segment))
                break;
            hasMore = gone.Count == MaxRemoved || bytes >= MaxRemovedBytes;
            if (hasMore)
                break;
            gone.Add(segment.Id);
            bytes += segment.Bytes;
        }
        gone.ForEach(id => Execute(_deleteSegment, id));
        return gone.Count;
    }

    /// <summary>Deletes segments of a room that is gone; false if others are left.</summary>
    public bool TryDeleteAll(ulong room)
    {
        DeleteOldest(room, static _ => true, out var hasMore);
        return !hasMore;
    }

    public void Upsert(PrincipalRecord principal) =>
        Execute(_upsertPrincipal, (long)principal.Id, principal.Name, principal.KeyHash.ToArray(), principal.LastSeen, principal.HoldsName,
            principal.Entries is { } entries ? entries.ToArray() : DBNull.Value, principal.FirstEntry);

    public void Delete(ulong principal) => Execute(_deletePrincipal, (long)principal);

    public void Reserve(string what, ulong reserved) => Execute(_reserve, what, (long)reserved);

    public IEnumerable<SegmentRow> Read(LogRead read)
    {
        var command = read.FromHigh ? _readDown : _readUp;
        Bind(command, (long)read.Room, (long)read.First, (long)read.Last);
        return ReadSegments(command);
    }

    /// <summary>Where the segment that holds an entry begins and ends, and the time of its last entry; not the entries.</summary>
    public (ulong First, ulong Last, ulong Time) FindSpan(ulong room, ulong seq)
    {
        Bind(_findSpan, (long)room, (long)seq);
        using var row = _findSpan.ExecuteReader();
        // What has expired meanwhile lies before every time.
        if (!row.Read())
            return (seq, seq, 0);
        return ((ulong)row.GetInt64(0), (ulong)(row.GetInt64(0) + row.GetInt64(1) - 1), (ulong)row.GetInt64(2));
    }

    /// <summary>The segments stored behind one of them that have counted posts.</summary>
    public IEnumerable<SegmentRow> ReadTail(long behind)
    {
        Bind(_readTail, behind);
        return ReadSegments(_readTail);
    }

    /// <summary>Every segment, in many short reads: a long one would keep the write-ahead log from being begun anew.</summary>
    public IEnumerable<SegmentRow> ReadAll()
    {
        using var command = Command(connection, "SELECT id, room, first, time, crc, bytes, posts FROM segment WHERE id > $behind ORDER BY id LIMIT 64", "$behind");
        var behind = 0L;
        while (true)
        {
            Bind(command, behind);
            var rows = ReadSegments(command).ToList();
            if (rows.Count == 0)
                yield break;
            foreach (var row in rows)
                yield return row;
            behind = rows[^1].Id;
        }
    }

    public long LastSegment()
    {
        using var command = Command(connection, "SELECT coalesce(max(id), 0) FROM segment");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>
    /// The newest segments may have gone with a room, and their rows be given again: what counts by rows counts on from the
    /// last that is left. Returns that one.
    /// </summary>
    public long BeginRowsAnew()
    {
        var last = LastSegment();
        using var command = Command(connection,
            """
            UPDATE meta SET value = $last WHERE key = 'publishers' AND value > $last;
            UPDATE publisher_end SET segment = $last WHERE segment > $last
            """,
            "$last");
        Execute(command, last);
        return last;
    }

    /// <summary>Segments up to this one need not be read for the publishers' sake any more.</summary>
    public void PublishersAreStored(long through)
    {
        using var command = Command(connection,
            """
            INSERT INTO meta(key, value) VALUES ('publishers', $through) ON CONFLICT(key) DO UPDATE SET value = $through;
            DELETE FROM publisher_end WHERE segment <= $through
            """,
            "$through");
        Execute(command, through);
    }

    public void Upsert(PublisherRecord publisher) => Execute(_upsertPublisher, (long)publisher.Principal, publisher.Id.ToArray(), (long)publisher.Room,
        (long)publisher.Oldest, publisher.LastUsed, publisher.Posts.ToArray());

    public void End(PublisherEnd end)
    {
        Execute(_deletePublisher, (long)end.Principal, end.Id.ToArray());
        Execute(_endPublisher, (long)end.Principal, end.Id.ToArray());
    }

    public List<PublisherRecord> LoadPublishers()
    {
        using var command = Command(connection, "SELECT principal, id, room, oldest, last_used, posts FROM publisher");
        using var rows = command.ExecuteReader();
        var publishers = new List<PublisherRecord>();
        while (rows.Read())
            publishers.Add(new PublisherRecord((ulong)rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), (ulong)rows.GetInt64(2),
                (ulong)rows.GetInt64(3), rows.GetInt64(4), rows.GetFieldValue<byte[]>(5)));
        return publishers;
    }

    public List<PublisherEnd> LoadPublisherEnds()
    {
        using var command = Command(connection, "SELECT principal, id, segment FROM publisher_end");
        using var rows = command.ExecuteReader();
        var ends = new List<PublisherEnd>();
        while (rows.Read())
            ends.Add(new PublisherEnd((ulong)rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.GetInt64(2)));
        return ends;
    }

    /// <summary>A value of the database itself; null if there is none.</summary>
    public object? LoadMeta(string key)
    {
        using var command = Command(connection, "SELECT value FROM meta WHERE key = $key", "$key");
        Bind(command, key);
        return command.ExecuteScalar();
    }

    public List<RoomRecord> LoadRooms()
    {
        // Each room's newest segment is one step in the index, however long the room is.
        using var command = Command(connection,
            """
            SELECT id, kind, name, epoch, epoch_first, creator, peer,
                (SELECT first + count - 1 FROM segment WHERE room = room.id ORDER BY first DESC LIMIT 1),
                (SELECT time FROM segment WHERE room = room.id ORDER BY first DESC LIMIT 1),
                coalesce((SELECT first FROM segment WHERE room = room.id ORDER BY first LIMIT 1), 1), keep_age, keep_count, keep_bytes
            FROM room
            """);
        using var rows = command.ExecuteReader();
        var rooms = new List<RoomRecord>();
        while (rows.Read())
        {
            ulong? Limit(int column) => rows.IsDBNull(column) ? null : (ulong)rows.GetInt64(column);
            ulong Number(int column) => Limit(column) ?? 0;
            rooms.Add(new RoomRecord(Number(0), (RoomKind)Number(1), rows.GetString(2), Number(3), Number(4), Number(5), Number(6))
            {
                Head = Number(7),
                Time = Number(8),
                Oldest = Number(9),
                Keeps = rows.IsDBNull(10) && rows.IsDBNull(11) && rows.IsDBNull(12) ? null : new Keeping(Limit(10), Limit(11), Limit(12)),
            });
        }
        return rooms;
    }

    public List<PrincipalRecord> LoadPrincipals(out ulong next)
    {
        using var command = Command(connection, "SELECT id, name, key_hash, last_seen, holds_name, entries, first_entry FROM principal ORDER BY id");
        using var rows = command.ExecuteReader();
        var principals = new List<PrincipalRecord>();
        next = 0;
        while (rows.Read())
        {
            next = (ulong)rows.GetInt64(0) + 1;
            principals.Add(new PrincipalRecord(next - 1, rows.GetString(1), rows.GetFieldValue<byte[]>(2), rows.GetInt64(3), rows.GetBoolean(4))
            {
                Entries = rows.IsDBNull(5) ? (ReadOnlyMemory<byte>?)null : rows.GetFieldValue<byte[]>(5),
                FirstEntry = rows.GetInt64(6),
            });
        }
        return principals;
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])
            [_insertSegment, _insertRoom, _keep, _readOldest, _deleteSegment, _upsertPrincipal, _deletePrincipal, _reserve, _readUp, _readDown, _updateSegment, _findSpan, _readTail, _upsertPublisher, _deletePublisher, _endPublisher])
            command.Dispose();
    }

    private static object ToDb(ulong? number) => number is { } value ? (long)value : DBNull.Value;

    private static object PostsOf(Segment segment) => segment.Posts.IsEmpty ? DBNull.Value : segment.Posts.ToArray();

    private static IEnumerable<SegmentRow> ReadSegments(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return new SegmentRow(rows.GetInt64(0), (ulong)rows.GetInt64(1), (ulong)rows.GetInt64(2), (ulong)rows.GetInt64(3),
                (uint)rows.GetInt64(4), rows.GetFieldValue<byte[]>(5), rows.IsDBNull(6) ? [] : rows.GetFieldValue<byte[]>(6));
    }

    internal static SqliteCommand Command(SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
            command.Parameters.Add(new SqliteParameter(parameter, null));
        return command;
    }

    private static void Bind(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }

    internal static void Execute(SqliteCommand command, params object[] values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }
}

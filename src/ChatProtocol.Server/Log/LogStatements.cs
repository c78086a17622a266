using System.Text;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>A segment as it is stored; without bytes if not even that can be read.</summary>
internal readonly record struct SegmentRow(long Id, ulong Room, ulong First, long Count, uint Checksum, byte[] Bytes, byte[] Posts)
{
    /// <summary>An entry's frame is never shorter, in bytes.</summary>
    private const int SmallestEntry = 12;

    /// <summary>The highest seq that can be in it, if it is damaged: what it says is believed as far as it can be true.</summary>
    public ulong Bound
    {
        get
        {
            var most = (Bytes.Length == 0 ? Segment.MaxBytes : Bytes.Length) / SmallestEntry;
            var last = First + (ulong)(Bytes.Length > 0 && Count >= 1 && Count <= most ? Count : most) - 1;
            return First <= Limits.MaxInteger / 2 ? last : 0;
        }
    }
}

/// <summary>What is known of a stored segment without reading its entries; its last seq by where the next begins.</summary>
internal readonly record struct SegmentHead(long Id, ulong First, ulong Last, ulong Time, long Bytes, bool IsCounted, bool IsRead);

/// <summary>The prepared statements of one connection: SQL on one side, the hub's records on the other.</summary>
internal sealed class LogStatements(SqliteConnection connection) : IDisposable
{
    /// <summary>Segments of a removed room that go with one commit: 4 MiB at most.</summary>
    private const int MaxRemoved = 64;

    private readonly SqliteCommand _insertSegment = Command(connection,
        "INSERT INTO segment(room, first, count, time, format, crc, bytes, posts) VALUES ($room, $first, $count, $time, $format, $crc, $bytes, $posts)",
        "$room", "$first", "$count", "$time", "$format", "$crc", "$bytes", "$posts");

    private readonly SqliteCommand _insertRoom = Command(connection,
        "INSERT INTO room(id, kind, name, epoch, epoch_first, creator, peer) VALUES ($id, $kind, $name, $epoch, $first, $creator, $peer) ON CONFLICT(id) DO NOTHING",
        "$id", "$kind", "$name", "$epoch", "$first", "$creator", "$peer");

    private readonly SqliteCommand _keep = Command(connection,
        "UPDATE room SET keep_age = $age, keep_count = $count, keep_bytes = $bytes WHERE id = $id", "$id", "$age", "$count", "$bytes");

    private readonly SqliteCommand _readHead = Command(connection,
        "SELECT time, length(bytes), posts IS NOT NULL FROM segment WHERE id = $id", "$id");

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
        SELECT id, room, first, count, crc, bytes, posts FROM segment
        WHERE room = $room AND first <= $high
            AND first >= coalesce((SELECT max(first) FROM segment WHERE room = $room AND first <= $low), 0)
        ORDER BY first
        """,
        "$room", "$low", "$high");

    private readonly SqliteCommand _readDown = Command(connection,
        "SELECT id, room, first, count, crc, bytes, posts FROM segment WHERE room = $room AND first <= $high ORDER BY first DESC",
        "$room", "$high");

    // The index alone: it knows where a row stands and begins when the row cannot be read.
    private readonly SqliteCommand _listUp = Command(connection,
        """
        SELECT id, first FROM segment
        WHERE room = $room AND first <= $high
            AND first >= coalesce((SELECT max(first) FROM segment WHERE room = $room AND first <= $low), 0)
        ORDER BY first
        """,
        "$room", "$low", "$high");

    private readonly SqliteCommand _listDown = Command(connection,
        "SELECT id, first FROM segment WHERE room = $room AND first <= $high ORDER BY first DESC", "$room", "$high");

    private readonly SqliteCommand _readOne = Command(connection,
        "SELECT id, room, first, count, crc, bytes, posts FROM segment WHERE id = $id", "$id");

    private readonly SqliteCommand _findLast = Command(connection, "SELECT coalesce(max(id), 0) FROM segment");

    private readonly SqliteCommand _findOldest = Command(connection, "SELECT min(first) FROM segment WHERE room = $room", "$room");

    private readonly SqliteCommand _updateSegment = Command(connection,
        "UPDATE segment SET crc = $crc, bytes = $bytes, posts = $posts WHERE id = $id", "$id", "$crc", "$bytes", "$posts");

    private readonly SqliteCommand _readTail = Command(connection,
        "SELECT id, room, first, count, crc, bytes, posts FROM segment WHERE id > $behind AND posts IS NOT NULL ORDER BY id",
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

    /// <summary>The room's log goes on in another epoch, which is a random number.</summary>
    public void BeginEpoch(ulong room, ulong first)
    {
        using var command = Command(connection, "UPDATE room SET epoch = random() & 9007199254740991, epoch_first = $first WHERE id = $id", "$first", "$id");
        Execute(command, (long)first, (long)room);
    }

    /// <summary>Stores what a room has to keep; the lobby need not be stored before.</summary>
    public void Keep(RoomRecord room)
    {
        Insert(room);
        Execute(_keep, (long)room.Id, ToDb(room.Keeps?.Age), ToDb(room.Keeps?.Count), ToDb(room.Keeps?.Bytes));
    }

    /// <summary>A room's segments from its beginning on, but for the newest, without their entries.</summary>
    public IEnumerable<SegmentHead> ReadOldest(ulong room)
    {
        Bind(_listUp, (long)room, 0L, long.MaxValue);
        using var rows = _listUp.ExecuteReader();
        (long Id, ulong First)? before = null;
        while (rows.Read())
        {
            var first = (ulong)rows.GetInt64(1);
            if (before is { } row)
                yield return ReadHead(row.Id, row.First, first - 1);
            before = (rows.GetInt64(0), first);
        }
    }

    /// <summary>One that cannot be read counts as old, and as nothing.</summary>
    private SegmentHead ReadHead(long id, ulong first, ulong last)
    {
        try
        {
            Bind(_readHead, id);
            using var row = _readHead.ExecuteReader();
            row.Read();
            return new SegmentHead(id, first, last, (ulong)Number(row, 0), Number(row, 1), Number(row, 2) != 0, IsRead: true);
        }
        catch (SqliteException e) when (LogDatabase.IsDamage(e))
        {
            return new SegmentHead(id, first, last, 0, 0, IsCounted: false, IsRead: false);
        }
    }

    /// <summary>The first seq of a room that is stored; 0 if none is.</summary>
    public ulong OldestOf(ulong room)
    {
        Bind(_findOldest, (long)room);
        return _findOldest.ExecuteScalar() is long first ? (ulong)first : 0;
    }

    /// <summary>The last seq that has at least so many bytes of entries behind it, and the last before the newest segment.</summary>
    public (ulong BehindBytes, ulong BeforeNewest) FindSurplus(ulong room, ulong? bytes)
    {
        Bind(_listDown, (long)room, long.MaxValue);
        using var rows = _listDown.ExecuteReader();
        var (kept, beforeNewest) = (0ul, 0ul);
        while (rows.Read())
        {
            var before = (ulong)rows.GetInt64(1) - 1;
            if (beforeNewest == 0)
                beforeNewest = before;
            if (bytes is null)
                return (0, beforeNewest);
            kept += (ulong)ReadHead(rows.GetInt64(0), 0, 0).Bytes;
            if (kept >= bytes)
                return (before, beforeNewest);
        }
        return (0, beforeNewest);
    }

    public void Delete(long segment) => Execute(_deleteSegment, segment);

    /// <summary>Deletes segments of a room that is gone; false if others are left.</summary>
    public bool TryDeleteAll(ulong room)
    {
        using var list = Command(connection, $"SELECT id FROM segment WHERE room = $room ORDER BY first LIMIT {MaxRemoved + 1}", "$room");
        Bind(list, (long)room);
        var found = new List<long>();
        using (var rows = list.ExecuteReader())
            while (rows.Read())
                found.Add(rows.GetInt64(0));
        foreach (var id in found.Take(MaxRemoved))
            Execute(_deleteSegment, id);
        return found.Count <= MaxRemoved;
    }

    public void Upsert(PrincipalRecord principal) =>
        Execute(_upsertPrincipal, (long)principal.Id, principal.Name, principal.KeyHash.ToArray(), principal.LastSeen, principal.HoldsName,
            principal.Entries is { } entries ? entries.ToArray() : DBNull.Value, principal.FirstEntry);

    public void Delete(ulong principal) => Execute(_deletePrincipal, (long)principal);

    public void Reserve(string what, ulong reserved) => Execute(_reserve, what, (long)reserved);

    public IEnumerable<SegmentRow> Read(LogRead read) =>
        ReadSegments(read.FromHigh ? BindDown(_readDown, read) : BindUp(_readUp, read));

    /// <summary>The same row by row, so that one that cannot be read costs no other.</summary>
    public IEnumerable<SegmentRow> ReadSingly(LogRead read) =>
        ReadSingly(read.Room, read.FromHigh ? BindDown(_listDown, read) : BindUp(_listUp, read));

    /// <summary>A room's segments from its newest on down, row by row.</summary>
    public IEnumerable<SegmentRow> ReadNewest(ulong room)
    {
        Bind(_listDown, (long)room, long.MaxValue);
        return ReadSingly(room, _listDown);
    }

    /// <summary>The segments stored behind one of them that have counted posts, as far as they can be read.</summary>
    public IEnumerable<SegmentRow> ReadTail(long behind) => ReadBehind(behind, _readTail, tellsLost: false);

    /// <summary>Every segment, in many short reads: a long one would keep the write-ahead log from being begun anew.</summary>
    public IEnumerable<SegmentRow> ReadAll()
    {
        using var command = Command(connection, "SELECT id, room, first, count, crc, bytes, posts FROM segment WHERE id > $behind ORDER BY id LIMIT 64", "$behind");
        foreach (var row in ReadBehind(0, command, tellsLost: true))
            yield return row;
    }

    public long LastSegment() => (long)_findLast.ExecuteScalar()!;

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
        using var command = Command(connection,
            """
            SELECT id, kind, name, epoch, epoch_first, creator, peer,
                coalesce((SELECT first FROM segment WHERE room = room.id ORDER BY first LIMIT 1), 1), keep_age, keep_count, keep_bytes
            FROM room
            """);
        using var rows = command.ExecuteReader();
        var rooms = new List<RoomRecord>();
        while (rows.Read())
        {
            ulong? Limit(int column) => rows.IsDBNull(column) ? null : (ulong)rows.GetInt64(column);
            ulong Number(int column) => Limit(column) ?? 0;
            rooms.Add(new RoomRecord(Number(0), (RoomKind)Number(1), NameIn(rows, 2), Number(3), Number(4), Number(5), Number(6))
            {
                Oldest = Number(7),
                Keeps = rows.IsDBNull(8) && rows.IsDBNull(9) && rows.IsDBNull(10) ? null : new Keeping(Limit(8), Limit(9), Limit(10)),
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
            principals.Add(new PrincipalRecord(next - 1, NameIn(rows, 1), rows.GetFieldValue<byte[]>(2), rows.GetInt64(3), rows.GetBoolean(4))
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
            [_insertSegment, _insertRoom, _keep, _readHead, _deleteSegment, _upsertPrincipal, _deletePrincipal, _reserve, _readUp, _readDown, _listUp, _listDown, _readOne, _findOldest, _findLast, _updateSegment, _readTail, _upsertPublisher, _deletePublisher, _endPublisher])
            command.Dispose();
    }

    private static object ToDb(ulong? number) => number is { } value ? (long)value : DBNull.Value;

    private static object PostsOf(Segment segment) => segment.Posts.IsEmpty ? DBNull.Value : segment.Posts.ToArray();

    private static SqliteCommand BindUp(SqliteCommand command, LogRead read)
    {
        Bind(command, (long)read.Room, (long)read.First, (long)read.Last);
        return command;
    }

    private static SqliteCommand BindDown(SqliteCommand command, LogRead read)
    {
        Bind(command, (long)read.Room, (long)read.Last);
        return command;
    }

    private static IEnumerable<SegmentRow> ReadSegments(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return ToSegment(rows);
    }

    private IEnumerable<SegmentRow> ReadSingly(ulong room, SqliteCommand list)
    {
        using var rows = list.ExecuteReader();
        while (rows.Read())
            yield return ReadOne(rows.GetInt64(0)) ?? new SegmentRow(rows.GetInt64(0), room, (ulong)rows.GetInt64(1), 0, 0, [], []);
    }

    /// <summary>Rows by ascending id; behind one that cannot be read each is looked for by itself, up to the last.</summary>
    private IEnumerable<SegmentRow> ReadBehind(long behind, SqliteCommand command, bool tellsLost)
    {
        while (true)
        {
            List<SegmentRow>? rows = null;
            try
            {
                Bind(command, behind);
                rows = [.. ReadSegments(command).Take(64)];
            }
            catch (SqliteException e) when (LogDatabase.IsDamage(e))
            {
                // They are read one by one below.
            }
            if (rows is { Count: 0 })
                yield break;
            var through = rows is null ? Math.Min(behind + 64, LastSegment()) : rows[^1].Id;
            for (var id = behind + 1; rows is null && id <= through; id++)
                if (TryReadOne(id, out var row) && (row is not null || tellsLost))
                    yield return row ?? new SegmentRow(id, 0, 0, 0, 0, [], []);
            foreach (var row in rows ?? [])
                yield return row;
            if (rows is null && through <= behind)
                yield break;
            behind = through;
        }
    }

    /// <summary>A row by its id; null if it is not there or cannot be read.</summary>
    private SegmentRow? ReadOne(long id) => TryReadOne(id, out var row) ? row : null;

    /// <summary>False if there is no such row; one that cannot be read is null.</summary>
    private bool TryReadOne(long id, out SegmentRow? row)
    {
        row = null;
        try
        {
            Bind(_readOne, id);
            using var rows = _readOne.ExecuteReader();
            if (!rows.Read())
                return false;
            row = ToSegment(rows);
        }
        catch (SqliteException e) when (LogDatabase.IsDamage(e))
        {
            // It is there, and stays null.
        }
        return true;
    }

    /// <summary>Nothing in a row that was damaged need be of its column's type.</summary>
    private static SegmentRow ToSegment(SqliteDataReader rows) => new(
        Number(rows, 0), (ulong)Number(rows, 1), (ulong)Number(rows, 2), Number(rows, 3), (uint)Number(rows, 4), Blob(rows, 5), Blob(rows, 6));

    private static long Number(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? 0 : rows.GetInt64(column);

    /// <summary>A name that was damaged may be longer than any; told as it is, it would be no frame for anybody.</summary>
    private static string NameIn(SqliteDataReader rows, int column)
    {
        var name = rows.GetString(column);
        while (Encoding.UTF8.GetByteCount(name) > Names.MaxLength)
            name = name[..^1];
        return name;
    }

    private static byte[] Blob(SqliteDataReader rows, int column) => rows.GetValue(column) as byte[] ?? [];

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

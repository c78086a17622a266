using System.Buffers.Binary;
using System.Security.Cryptography;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Values of the database itself.</summary>
internal sealed class MetaTable(DatabaseConnection connection)
{
    private const string Server = "server";
    private const string Hash = "hash_key";
    private const string Rooms = "reserved_rooms";
    private const string Principals = "reserved_principals";
    private const string Publishers = "publishers";
    private const string Copy = "copy";
    private const string Indexed = "indexed";
    private const string Newest = "newest";
    private const string Tokens = "next_token";
    private const string Invitations = "next_invitation";
    private const string Head = "audit_head";
    private const string Anchor = "audit_anchor";
    private const string Import = "import";
    private const string Search = "search";
    private const string Moderators = "moderators_room";

    /// <summary>More ids than the original of a copy can have given since: 2^40.</summary>
    private const long MaxGivenSince = 1L << 40;

    private readonly PreparedStatement _set = connection.Prepare(
        "INSERT INTO meta(key, value, crc) VALUES ($key, $value, $crc) ON CONFLICT(key) DO UPDATE SET value = $value, crc = $crc");

    private readonly PreparedStatement _load = connection.Prepare("SELECT value, crc FROM meta WHERE key = $key");

    /// <summary>16 random bytes made with the database; guests derive their keys from it.</summary>
    public byte[] ServerId => Bytes(Server);

    /// <summary>16 random bytes made with the database, which never leave it.</summary>
    public byte[] HashKey => Bytes(Hash);

    /// <summary>Whether the database is a copy that no server has begun on yet.</summary>
    public bool IsCopy => Load(Copy) is not null;

    /// <summary>Whether every segment is a part of the import of a server that is not finished.</summary>
    public bool IsImporting => Load(Import) is not null;

    /// <summary>Room ids below this may have been given; 0 if none was.</summary>
    public ulong ReservedRooms
    {
        get => (ulong)Number(Rooms);
        set => Set(Rooms, (long)value);
    }

    /// <summary>Principal ids below this may have been given; 0 if none was.</summary>
    public ulong ReservedPrincipals
    {
        get => (ulong)Number(Principals);
        set => Set(Principals, (long)value);
    }

    /// <summary>The publisher watermark: the last segment that need not be read for the publishers' sake any more.</summary>
    public long PublishersThrough
    {
        get => Number(Publishers);
        set => Set(Publishers, value);
    }

    /// <summary>Whether every row can be looked up (<see cref="DirectoryIndex"/>).</summary>
    public bool IsIndexed
    {
        get => Number(Indexed) != 0;
        set => Set(Indexed, value ? 1L : 0L);
    }

    /// <summary>A time not long before the latest at which a principal was present, in milliseconds since 1970 UTC.</summary>
    public long NewestSeen
    {
        get => Number(Newest);
        set => Set(Newest, value);
    }

    /// <summary>Every number of a token that was given is below; 1 if none was.</summary>
    public ulong NextToken
    {
        get => Math.Max(1, (ulong)Number(Tokens));
        set => Set(Tokens, (long)value);
    }

    /// <summary>Every number of an invitation that was given is below; 1 if none was.</summary>
    public ulong NextInvitation
    {
        get => Math.Max(1, (ulong)Number(Invitations));
        set => Set(Invitations, (long)value);
    }

    /// <summary>The place in the audit log's chain of its last record.</summary>
    public AuditPosition AuditHead
    {
        get => Place(Head);
        set => Set(Head, ToBytes(value));
    }

    /// <summary>The place in the audit log's chain of the last record that was removed.</summary>
    public AuditPosition AuditAnchor
    {
        get => Place(Anchor);
        set => Set(Anchor, ToBytes(value));
    }

    /// <summary>The room that reports are gathered in; 0 if there is none.</summary>
    public ulong ModeratorsRoom
    {
        get => (ulong)Number(Moderators);
        set => Set(Moderators, (long)value);
    }

    /// <summary>The mark by which an index of searches names this log; null if there is none yet.</summary>
    public byte[]? SearchId => Load(Search) as byte[];

    /// <summary>An index that was made before does not fit any more.</summary>
    public void BeginIndexAnew() => Set(Search, RandomNumberGenerator.GetBytes(16));

    /// <summary>The last id of a table's rows that can be looked up; later ones are indexed when they are stored.</summary>
    public long IndexedThrough(string table) => Number($"{Indexed}_{table}");

    public void SetIndexedThrough(string table, long id) => Set($"{Indexed}_{table}", id);

    public void MarkAsCopy() => Set(Copy, 1L);

    public void BeginImport() => Set(Import, 1L);

    public void EndImport() => connection.Execute("DELETE FROM meta WHERE key = $key", Import);

    /// <summary>
    /// Makes the copy a database of its own. Nobody knows how many ids the original has given since, and the same copy may be used
    /// twice: hence its ids go on somewhere above, at random.
    /// </summary>
    public void BeginAnew()
    {
        ReservedRooms += (ulong)Random();
        ReservedPrincipals += (ulong)Random();
        connection.Execute("DELETE FROM meta WHERE key = $key", Copy);
    }

    /// <summary>Adds a checksum to every value that has none.</summary>
    public void Seal()
    {
        foreach (var (key, value, _) in ReadAll().FindAll(row => row.Checksum is null))
            Set(key, value);
    }

    /// <summary>
    /// Replaces values that are missing or damaged by ones that do no harm: everything is replayed, and ids go on behind those that
    /// are known. True if a value was damaged.
    /// </summary>
    public bool ReplaceDamaged()
    {
        var rows = ReadAll();
        var damaged = rows.FindAll(row => row.Checksum is { } checksum && checksum != ChecksumOf(row.Key, row.Value)).ConvertAll(row => row.Key);
        damaged.AddRange(((string[])[Server, Hash]).Where(key => !rows.Exists(row => row.Key == key && row.Value is byte[])));
        string[] missing = [.. ((string[])[Rooms, Principals, Publishers]).Where(key => !rows.Exists(row => row.Key == key))];
        foreach (var key in damaged.Concat(missing))
            Set(key, key switch
            {
                Publishers => 0L,
                Copy or Import => 1L,
                Newest or Moderators => 0L,
                _ when key.StartsWith(Indexed, StringComparison.Ordinal) => 0L,
                Rooms => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM room")!,
                Principals => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM principal")!,
                Tokens => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM token")!,
                Invitations => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM invitation")!,
                Head => EndOfAudit("DESC"),
                // The first record that is there stands for those before it.
                Anchor => EndOfAudit("ASC"),
                _ => RandomNumberGenerator.GetBytes(16),
            });
        return damaged.Count > 0;
    }

    private static long Random() => (long)(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) % MaxGivenSince);

    private List<(string Key, object Value, long? Checksum)> ReadAll()
    {
        using var statement = connection.Prepare("SELECT key, value, crc FROM meta");
        using var rows = statement.Read();
        var values = new List<(string, object, long?)>();
        while (rows.Read())
            values.Add((rows.Text(0), rows.GetValue(1), rows.IsDBNull(2) ? null : rows.GetInt64(2)));
        return values;
    }

    private static byte[] ToBytes(AuditPosition place)
    {
        var bytes = new byte[sizeof(ulong) + AuditChain.HashSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, place.Number);
        place.Hash.Span.CopyTo(bytes.AsSpan(sizeof(ulong)));
        return bytes;
    }

    private AuditPosition Place(string key) => Load(key) switch
    {
        null => AuditPosition.Beginning,
        byte[] { Length: sizeof(ulong) + AuditChain.HashSize } bytes => new AuditPosition(BinaryPrimitives.ReadUInt64BigEndian(bytes), bytes.AsMemory(sizeof(ulong))),
        _ => throw Damaged(key),
    };

    private byte[] EndOfAudit(string order)
    {
        using var statement = connection.Prepare($"SELECT id, hash FROM audit ORDER BY id {order} LIMIT 1");
        using var rows = statement.Read();
        return ToBytes(rows.Read() && rows.Blob(1) is { Length: AuditChain.HashSize } hash ? new AuditPosition((ulong)rows.Number(0), hash) : AuditPosition.Beginning);
    }

    private byte[] Bytes(string key) => Load(key) as byte[] ?? throw Damaged(key);

    private long Number(string key) => Load(key) switch
    {
        null => 0,
        long number => number,
        _ => throw Damaged(key),
    };

    private void Set(string key, object value) => _set.Execute(key, value, ChecksumOf(key, value));

    private object? Load(string key)
    {
        using var rows = _load.Read(key);
        if (!rows.Read())
            return null;
        var value = rows.GetValue(0);
        return rows.HasChecksum(1, ChecksumOf(key, value)) ? value : throw Damaged(key);
    }

    private static DamagedRowException Damaged(string key) => new($"the value '{key}'");

    private static long ChecksumOf(string key, object value) => value switch
    {
        long number => new RowChecksum().Add(key).Add(number).Value,
        byte[] bytes => new RowChecksum().Add(key).Add((ReadOnlyMemory<byte>)bytes).Value,
        _ => 0,
    };
}

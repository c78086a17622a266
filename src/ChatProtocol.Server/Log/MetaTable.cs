using System.Security.Cryptography;

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

    /// <summary>The room that reports are gathered in; 0 if there is none.</summary>
    public ulong ModeratorsRoom
    {
        get => (ulong)Number(Moderators);
        set => Set(Moderators, (long)value);
    }

    /// <summary>The last id of a table's rows that can be looked up; later ones are indexed when they are stored.</summary>
    public long IndexedThrough(string table) => Number($"{Indexed}_{table}");

    public void SetIndexedThrough(string table, long id) => Set($"{Indexed}_{table}", id);

    public void MarkAsCopy() => Set(Copy, 1L);

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
                Copy => 1L,
                Newest or Moderators => 0L,
                _ when key.StartsWith(Indexed, StringComparison.Ordinal) => 0L,
                Rooms => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM room")!,
                Principals => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM principal")!,
                Tokens => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM token")!,
                Invitations => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM invitation")!,
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

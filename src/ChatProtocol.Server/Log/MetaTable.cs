using System.Security.Cryptography;

namespace ChatProtocol.Server;

/// <summary>Values of the database itself.</summary>
internal sealed class MetaTable(LogConnection connection)
{
    private const string Server = "server";
    private const string Hash = "hash_key";
    private const string Rooms = "reserved_rooms";
    private const string Principals = "reserved_principals";
    private const string Publishers = "publishers";
    private const string Copy = "copy";

    /// <summary>About so many ids at most may have been given by the original of a copy since: 2^40.</summary>
    private const long MaxGivenSince = 1L << 40;

    private readonly LogStatement _set = connection.Prepare(
        "INSERT INTO meta(key, value, crc) VALUES ($key, $value, $crc) ON CONFLICT(key) DO UPDATE SET value = $value, crc = $crc");

    private readonly LogStatement _load = connection.Prepare("SELECT value, crc FROM meta WHERE key = $key");

    /// <summary>16 random bytes made with the database; guests derive their keys from it.</summary>
    public byte[] ServerId => Bytes(Server);

    /// <summary>16 random bytes made with the database, that leave it never.</summary>
    public byte[] HashKey => Bytes(Hash);

    /// <summary>Whether it is a copy that nobody has begun on yet.</summary>
    public bool IsCopy => Load(Copy) is not null;

    /// <summary>Room ids below this may have been given to somebody; 0 if none was.</summary>
    public ulong ReservedRooms
    {
        get => (ulong)Number(Rooms);
        set => Set(Rooms, (long)value);
    }

    /// <summary>Principal ids below this may have been given to somebody; 0 if none was.</summary>
    public ulong ReservedPrincipals
    {
        get => (ulong)Number(Principals);
        set => Set(Principals, (long)value);
    }

    /// <summary>The last segment that need not be read for the publishers' sake any more.</summary>
    public long PublishersThrough
    {
        get => Number(Publishers);
        set => Set(Publishers, value);
    }

    public void MarkAsCopy() => Set(Copy, 1L);

    /// <summary>
    /// It is a copy no more. How many ids the original has given since nobody knows, and the same copy may be used twice:
    /// hence it goes on somewhere above, at random.
    /// </summary>
    public void BeginAnew()
    {
        ReservedRooms += (ulong)Random();
        ReservedPrincipals += (ulong)Random();
        connection.Execute("DELETE FROM meta WHERE key = $key", Copy);
    }

    /// <summary>Gives every value that has no checksum one.</summary>
    public void Seal()
    {
        foreach (var (key, value, _) in ReadAll().FindAll(row => row.Checksum is null))
            Set(key, value);
    }

    /// <summary>
    /// Gives what is missing or not as it was stored a value that harms nobody: everything is replayed, and ids go on behind
    /// those that are known. True if anything was not as it was stored.
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
                Rooms => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM room")!,
                Principals => connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM principal")!,
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

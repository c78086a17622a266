using System.Buffers.Binary;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The posts that have a key, each stored by the transaction of its entry, and removed by that which removes the entry.</summary>
internal sealed class PostKeyTable(DatabaseConnection connection)
{
    private const int DigestSize = 16;

    private const string Select = "SELECT digest, room, seq, time, text_hash, crc FROM post_key";

    private readonly PreparedStatement _insert = connection.Prepare(
        "INSERT INTO post_key(digest, room, seq, time, text_hash, crc) VALUES ($digest, $room, $seq, $time, $hash, $crc)");

    private readonly PreparedStatement _find = connection.Prepare($"{Select} WHERE digest = $digest");

    private readonly PreparedStatement _findOf = connection.Prepare($"{Select} WHERE room = $room AND seq = $seq");

    private readonly PreparedStatement _forgetBody = connection.Prepare("UPDATE post_key SET text_hash = 0, crc = $crc WHERE room = $room AND seq = $seq");

    private readonly PreparedStatement _count = connection.Prepare("SELECT count(*) FROM post_key WHERE room = $room AND seq BETWEEN $first AND $last");

    private readonly PreparedStatement _deleteBefore = connection.Prepare("DELETE FROM post_key WHERE room = $room AND seq < $seq");

    private readonly PreparedStatement _deleteBehind = connection.Prepare("DELETE FROM post_key WHERE room = $room AND seq > $seq");

    private readonly PreparedStatement _deleteSome = connection.Prepare("DELETE FROM post_key WHERE digest IN (SELECT digest FROM post_key WHERE room = $room LIMIT $most)");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM post_key WHERE room = $room AND seq = $seq");

    public void Insert(PostKeyRecord post) => _insert.Execute(
        ToBytes(post.Key.Digest), (long)post.Key.Room, (long)post.Seq, (long)post.Time, (long)post.BodyHash, ChecksumOf(post));

    /// <summary>The post that has used a key; null if none has.</summary>
    /// <exception cref="DamagedRowException">The row is not as it was stored.</exception>
    public PostKeyRecord? Find(PostKey key)
    {
        using var rows = _find.Read(ToBytes(key.Digest));
        if (!rows.Read())
            return null;
        var post = ToRecord(rows);
        return IsWhole(rows, post) ? post : throw Damaged(post);
    }

    /// <summary>An entry is erased: the hash of its text goes with it. A row that is damaged stays so.</summary>
    public void ForgetBody(ulong room, ulong seq)
    {
        long checksum;
        using (var rows = _findOf.Read((long)room, (long)seq))
        {
            if (!rows.Read())
                return;
            var post = ToRecord(rows);
            checksum = IsWhole(rows, post) ? ChecksumOf(post with { BodyHash = 0 }) : rows.Number(5);
        }
        _forgetBody.Execute(checksum, (long)room, (long)seq);
    }

    /// <summary>How many entries of a run have a key.</summary>
    public long Count(ulong room, ulong first, ulong last) => (long)_count.Ask((long)room, (long)first, (long)last)!;

    /// <summary>The entries before a seq are not kept any more.</summary>
    public void DeleteBefore(ulong room, ulong seq) => _deleteBefore.Execute((long)room, (long)seq);

    /// <summary>The entries behind a seq are lost.</summary>
    public void DeleteBehind(ulong room, ulong seq) => _deleteBehind.Execute((long)room, (long)seq);

    /// <summary>Deletes some of the keys of a removed room; false if others may be left.</summary>
    public bool TryDeleteOf(ulong room, int most)
    {
        _deleteSome.Execute((long)room, most);
        return SQLitePCL.raw.sqlite3_changes(connection.Handle) < most;
    }

    /// <summary>Checks the first rows.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public void Check(int most) => FindDamaged(most, post => throw Damaged(post));

    /// <summary>Removes the rows that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<PostKeyRecord>();
        FindDamaged(int.MaxValue, damaged.Add);
        damaged.ForEach(post => _delete.Execute((long)post.Key.Room, (long)post.Seq));
        return damaged.Count > 0;
    }

    private void FindDamaged(int most, Action<PostKeyRecord> damaged)
    {
        using var statement = connection.Prepare($"{Select} LIMIT {most}");
        using var rows = statement.Read();
        while (rows.Read())
            if (ToRecord(rows) is var post && !IsWhole(rows, post))
                damaged(post);
    }

    private static bool IsWhole(SqliteDataReader row, PostKeyRecord post) => row.HasChecksum(5, ChecksumOf(post));

    private static PostKeyRecord ToRecord(SqliteDataReader row) => new(
        new PostKey((ulong)row.Number(1), FromBytes(row.Blob(0))), (ulong)row.Number(2), (ulong)row.Number(3), (ulong)row.Number(4));

    private static DamagedRowException Damaged(PostKeyRecord post) => new($"the key of entry {post.Seq} of room {post.Key.Room}");

    private static UInt128 FromBytes(byte[] digest) => digest.Length == DigestSize ? BinaryPrimitives.ReadUInt128BigEndian(digest) : 0;

    private static byte[] ToBytes(UInt128 digest)
    {
        var bytes = new byte[DigestSize];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, digest);
        return bytes;
    }

    private static long ChecksumOf(PostKeyRecord post) => new RowChecksum()
        .Add((ReadOnlyMemory<byte>)ToBytes(post.Key.Digest)).Add(post.Key.Room).Add(post.Seq).Add(post.Time).Add(post.BodyHash).Value;
}

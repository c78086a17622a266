using System.Buffers.Binary;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The tokens of accounts, by the hashes of which they are found.</summary>
internal sealed class TokenTable(DatabaseConnection connection, MetaTable meta)
{
    private const string Select = "SELECT id, principal, hash, label, scopes, rooms, made, expires, used, crc FROM token";

    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT OR REPLACE INTO token(id, principal, hash, label, scopes, rooms, made, expires, used, crc)
        SELECT $id, $principal, $hash, $label, $scopes, $rooms, $made, $expires, $used, $crc WHERE EXISTS (SELECT 1 FROM account WHERE principal = $principal)
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM token WHERE id = $id");

    private readonly PreparedStatement _deleteOf = connection.Prepare("DELETE FROM token WHERE principal = $principal");

    private readonly PreparedStatement _find = connection.Prepare($"{Select} WHERE hash = $hash");

    private readonly PreparedStatement _loadOf = connection.Prepare($"{Select} WHERE principal = $principal ORDER BY id");

    private readonly PreparedStatement _load = connection.Prepare($"{Select} ORDER BY id LIMIT $count");

    /// <summary>The lowest number that was never given.</summary>
    public ulong Next => Math.Max(meta.NextToken, (ulong)(long)connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM token")!);

    /// <summary>Stores a token, in place of one with the same number or hash; no change if its account is not there.</summary>
    public void Upsert(TokenRecord token)
    {
        if (token.Number >= meta.NextToken)
            meta.NextToken = token.Number + 1;
        _upsert.Execute((long)token.Number, (long)token.Principal, token.Hash, token.Label, (long)token.Scopes, ToBytes(token.Rooms), token.Made, token.Expires, token.Used,
            ChecksumOf(token));
    }

    public void Delete(ulong number) => _delete.Execute((long)number);

    public void DeleteOf(ulong principal) => _deleteOf.Execute((long)principal);

    /// <summary>The token with a hash; null if there is none.</summary>
    /// <exception cref="DamagedRowException">The row is not as it was stored.</exception>
    public TokenRecord? Find(string hash)
    {
        using var rows = _find.Read(hash);
        return Read(rows, ThrowAsDamaged).FirstOrDefault();
    }

    /// <summary>The tokens of an account, by ascending number.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<TokenRecord> LoadOf(ulong principal)
    {
        using var rows = _loadOf.Read((long)principal);
        return Read(rows, ThrowAsDamaged);
    }

    /// <summary>The first tokens of all accounts.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<TokenRecord> Load(int most = int.MaxValue) => Load(most, ThrowAsDamaged);

    /// <summary>Removes the tokens that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<TokenRecord>();
        Load(int.MaxValue, damaged.Add);
        damaged.ForEach(token => Delete(token.Number));
        return damaged.Count > 0;
    }

    private static void ThrowAsDamaged(TokenRecord token) => throw new DamagedRowException($"token {token.Number}");

    private List<TokenRecord> Load(int most, Action<TokenRecord> damaged)
    {
        using var rows = _load.Read(most);
        return Read(rows, damaged);
    }

    private static List<TokenRecord> Read(SqliteDataReader rows, Action<TokenRecord> damaged)
    {
        var tokens = new List<TokenRecord>();
        while (rows.Read())
        {
            var token = new TokenRecord((ulong)rows.Number(0), (ulong)rows.Number(1), rows.Text(2), rows.Text(3), (TokenScopes)rows.Number(4), ToRooms(rows.Blob(5)),
                rows.Number(6), rows.Number(7), rows.Number(8));
            if (rows.Number(9) == ChecksumOf(token))
                tokens.Add(token);
            else
                damaged(token);
        }
        return tokens;
    }

    private static byte[] ToBytes(IReadOnlyList<ulong> rooms)
    {
        var bytes = new byte[rooms.Count * sizeof(ulong)];
        for (var i = 0; i < rooms.Count; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), rooms[i]);
        return bytes;
    }

    private static ulong[] ToRooms(byte[] bytes) => [.. bytes.Chunk(sizeof(ulong)).Where(room => room.Length == sizeof(ulong)).Select(room => BinaryPrimitives.ReadUInt64LittleEndian(room))];

    private static long ChecksumOf(TokenRecord token) => new RowChecksum().Add(token.Number).Add(token.Principal).Add(token.Hash).Add(token.Label).Add((long)token.Scopes)
        .Add((ReadOnlyMemory<byte>)ToBytes(token.Rooms)).Add(token.Made).Add(token.Expires).Add(token.Used).Value;
}

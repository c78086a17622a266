using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>
/// Cursors as clients have them: encrypted with the server's own key, as the order of commits would tell how much is said in rooms that the client
/// does not see (CP-SEA-010).
/// </summary>
internal sealed class SearchCursors(ReadOnlyMemory<byte> hashKey)
{
    /// <summary>The bytes of a cursor: one block.</summary>
    public const int Size = 16;

    private readonly byte[] _key = SHA256.HashData([.. "search cursor"u8, .. hashKey.Span])[..16];

    public ReadOnlyMemory<byte> Encode(SearchCursor cursor)
    {
        var place = new byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(place, cursor.Row);
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(sizeof(long)), cursor.Index);
        using var aes = Cipher();
        return aes.EncryptEcb(place, PaddingMode.None);
    }

    /// <summary>The cursor; null if this server has not made it.</summary>
    public SearchCursor? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            return null;
        using var aes = Cipher();
        var place = aes.DecryptEcb(bytes, PaddingMode.None);
        var cursor = new SearchCursor(BinaryPrimitives.ReadInt64BigEndian(place), BinaryPrimitives.ReadInt32BigEndian(place.AsSpan(sizeof(long))));
        return cursor is { Row: >= 0, Index: >= 0 } && BinaryPrimitives.ReadInt32BigEndian(place.AsSpan(sizeof(long) + sizeof(int))) == 0 ? cursor : null;
    }

    private Aes Cipher()
    {
        var aes = Aes.Create();
        aes.Key = _key;
        return aes;
    }
}

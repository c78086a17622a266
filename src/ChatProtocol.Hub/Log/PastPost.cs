using System.Buffers.Binary;

namespace ChatProtocol.Hub;

/// <summary>A post that was accepted; the hash is 0 for an erased one.</summary>
internal readonly record struct PastPost(ulong Seq, ulong Time, ulong BodyHash)
{
    private const int Size = 24;

    public static byte[] WriteAll(List<PastPost> posts)
    {
        var bytes = new byte[posts.Count * Size];
        for (var i = 0; i < posts.Count; i++)
        {
            var at = bytes.AsSpan(i * Size);
            BinaryPrimitives.WriteUInt64LittleEndian(at, posts[i].Seq);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], posts[i].Time);
            BinaryPrimitives.WriteUInt64LittleEndian(at[16..], posts[i].BodyHash);
        }
        return bytes;
    }

    public static List<PastPost> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var posts = new List<PastPost>(bytes.Length / Size);
        for (; bytes.Length >= Size; bytes = bytes[Size..])
            posts.Add(new PastPost(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])));
        return posts;
    }
}

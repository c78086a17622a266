using System.Buffers.Binary;

namespace ChatProtocol.Hub;

/// <summary>A publisher id: 16 secret bytes that a client chose.</summary>
internal readonly record struct PublisherId(ulong High, ulong Low)
{
    public const int Size = 16;

    public static PublisherId From(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }
}

/// <summary>A publisher: the same 16 bytes given by two principals are two.</summary>
internal readonly record struct PublisherKey(ulong Principal, PublisherId Id)
{
    public static PublisherKey Of(ulong principal, ReadOnlyMemory<byte> id) => new(principal, PublisherId.From(id.Span));
}

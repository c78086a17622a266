using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>Reads the records of an outbox's file up to the first that is torn or damaged.</summary>
/// <param name="bytes">The file.</param>
internal ref struct OutboxReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>Bytes of a record before its body: the length and the check.</summary>
    public const int HeadSize = 8;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private ReadOnlySpan<byte> _body;

    /// <summary>The bytes of the records that were read.</summary>
    public int Consumed { get; private set; }

    /// <summary>Reads the next record. False at the end, and before a record that is not whole.</summary>
    /// <exception cref="InvalidDataException">The record is whole and of a later version.</exception>
    public bool TryRead(out OutboxRecord? record)
    {
        record = null;
        var left = _bytes[Consumed..];
        if (left.Length <= HeadSize)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(left);
        if (length <= 0 || length > left.Length - HeadSize)
            return false;
        _body = left.Slice(HeadSize, length);
        var told = BinaryPrimitives.ReadUInt32LittleEndian(left[sizeof(int)..]);
        if (told != ((OutboxKind)_body[0] <= OutboxKind.SettledBefore ? HashCheck(_body) : Check(_body)))
            return false;
        record = Read();
        Consumed += HeadSize + length;
        return true;
    }

    /// <summary>The check of a record's body: CRC-32C.</summary>
    public static uint Check(ReadOnlySpan<byte> body)
    {
        var crc = uint.MaxValue;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(body))
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? eight : BinaryPrimitives.ReverseEndianness(eight));
        foreach (var one in body[(body.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }

    private static uint HashCheck(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }

    private OutboxRecord Read() => (OutboxKind)Take(1)[0] switch
    {
        OutboxKind.PublisherBefore or OutboxKind.Publisher => new OutboxRecord.Publisher(_body.ToArray()),
        OutboxKind.PostBefore => ReadPostBefore(),
        OutboxKind.SettledBefore => new OutboxRecord.Settled(ReadString(), ReadNumber()),
        OutboxKind.Post => ReadPost(hasDetails: false),
        OutboxKind.DetailedPost => ReadPost(hasDetails: true),
        OutboxKind.Settled => ReadSettled(),
        OutboxKind.Position => new OutboxRecord.Moved(ReadPosition()),
        var later => throw new InvalidDataException($"it has records of the kind {(int)later}, of a later version of this library"),
    };

    private OutboxRecord.Post ReadPostBefore()
    {
        var address = ReadString();
        var peer = ReadNumber();
        var counter = ReadNumber();
        var text = Take(BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int))));
        return new(new UnsettledPost(address, peer == 0 ? null : peer, counter, TextOf(text)), null);
    }

    private OutboxRecord.Post ReadPost(bool hasDetails)
    {
        var counter = ReadNumber();
        var address = ReadString();
        var peer = ReadOptional();
        var key = Take(Take(1)[0]);
        var (tag, before, index) = (ReadOptional(), ReadOptional(), ReadNumber());
        var position = ReadPosition();
        var details = hasDetails ? new MessageDetails(ReadOptional(), ReadOptional(), Take(1)[0] != 0) : null;
        return new(
            new UnsettledPost(address, peer, counter, TextOf(_body))
            {
                Key = key.IsEmpty ? default(ReadOnlyMemory<byte>?) : key.ToArray(),
                Details = details,
                Tag = tag,
                TagBefore = before,
                TagIndex = index,
            },
            position);
    }

    private OutboxRecord.Settled ReadSettled()
    {
        var counter = ReadNumber();
        return new(ReadString(), counter);
    }

    private TagPosition ReadPosition() => new(ReadNumber(), ReadOptional());

    private ulong? ReadOptional() => Take(1)[0] == 0 ? null : ReadNumber();

    private ulong ReadNumber() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>No address has more bytes than the length's one byte tells.</summary>
    private string ReadString() => Encoding.UTF8.GetString(Take(Take(1)[0]));

    private static Text TextOf(ReadOnlySpan<byte> utf8) => Text.TryFromUtf8(utf8.ToArray(), out var text) ? text : default;

    private ReadOnlySpan<byte> Take(int size)
    {
        if ((uint)size > (uint)_body.Length)
            throw new InvalidDataException("a record is shorter than what it says it holds");
        var taken = _body[..size];
        _body = _body[size..];
        return taken;
    }
}

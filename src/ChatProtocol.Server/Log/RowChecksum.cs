using System.Buffers.Binary;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>
/// The checksum of a row of the small tables. Each value counts with its length, so that no byte can move from one value to the
/// next. Segments have one over their bytes (<see cref="Crc32C"/>).
/// </summary>
internal struct RowChecksum
{
    private uint _crc;

    /// <summary>The finished checksum, as it is stored.</summary>
    public readonly long Value => ~_crc;

    public RowChecksum Add(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _crc = Crc32C.Add(_crc, bytes);
        return this;
    }

    public RowChecksum Add(ulong value) => Add((long)value);

    public RowChecksum Add(bool value) => Add(value ? 1L : 0L);

    /// <summary>Adds a value; null is not the same as 0.</summary>
    public RowChecksum Add(ulong? value) => value is { } number ? Add(1L).Add(number) : Add(0L);

    public RowChecksum Add(string value) => Add(Encoding.UTF8.GetBytes(value));

    public RowChecksum Add(ReadOnlyMemory<byte> value)
    {
        Add((long)value.Length);
        _crc = Crc32C.Add(_crc, value.Span);
        return this;
    }

    public RowChecksum Add(ReadOnlyMemory<byte>? value) => value is { } bytes ? Add(1L).Add(bytes) : Add(0L);
}

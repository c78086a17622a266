using System.Numerics;
using System.Runtime.InteropServices;

namespace ChatProtocol.Server;

/// <summary>CRC-32C, which processors have an instruction for: finds bits that flipped on the disk.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of two runs of bytes, one behind the other.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more) => ~Add(Add(uint.MaxValue, bytes), more);

    /// <summary>Continues a checksum that is not finished.</summary>
    public static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var b in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }
}

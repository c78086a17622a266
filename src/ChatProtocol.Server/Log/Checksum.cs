using System.Numerics;
using System.Runtime.InteropServices;

namespace ChatProtocol.Server;

/// <summary>CRC-32C, for which processors have an instruction: finds bits that flipped on the disk.</summary>
internal static class Checksum
{
    /// <summary>The checksum of one run of bytes and another behind it.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> more) => ~Add(Add(uint.MaxValue, bytes), more);

    /// <summary>Goes on with a checksum that is not finished.</summary>
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

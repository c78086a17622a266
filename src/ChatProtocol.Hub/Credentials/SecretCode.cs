using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Hub;

/// <summary>
/// The form of tokens and of the codes of invitations: a prefix that tells what it is, 256 random bits in letters and digits, and a
/// checksum, so that one in the wrong place is found by its form alone, and one that was cut or mistyped is told so.
/// </summary>
public static class SecretCode
{
    /// <summary>The random bytes of a secret.</summary>
    public const int Size = 32;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int LengthOfBits = 43;
    private const int LengthOfChecksum = 6;

    /// <summary>The code of these random bytes, in ASCII.</summary>
    /// <param name="prefix">What it is: <see cref="Secrets.TokenPrefix"/> or <see cref="Secrets.InvitationPrefix"/>.</param>
    /// <param name="random">The random bytes.</param>
    internal static byte[] Make(string prefix, ReadOnlySpan<byte> random)
    {
        var bits = InDigits(new BigInteger(random, isUnsigned: true, isBigEndian: true), LengthOfBits);
        return Encoding.ASCII.GetBytes(prefix + bits + ChecksumOf(bits));
    }

    /// <summary>Whether the code has this prefix and the form of one; it may be of no use all the same.</summary>
    internal static bool IsWellFormed(string prefix, ReadOnlySpan<byte> code)
    {
        if (code.Length != prefix.Length + LengthOfBits + LengthOfChecksum || !Ascii.IsValid(code))
            return false;
        var text = Encoding.ASCII.GetString(code);
        var bits = text.Substring(prefix.Length, LengthOfBits);
        return text.StartsWith(prefix, StringComparison.Ordinal) && text[(prefix.Length + LengthOfBits)..] == ChecksumOf(bits);
    }

    /// <summary>The hash by which a code is stored and looked up.</summary>
    internal static string HashOf(ReadOnlySpan<byte> code) => Convert.ToHexStringLower(SHA256.HashData(code));

    private static string ChecksumOf(string bits) => InDigits(Crc32Of(Encoding.ASCII.GetBytes(bits)), LengthOfChecksum);

    private static string InDigits(BigInteger number, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Digits.Length, out var digit);
            text[i] = Digits[(int)digit];
        }
        return text.ToString();
    }

    /// <summary>CRC-32 as in zip and PNG, bit by bit: it is made of few bytes, and seldom.</summary>
    private static uint Crc32Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}

using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>
/// The chain of hashes through an export (CP-EXP-004): each line ends with the SHA-256 over the hash before it and its own bytes up
/// to there, so that no line can be changed, moved, added or left out without the last hash being another one.
/// </summary>
internal sealed class ExportHash : IDisposable
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = 32;

    /// <summary>Bytes at the end of a line: the field with the hash, and the end of the object.</summary>
    public const int TailLength = 9 + 2 * Length + 2;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _last = new byte[Length];

    /// <summary>The hash of the last line; zeros before the first.</summary>
    public byte[] Last => [.. _last];

    /// <summary>The tail of the next line.</summary>
    /// <param name="body">The line up to the field with its hash.</param>
    public byte[] Add(ReadOnlySpan<byte> body)
    {
        _hash.AppendData(_last);
        _hash.AppendData(body);
        _hash.GetHashAndReset(_last);
        return Encoding.ASCII.GetBytes($",\"hash\":\"{Convert.ToHexStringLower(_last)}\"}}");
    }

    public void Dispose() => _hash.Dispose();
}

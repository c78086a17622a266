using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>
/// The header in which a proxy names the client at the beginning of a connection: the PROXY protocol, version 1 (a line) or 2
/// (binary). Read strictly, for the address in it is believed.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>The longest header that is accepted, of either version.</summary>
    public const int MaxLength = 536;

    /// <summary>The longest line of version 1, its end included.</summary>
    private const int MaxLine = 107;

    private const int FixedLength = 16;

    /// <summary>The deadline for the rest of a header.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static ReadOnlySpan<byte> Line => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>The result of parsing.</summary>
    /// <param name="Length">The header's length in bytes; 0 if there is none.</param>
    /// <param name="Source">The client's address; null if the connection is the proxy's own.</param>
    public readonly record struct Found(int Length, IPEndPoint? Source);

    /// <summary>Takes the header from the input, if there is one.</summary>
    /// <param name="input">The connection's input, from its first byte.</param>
    /// <param name="silence">How long no byte at all may come; after that it is the proxy's own connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">Gives up.</param>
    /// <returns>The client's address; null if the connection is the proxy's own.</returns>
    /// <exception cref="ProxyHeaderException">The bytes begin like a header and are none, or the header does not end in time.</exception>
    public static async Task<IPEndPoint?> ReadAsync(PipeReader input, TimeSpan silence, TimeProvider time, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        var isBegun = false;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                return isBegun ? throw new ProxyHeaderException("its header has not ended in time") : null;
            }
            if (TryParse(read.Buffer, out var found))
            {
                var end = read.Buffer.GetPosition(found.Length);
                input.AdvanceTo(end);
                return found.Source;
            }
            if (read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start);
                return null;
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (!isBegun)
                timeout.CancelAfter(Patience);
            isBegun = true;
        }
    }

    /// <summary>Whether the first bytes are decided to be a header or none; false if more bytes are needed.</summary>
    /// <exception cref="ProxyHeaderException">The header is wrong.</exception>
    public static bool TryParse(in ReadOnlySequence<byte> input, out Found found)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(input.Length, MaxLength)];
        input.Slice(0, bytes.Length).CopyTo(bytes);
        found = default;
        if (Begins(bytes, Line))
            return bytes.Length >= Line.Length && TryParseLine(bytes, out found);
        if (Begins(bytes, Signature))
            return bytes.Length >= FixedLength && TryParseBinary(bytes, out found);
        return true;
    }

    /// <summary>Whether the bytes, as far as they go, are those of <paramref name="beginning"/>.</summary>
    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> beginning) =>
        bytes.Length < beginning.Length ? beginning.StartsWith(bytes) : bytes.StartsWith(beginning);

    private static bool TryParseLine(ReadOnlySpan<byte> bytes, out Found found)
    {
        found = default;
        var end = bytes[..Math.Min(bytes.Length, MaxLine)].IndexOf("\r\n"u8);
        if (end < 0)
            return bytes.Length < MaxLine ? false : throw Wrong("the line does not end");
        var words = Encoding.ASCII.GetString(bytes[..end]).Split(' ');
        found = new Found(end + 2, words[1] == "UNKNOWN" ? null : ParseSource(words));
        return true;
    }

    private static IPEndPoint ParseSource(string[] words)
    {
        if (words is not [_, "TCP4" or "TCP6", var source, var target, var sourcePort, var targetPort])
            throw Wrong("the line has to be PROXY, TCP4 or TCP6, two addresses and two ports");
        var isShort = words[1] == "TCP4";
        ParseAddress(target, isShort);
        ParsePort(targetPort);
        return new IPEndPoint(ParseAddress(source, isShort), ParsePort(sourcePort));
    }

    private static IPAddress ParseAddress(string word, bool isShort)
    {
        // The parser also takes "1" and "0x7f.1", which no proxy writes.
        if (IPAddress.TryParse(word, out var address)
            && address.AddressFamily == (isShort ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
            && (isShort ? address.ToString() == word : !word.AsSpan().ContainsAny("%[]/")))
            return address;
        throw Wrong("an address is none");
    }

    private static int ParsePort(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort && (word == "0" || word[0] != '0')
            ? port : throw Wrong("a port is none");

    private static bool TryParseBinary(ReadOnlySpan<byte> bytes, out Found found)
    {
        var versionAndCommand = bytes[12];
        var family = bytes[13];
        var length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        found = default;
        if (versionAndCommand is not (0x20 or 0x21))
            throw Wrong("the version or the command is unknown");
        if (length > MaxLength)
            throw Wrong($"it is longer than {MaxLength} bytes");
        if (bytes.Length < length)
            return false;
        // LOCAL: the proxy speaks for itself, as for a health check.
        found = new Found(length, versionAndCommand == 0x20 ? null : ParseSource(family, bytes[FixedLength..length]));
        return true;
    }

    /// <summary>The client's address; the TLVs behind it are not used.</summary>
    private static IPEndPoint? ParseSource(byte family, ReadOnlySpan<byte> addresses) => family switch
    {
        0x11 when addresses.Length >= 12 => new IPEndPoint(new IPAddress(addresses[..4]), BinaryPrimitives.ReadUInt16BigEndian(addresses[8..])),
        0x21 when addresses.Length >= 36 => new IPEndPoint(new IPAddress(addresses[..16]), BinaryPrimitives.ReadUInt16BigEndian(addresses[32..])),
        0x00 or 0x31 or 0x32 => null,
        _ => throw Wrong("its addresses are not those of a stream"),
    };

    private static ProxyHeaderException Wrong(string what) => new($"its header is wrong: {what}");
}

/// <summary>A trusted proxy sent a header that is wrong.</summary>
internal sealed class ProxyHeaderException(string message) : IOException(message);

using System.Buffers;
using System.IO.Pipelines;

namespace ChatProtocol.Server;

/// <summary>Detects a connection's protocol by its first bytes, so that one port serves all (CP-TRA-001).</summary>
internal static class ProtocolSignature
{
    /// <summary>This many first bytes are enough to tell whether they are text.</summary>
    private const int Enough = 16;

    /// <summary>
    /// How long the rest of a TLS hello or of an HTTP method is waited for, and the first byte on a port for every protocol.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PRI"];

    private static readonly string[] HttpBeginnings = [.. from method in Methods from target in (string[])["/", "*", "http"] select $"{method} {target}"];

    /// <summary>Looks at the input without consuming any of it.</summary>
    public static async Task<DetectedProtocol> DetectAsync(Transport transport, TimeSpan silence, TimeProvider time, CancellationToken stopping)
    {
        var input = transport.Input;
        using var timeout = new CancellationTokenSource(silence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        var isBegun = false;
        while (true)
        {
            ReadResult read;
            try
            {
                // Bytes that lie in the kernel when the time is over came in time: only the server is late (CP-TRA-021).
                read = await input.ReadAsync(timeout.IsCancellationRequested && transport.HasUnread ? stopping : either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                if (!stopping.IsCancellationRequested && transport.HasUnread)
                    continue;
                return stopping.IsCancellationRequested ? DetectedProtocol.Nothing : isBegun ? DetectedProtocol.LegacyText : DetectedProtocol.Silence;
            }
            var protocol = Tell(read.Buffer);
            if (protocol is not null || read.IsCompleted)
            {
                // Nothing is consumed, and nothing counts as examined: the next reader gets all of it at once.
                input.AdvanceTo(read.Buffer.Start);
                return protocol ?? (read.Buffer.IsEmpty ? DetectedProtocol.Nothing : DetectedProtocol.LegacyText);
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (!isBegun)
                timeout.CancelAfter(Patience);
            isBegun = true;
        }
    }

    /// <summary>The protocol that these first bytes are; null if more of them are needed.</summary>
    public static DetectedProtocol? Tell(in ReadOnlySequence<byte> first)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(first.Length, Enough)];
        first.Slice(0, bytes.Length).CopyTo(bytes);
        return bytes switch
        {
            [] => null,
            [0x00, ..] => DetectedProtocol.Native,
            [0x16] => null,
            [0x16, 0x03, ..] => DetectedProtocol.Tls,
            _ when TellHttp(bytes) is not DetectedProtocol.LegacyText and var protocol => protocol,
            _ => ForeignGreeting.Find(first, out _) is { } greeting ? greeting.IsHttp ? DetectedProtocol.Http : DetectedProtocol.Foreign : DetectedProtocol.LegacyText,
        };
    }

    private static DetectedProtocol? TellHttp(ReadOnlySpan<byte> bytes)
    {
        foreach (var beginning in HttpBeginnings)
        {
            var length = Math.Min(beginning.Length, bytes.Length);
            if (System.Text.Ascii.Equals(bytes[..length], beginning.AsSpan(0, length)))
                return length == beginning.Length ? DetectedProtocol.Http : null;
        }
        return DetectedProtocol.LegacyText;
    }
}

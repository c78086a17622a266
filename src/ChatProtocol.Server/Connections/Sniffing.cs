using System.Buffers;
using System.IO.Pipelines;

namespace ChatProtocol.Server;

/// <summary>The protocol that a connection turns out to speak.</summary>
internal enum Spoken
{
    /// <summary>No byte, and the peer has gone, or is about to.</summary>
    Nothing,

    /// <summary>No byte in time.</summary>
    Silence,
    Native,
    Tls,
    Http,

    /// <summary>Plainly another protocol.</summary>
    Foreign,
    LegacyText,
}

/// <summary>Detects a connection's protocol by its first bytes, so that one port serves all (CP-TRA-001).</summary>
internal static class Sniffing
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
    public static async Task<Spoken> SniffAsync(Transport transport, TimeSpan silence, TimeProvider time, CancellationToken stopping)
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
                return stopping.IsCancellationRequested ? Spoken.Nothing : isBegun ? Spoken.LegacyText : Spoken.Silence;
            }
            var spoken = Tell(read.Buffer);
            if (spoken is not null || read.IsCompleted)
            {
                // Nothing is consumed, and nothing counts as examined: the next reader gets all of it at once.
                input.AdvanceTo(read.Buffer.Start);
                return spoken ?? (read.Buffer.IsEmpty ? Spoken.Nothing : Spoken.LegacyText);
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (!isBegun)
                timeout.CancelAfter(Patience);
            isBegun = true;
        }
    }

    /// <summary>The protocol that these first bytes are; null if more of them are needed.</summary>
    public static Spoken? Tell(in ReadOnlySequence<byte> first)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(first.Length, Enough)];
        first.Slice(0, bytes.Length).CopyTo(bytes);
        return bytes switch
        {
            [] => null,
            [0x00, ..] => Spoken.Native,
            [0x16] => null,
            [0x16, 0x03, ..] => Spoken.Tls,
            _ when TellHttp(bytes) is not Spoken.LegacyText and var spoken => spoken,
            _ => Greeting.Find(first, out _) is { } greeting ? greeting.IsHttp ? Spoken.Http : Spoken.Foreign : Spoken.LegacyText,
        };
    }

    /// <summary>Reads and throws away until the other side has closed or the time is over.</summary>
    public static async Task DrainAsync(PipeReader input, TimeSpan atMost, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(timeout.Token).ConfigureAwait(false);
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The time is over, or the connection was reset.
        }
    }

    private static Spoken? TellHttp(ReadOnlySpan<byte> bytes)
    {
        foreach (var beginning in HttpBeginnings)
        {
            var length = Math.Min(beginning.Length, bytes.Length);
            if (System.Text.Ascii.Equals(bytes[..length], beginning.AsSpan(0, length)))
                return length == beginning.Length ? Spoken.Http : null;
        }
        return Spoken.LegacyText;
    }
}

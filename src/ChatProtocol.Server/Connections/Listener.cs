using System.Net.Sockets;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>What happens to a connection from its first byte until it is known what it speaks.</summary>
internal sealed class Listener(ServerParts parts, HttpHandover http, Doorkeeper door)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    /// <summary>A fatal alert, "protocol_version", as a TLS client of any version understands it.</summary>
    private static readonly byte[] TlsAlert = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];

    private const string HttpEnd = "Retry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private static readonly byte[] FullHttp = Encoding.ASCII.GetBytes($"HTTP/1.1 503 Service Unavailable\r\n{HttpEnd}");

    private static readonly byte[] TooManyHttp = Encoding.ASCII.GetBytes($"HTTP/1.1 429 Too Many Requests\r\n{HttpEnd}");

    private readonly TimeSpan _silence = TimeSpan.FromMilliseconds(parts.Limits.HelloTimeout);
    private readonly LegacyWords _words = LegacyWords.In(parts.Legacy.Language);

    /// <summary>Finds out who it is. Null if nothing is left to do: it was served elsewhere, was turned away, or has gone.</summary>
    public async ValueTask<Connection?> MeetAsync(Endpoint endpoint, Accepted accepted)
    {
        switch (endpoint)
        {
            case Endpoint.Tcp tcp:
                return await MeetAsync(tcp, accepted).ConfigureAwait(false);
            case Endpoint.Legacy:
                return await MeetTextAsync(accepted).ConfigureAwait(false);
            case Endpoint.Unix { IsAdmin: true } when !PeerCredentials.AreOurs(accepted.Socket):
                await TurnAwayAsync(accepted, FrameCodec.Encode(new Error(null, ErrorCode.Denied, "this is another user's admin socket"))).ConfigureAwait(false);
                return null;
            default:
                return new NativeConnection(accepted, endpoint.Scheme, parts);
        }
    }

    /// <summary>It is not let in: it gets a last word, in what it speaks.</summary>
    public async Task TurnAwayAsync(Endpoint endpoint, Accepted accepted, Refusal refusal)
    {
        var spoken = endpoint switch
        {
            Endpoint.Tcp => await SniffAsync(accepted, Sniffing.Patience).ConfigureAwait(false),
            Endpoint.Legacy => Spoken.LegacyText,
            _ => Spoken.Native,
        };
        await TurnAwayAsync(accepted, spoken, refusal).ConfigureAwait(false);
    }

    private Task TurnAwayAsync(Accepted accepted, Spoken spoken, Refusal refusal) => TurnAwayAsync(accepted, spoken switch
    {
        Spoken.Native => FrameCodec.Encode(new Error(null, ErrorCode.TooManyConnections, refusal.Text, RetryAfter: 10_000)),
        Spoken.Http => refusal.IsAddress ? TooManyHttp : FullHttp,
        Spoken.Tls => TlsAlert,
        _ => InLegacyText(refusal.IsAddress ? _words.TooMany : _words.Full),
    });

    /// <summary>On a port where anything may be spoken; TLS is told that it is not served yet.</summary>
    private async Task<Connection?> MeetAsync(Endpoint.Tcp tcp, Accepted accepted)
    {
        var isOnTrial = accepted.Place is { IsOnTrial: true };
        var spoken = await SniffAsync(accepted, tcp.ServesLegacy || isOnTrial ? Sniffing.Patience : _silence).ConfigureAwait(false);
        switch (spoken)
        {
            case Spoken.Native:
                return new NativeConnection(accepted, tcp.Scheme, parts);
            case not Spoken.Nothing and not Spoken.Foreign when isOnTrial:
                // Nobody is known by anything but a native login.
                await TurnAwayAsync(accepted, spoken, door.Full()).ConfigureAwait(false);
                return null;
            case Spoken.Foreign:
                await TurnAwayForeignAsync(accepted).ConfigureAwait(false);
                return null;
            case Spoken.LegacyText when tcp.ServesLegacy:
                return new LegacyConnection(accepted, parts);
            case Spoken.LegacyText:
                await TurnAwayAsync(accepted, InLegacyText(_words.NotServed)).ConfigureAwait(false);
                return null;
            case Spoken.Silence when tcp.ServesLegacy:
                return await MeetSilentAsync(accepted).ConfigureAwait(false);
            case Spoken.Http:
                await http.ServeAsync(accepted).ConfigureAwait(false);
                return null;
            case Spoken.Tls:
                await TurnAwayAsync(accepted, TlsAlert).ConfigureAwait(false);
                return null;
            default:
                return null;
        }
    }

    private async Task<Connection?> MeetTextAsync(Accepted accepted)
    {
        if (accepted.Place is not { IsOnTrial: true })
            return new LegacyConnection(accepted, parts);
        await TurnAwayAsync(accepted, Spoken.LegacyText, door.Full()).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// Whoever is silent for a second is a text client that only listens, until its first bytes tell otherwise. There may
    /// be only so many, as a whole and of one address, for silence costs nothing (CP-LEG-002).
    /// </summary>
    private async Task<Connection?> MeetSilentAsync(Accepted accepted)
    {
        if (accepted.Place!.TryBeginSilence())
            return new LegacyConnection(accepted, parts);
        await TurnAwayAsync(accepted, InLegacyText(_words.Full)).ConfigureAwait(false);
        return null;
    }

    /// <summary>It is told so in its own language, whether text is served here or not (CP-LEG-062).</summary>
    private async Task TurnAwayForeignAsync(Accepted accepted)
    {
        if (!accepted.Input.TryRead(out var read))
            return;
        Greeting.Find(read.Buffer, out var lastWord);
        accepted.Input.AdvanceTo(read.Buffer.End);
        await TurnAwayAsync(accepted, lastWord).ConfigureAwait(false);
    }

    private Task<Spoken> SniffAsync(Accepted accepted, TimeSpan silence) =>
        Sniffing.SniffAsync(accepted, silence, parts.Time);

    private async Task TurnAwayAsync(Accepted accepted, byte[] lastWord)
    {
        await accepted.Stream.WriteAsync(lastWord).ConfigureAwait(false);
        accepted.Socket.Shutdown(SocketShutdown.Send);
        await Sniffing.DrainAsync(accepted.Input, Farewell, parts.Time).ConfigureAwait(false);
    }

    private byte[] InLegacyText(string words) => LegacyText.Encode(LegacyWords.Notice + words, parts.Legacy.Charset).Bytes.ToArray().Append((byte)'\n').ToArray();
}

using System.Net;
using System.Text;

namespace ChatProtocol.Server;

/// <summary>
/// Handles a connection from its first byte until its protocol is known. Behind a TLS handshake the protocol is detected again,
/// inside.
/// </summary>
/// <param name="services">The parts of the server that every connection uses.</param>
/// <param name="legacy">How plain text clients are served.</param>
/// <param name="http">Serves connections that speak HTTP.</param>
/// <param name="limiter">Counts the connections.</param>
/// <param name="secure">The TLS handshake of an endpoint; null where TLS is not served.</param>
internal sealed class ProtocolDetector(
    ConnectionServices services, LegacyOptions legacy, HttpHandover http, ConnectionLimiter limiter, Func<Endpoint.Tcp, Handshake?> secure)
{
    private static readonly TimeSpan LingeringClose = TimeSpan.FromSeconds(2);

    /// <summary>A fatal alert, "protocol_version", as a TLS client of any version understands it: there is no TLS here.</summary>
    private static readonly byte[] NoTls = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];

    private static readonly byte[] TlsAloneHttp = Encoding.ASCII.GetBytes(
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 41\r\nConnection: close\r\n\r\nThis port speaks TLS alone: use https://\n");

    private const string HttpEnd = "Retry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private static readonly byte[] FullHttp = Encoding.ASCII.GetBytes($"HTTP/1.1 503 Service Unavailable\r\n{HttpEnd}");

    private static readonly byte[] TooManyHttp = Encoding.ASCII.GetBytes($"HTTP/1.1 429 Too Many Requests\r\n{HttpEnd}");

    private readonly TimeSpan _silence = TimeSpan.FromMilliseconds(services.Limits.HelloTimeout);
    private readonly LegacyWords _words = LegacyWords.In(legacy.Language);

    /// <summary>
    /// Detects the protocol. Null if nothing is left to do: the connection was served elsewhere, was turned away, or has
    /// gone.
    /// </summary>
    public async ValueTask<Connection?> MeetAsync(Endpoint endpoint, AcceptedConnection accepted)
    {
        switch (endpoint)
        {
            case Endpoint.Tcp tcp:
                return await MeetAsync(tcp, accepted).ConfigureAwait(false);
            case Endpoint.Legacy:
                return await MeetTextAsync(accepted).ConfigureAwait(false);
            case Endpoint.Unix { IsAdmin: true } when !PeerCredentials.AreOurs(accepted.Transport.PeerUser):
                await TurnAwayAsync(accepted, FrameCodec.Encode(new Error(null, ErrorCode.Denied, "this is another user's admin socket"))).ConfigureAwait(false);
                return null;
            default:
                return Native(accepted, endpoint.Scheme);
        }
    }

    /// <summary>Refuses a connection with a last word in its own protocol.</summary>
    public async Task TurnAwayAsync(Endpoint endpoint, AcceptedConnection accepted, ConnectionRefusal refusal)
    {
        var protocol = endpoint switch
        {
            Endpoint.Tcp tcp => await DetectAsync(tcp, accepted, ProtocolSignature.Patience).ConfigureAwait(false),
            Endpoint.Legacy => DetectedProtocol.LegacyText,
            _ => DetectedProtocol.Native,
        };
        await TurnAwayAsync(accepted, protocol, refusal).ConfigureAwait(false);
    }

    private Task TurnAwayAsync(AcceptedConnection accepted, DetectedProtocol protocol, ConnectionRefusal refusal) => TurnAwayAsync(accepted, protocol switch
    {
        DetectedProtocol.Native => FrameCodec.Encode(new Error(null, ErrorCode.TooManyConnections, refusal.Text, RetryAfter: 10_000)),
        DetectedProtocol.Http => refusal.IsAddress ? TooManyHttp : FullHttp,
        DetectedProtocol.Tls => NoTls,
        _ => InLegacyText(refusal.IsAddress ? _words.TooMany : _words.Full),
    });

    /// <summary>Detects the protocol on a port for every protocol; a TLS client is told where TLS is not served.</summary>
    private async Task<Connection?> MeetAsync(Endpoint.Tcp tcp, AcceptedConnection accepted)
    {
        accepted.LetsGuestsIn = tcp.LetsGuestsIn;
        var isOnTrial = accepted.Slot is { IsOnTrial: true };
        var waits = (!tcp.ServesLegacy || tcp.IsTls) && !isOnTrial;
        var protocol = await DetectAsync(tcp, accepted, waits ? _silence : ProtocolSignature.Patience).ConfigureAwait(false);
        if (tcp.IsTls && !accepted.Transport.IsEncrypted)
        {
            await RefusePlaintextAsync(accepted, protocol).ConfigureAwait(false);
            return null;
        }
        switch (protocol)
        {
            case DetectedProtocol.Native:
                return Native(accepted, tcp.Scheme);
            case not DetectedProtocol.Nothing and not DetectedProtocol.Foreign when isOnTrial:
                // Only a native login makes a client known to the server.
                await TurnAwayAsync(accepted, protocol, limiter.Full()).ConfigureAwait(false);
                return null;
            case DetectedProtocol.Foreign:
                await TurnAwayForeignAsync(accepted).ConfigureAwait(false);
                return null;
            case DetectedProtocol.LegacyText when tcp.ServesLegacy:
                return Text(accepted);
            case DetectedProtocol.LegacyText:
                await TurnAwayAsync(accepted, InLegacyText(_words.NotServed)).ConfigureAwait(false);
                return null;
            case DetectedProtocol.Silence when tcp.ServesLegacy:
                return await MeetSilentAsync(accepted).ConfigureAwait(false);
            case DetectedProtocol.Http:
                return await ServeHttpAsync(accepted).ConfigureAwait(false);
            case DetectedProtocol.Tls:
                await TurnAwayAsync(accepted, NoTls).ConfigureAwait(false);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Has Kestrel serve the connection; what becomes a WebSocket is a native connection inside.</summary>
    private async Task<Connection?> ServeHttpAsync(AcceptedConnection accepted)
    {
        services.Connections.Add("http");
        try
        {
            if (await http.ServeAsync(accepted).ConfigureAwait(false) is not { } inside)
                return null;
            accepted.Transport = inside;
            return Native(accepted, inside.IsEncrypted ? "wss" : "ws");
        }
        finally
        {
            services.Connections.Add("http", -1);
        }
    }

    private async Task<Connection?> MeetTextAsync(AcceptedConnection accepted)
    {
        if (accepted.Slot is not { IsOnTrial: true })
            return Text(accepted);
        await TurnAwayAsync(accepted, DetectedProtocol.LegacyText, limiter.Full()).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// A client that is silent for a second is a text client that only listens, until its first bytes tell otherwise. The number
    /// of silent clients is bounded, as a whole and for one address, for silence costs nothing (CP-LEG-002).
    /// </summary>
    private async Task<Connection?> MeetSilentAsync(AcceptedConnection accepted)
    {
        if (accepted.Slot!.TryBeginSilence())
            return Text(accepted);
        await TurnAwayAsync(accepted, InLegacyText(_words.Full)).ConfigureAwait(false);
        return null;
    }

    /// <summary>Refuses another protocol's client in its own language, whether text is served here or not (CP-LEG-062).</summary>
    private async Task TurnAwayForeignAsync(AcceptedConnection accepted)
    {
        var input = accepted.Transport.Input;
        if (!input.TryRead(out var read))
            return;
        ForeignGreeting.Find(read.Buffer, out var lastWord);
        input.AdvanceTo(read.Buffer.End);
        await TurnAwayAsync(accepted, lastWord).ConfigureAwait(false);
    }

    /// <summary>A client that speaks in the clear where TLS is served alone is told so in its own protocol (CP-TLS-002).</summary>
    private Task RefusePlaintextAsync(AcceptedConnection accepted, DetectedProtocol protocol) => protocol switch
    {
        DetectedProtocol.Native => TurnAwayAsync(accepted, FrameCodec.Encode(new Error(null, ErrorCode.Denied, "this port speaks TLS alone: use chats://"))),
        DetectedProtocol.Http => TurnAwayAsync(accepted, TlsAloneHttp),
        DetectedProtocol.LegacyText => TurnAwayAsync(accepted, InLegacyText(_words.NotServed)),
        DetectedProtocol.Foreign => TurnAwayForeignAsync(accepted),
        _ => Task.CompletedTask,
    };

    /// <summary>The connection's protocol, outside or inside of TLS; TLS itself where that is not served, or is in TLS.</summary>
    private async Task<DetectedProtocol> DetectAsync(Endpoint.Tcp tcp, AcceptedConnection accepted, TimeSpan silence)
    {
        var protocol = await ProtocolSignature.DetectAsync(accepted.Transport, silence, services.Time, accepted.Stopping).ConfigureAwait(false);
        if (protocol is not DetectedProtocol.Tls || secure(tcp) is not { } handshake)
            return protocol;
        accepted.Transport = await handshake(accepted, accepted.Stopping).ConfigureAwait(false);
        // Silence tells of a text client only where no other protocol was named.
        var mayBeText = tcp.ServesLegacy && accepted.Transport.ApplicationProtocol.Length == 0;
        protocol = await ProtocolSignature.DetectAsync(
            accepted.Transport, mayBeText ? ProtocolSignature.Patience : _silence, services.Time, accepted.Stopping).ConfigureAwait(false);
        // A client that has named its protocol in the handshake is held to it: its bytes may be meant for another server (ALPACA).
        return (accepted.Transport.ApplicationProtocol, protocol) switch
        {
            ("", _) or (TlsHandshakes.Native, DetectedProtocol.Native) or (TlsHandshakes.Http, DetectedProtocol.Http) => protocol,
            _ => DetectedProtocol.Nothing,
        };
    }

    private Connection Native(AcceptedConnection accepted, string transport) =>
        new(accepted, transport, services, connection => new NativeProtocol(connection, services));

    private Connection Text(AcceptedConnection accepted)
    {
        var transport = accepted.Transport;
        var port = (transport.Remote as IPEndPoint)?.Port ?? 0;
        return new Connection(accepted, LegacyProtocol.Describe(legacy.Charset), services, connection => new LegacyProtocol(connection, transport, port, services, legacy));
    }

    private async Task TurnAwayAsync(AcceptedConnection accepted, byte[] lastWord)
    {
        var transport = accepted.Transport;
        await transport.ToStream().WriteAsync(lastWord).ConfigureAwait(false);
        await transport.EndSendingAsync().ConfigureAwait(false);
        await transport.DrainAsync(LingeringClose, services.Time).ConfigureAwait(false);
    }

    private byte[] InLegacyText(string words) => LegacyText.Encode(LegacyWords.Notice + words, legacy.Charset).Bytes.ToArray().Append((byte)'\n').ToArray();
}

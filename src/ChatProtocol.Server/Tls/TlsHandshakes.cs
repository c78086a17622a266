using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace ChatProtocol.Server;

/// <summary>
/// The server's side of TLS handshakes (CP-TLS-001). Each costs over a millisecond of a processor and tens of kilobytes, and nobody is
/// known yet: so they have a deadline, and bounds (<see cref="HandshakePlaces"/>). One beyond these is closed without a word.
/// Thread-safe.
/// </summary>
internal sealed class TlsHandshakes(CertificateStore certificate, TimeProvider time)
{
    /// <summary>The names of the native protocol and of HTTP, which a client may give in its hello (ALPN, CP-TLS-003).</summary>
    public const string Native = "chat/1", Http = "http/1.1";

    /// <summary>Half of the default time for a login, so that a slow handshake leaves some for that.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly HandshakePlaces _places = new(time);

    /// <summary>The handshakes so far, by result: <c>ok</c>, <c>failed</c> (or too slow), <c>refused</c> (one too many).</summary>
    public LabelledCounts Results { get; } = new("result", "ok", "failed", "refused");

    /// <summary>Does the handshake of a connection; returns the transport above it.</summary>
    /// <exception cref="IOException">The handshake failed, took too long, or was one too many.</exception>
    public async ValueTask<Transport> AnswerAsync(AcceptedConnection accepted, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        if (_places.TryTake(accepted.Origin, () => GiveWay(late)) is not { } place)
        {
            Results.Add("refused");
            throw new IOException("too many TLS handshakes");
        }
        using var activity = ServerActivity.Source.StartActivity("tls");
        var below = accepted.Transport;
        // A handshake must not run on the thread that reads for all.
        below.ReadElsewhere();
        var stream = new SslStream(below.ToStream(), leaveInnerStreamOpen: true);
        try
        {
            await stream.AuthenticateAsServerAsync(Options(), either.Token).ConfigureAwait(false);
            Results.Add("ok");
            return new StreamTransport(stream, below, isEncrypted: true)
            {
                ApplicationProtocol = stream.NegotiatedApplicationProtocol.ToString(),
                // Behind it no one can pretend that the server had said less.
                EndStream = stream.ShutdownAsync,
            };
        }
        catch (Exception e) when (e is AuthenticationException or InvalidOperationException or OperationCanceledException or IOException)
        {
            Results.Add("failed");
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"the TLS handshake failed: {e.Message}", e);
        }
        finally
        {
            _places.Leave(place);
        }
    }

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = certificate.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [new(Native), new(Http)],
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        AllowRenegotiation = false,
        AllowTlsResume = true,
    };

    /// <summary>The place went to another. The handshake may have ended at this very moment, and its token with it.</summary>
    private static void GiveWay(CancellationTokenSource handshake)
    {
        try
        {
            // The handshake's continuation must not run on the thread of the other one.
            _ = handshake.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It had ended.
        }
    }
}

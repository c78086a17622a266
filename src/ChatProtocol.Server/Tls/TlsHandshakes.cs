using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The server's side of TLS handshakes (CP-TLS-001). Each costs over a millisecond of a processor and tens of kilobytes, and nobody is
/// known yet: so they have a deadline, their number is bounded, as a whole and for one address, and so is how many an address begins
/// in a second. One beyond that is closed without a word. Thread-safe.
/// </summary>
internal sealed class TlsHandshakes(CertificateStore certificate, TimeProvider time)
{
    /// <summary>The names of the native protocol and of HTTP, which a client may give in its hello (ALPN, CP-TLS-003).</summary>
    public const string Native = "chat/1", Http = "http/1.1";

    private const int MaxAtOnce = 256;

    private const int MaxOfAddress = 8;

    /// <summary>Handshakes that one address may begin in a second.</summary>
    private const int MaxInSecond = 50;

    /// <summary>Half of the default time for a login, so that a slow handshake leaves some for that.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _addresses = [];
    private int _underWay;

    /// <summary>The handshakes so far, by result: <c>ok</c>, <c>failed</c> (or too slow), <c>refused</c> (one too many).</summary>
    public LabelledCounts Results { get; } = new("result", "ok", "failed", "refused");

    /// <summary>Does the handshake of a connection; returns the transport above it.</summary>
    /// <exception cref="IOException">The handshake failed, took too long, or was one too many.</exception>
    public async ValueTask<Transport> AnswerAsync(AcceptedConnection accepted, CancellationToken stopping)
    {
        var origin = accepted.Origin;
        if (!TryBegin(origin))
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
            using var late = new CancellationTokenSource(Deadline, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
            await stream.AuthenticateAsServerAsync(Options(), either.Token).ConfigureAwait(false);
            Results.Add("ok");
            return new StreamTransport(stream, below, isEncrypted: true) { ApplicationProtocol = stream.NegotiatedApplicationProtocol.ToString() };
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
            End(origin);
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

    private long Second => (long)time.GetElapsedTime(0).TotalSeconds;

    private bool TryBegin(Origin origin)
    {
        var second = Second;
        lock (_gate)
        {
            if (_underWay >= MaxAtOnce)
                return false;
            if (!origin.IsNear)
            {
                if (!_addresses.TryGetValue(origin.Key, out var tally))
                    _addresses.Add(origin.Key, tally = new Tally());
                if (tally.Second != second)
                    (tally.Second, tally.Begun) = (second, 0);
                if (tally.UnderWay >= MaxOfAddress || tally.Begun >= MaxInSecond)
                    return false;
                tally.UnderWay++;
                tally.Begun++;
            }
            _underWay++;
            return true;
        }
    }

    private void End(Origin origin)
    {
        var second = Second;
        lock (_gate)
        {
            _underWay--;
            if (origin.IsNear)
                return;
            _addresses[origin.Key].UnderWay--;
            // Addresses of this second and those under way stay, so that coming again gains nothing.
            if (_addresses.Count > 2 * MaxAtOnce)
                foreach (var (key, _) in _addresses.Where(one => one.Value.UnderWay == 0 && one.Value.Second != second).ToList())
                    _addresses.Remove(key);
        }
    }

    private sealed class Tally
    {
        public int UnderWay { get; set; }

        /// <summary>The second in which it began one last, and how many in that.</summary>
        public long Second { get; set; }

        public int Begun { get; set; }
    }
}

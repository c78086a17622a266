using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The server's certificate, and the bounds of handshakes.</summary>
public sealed partial class CertificateTests
{
    [Spec("CP-TLS-005")]
    [Fact]
    public void The_pin_of_a_key_is_as_in_the_spec()
    {
        var example = Example().Match(File.ReadAllText(Repository.PathOf("spec", "01-transport.md")));
        var pin = CertificatePin.OfKey(Convert.FromBase64String(example.Groups["key"].Value));

        Assert.Equal(example.Groups["pin"].Value, pin.ToString());
        Assert.True(CertificatePin.TryParse(pin.ToString(), out var same));
        Assert.Equal(pin, same);
        Assert.All(["", "SHA256:", "sha1:abc", pin + "A", pin.ToString()[..^1], "SHA256:*" + pin.ToString()[8..]], text => Assert.False(CertificatePin.TryParse(text, out _), text));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_certificate_is_made_once_for_its_owner_alone_and_has_the_names_of_the_machine()
    {
        using var folder = new TemporaryFolder();
        CertificatePin first;
        await using (var server = await TestServer.StartAsync(OverTls, folder))
        {
            first = server.Certificate!.Value;
            Assert.Equal(first, (await server.ConnectTlsAsync()).Pin);
        }
        Assert.All(["tls-certificate.pem", "tls-key.pem"], file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File(file))));
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(File.ReadAllText(folder.File("tls-certificate.pem")));
        Assert.True(certificate.MatchesHostname("localhost") && certificate.MatchesHostname("127.0.0.1"));
        Assert.InRange(certificate.NotAfter, DateTime.UtcNow.AddYears(9), DateTime.UtcNow.AddYears(11));

        await using var again = await TestServer.StartAsync(OverTls, folder);
        Assert.Equal(first, again.Certificate);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_of_the_two_files_alone_is_no_reason_for_a_new_certificate()
    {
        using var folder = new TemporaryFolder();
        await using (await TestServer.StartAsync(OverTls, folder))
        {
        }
        File.Delete(folder.File("tls-key.pem"));

        Assert.Contains("tls-key.pem is missing", await TestServer.RefusedAsync(OverTls, folder), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("there is no certificate in", "hello", null)]
    [InlineData("cannot be used together", null, "another")]
    [InlineData("No such file", "missing", null)]
    public async Task Files_that_cannot_be_used_are_told_at_the_start(string because, string? certificate, string? key)
    {
        using var folder = new TemporaryFolder();
        using var one = new TestCertificate("localhost");
        using var other = new TestCertificate("localhost");
        one.Write(folder.File("c.pem"), folder.File("k.pem"));
        if (key is not null)
            other.Write(folder.File("c2.pem"), folder.File("k.pem"));
        if (certificate == "missing")
            File.Delete(folder.File("c.pem"));
        else if (certificate is not null)
            File.WriteAllText(folder.File("c.pem"), certificate);

        Assert.Contains(because, await TestServer.RefusedAsync(o => OverTls(o) with { TlsCertificate = folder.File("c.pem"), TlsKey = folder.File("k.pem") }), StringComparison.Ordinal);
    }

    [Spec("CP-TLS-004")]
    [Fact(Timeout = 60_000)]
    public async Task A_new_certificate_is_shown_to_new_connections_and_ends_none()
    {
        using var folder = new TemporaryFolder();
        using var first = new TestCertificate("localhost");
        using var second = new TestCertificate("localhost");
        first.Write(folder.File("c.pem"), folder.File("k.pem"));
        await using var server = await TestServer.StartAsync(o => OverTls(o) with { TlsCertificate = folder.File("c.pem"), TlsKey = folder.File("k.pem") });
        var before = await (await server.ConnectTlsAsync()).LogInAsync("ann");
        Assert.Equal(first.Pin, before.Pin);

        second.Write(folder.File("c.pem"), folder.File("k.pem"));
        server.ReloadCertificate();

        Assert.Equal(second.Pin, (await server.ConnectTlsAsync()).Pin);
        await before.AskAsync<Pong>(new Ping(before.NextId()));
        var admin = await server.AdminAsync();
        Assert.Equal(second.Pin.ToString(), (await admin.AskAsync<StatusReport>(new Status(admin.NextId()))).Certificate);
    }

    [Spec("CP-TLS-004")]
    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_that_cannot_be_used_are_logged_and_change_nothing(bool isExpired)
    {
        using var folder = new TemporaryFolder();
        using var first = new TestCertificate("localhost");
        using var second = new TestCertificate("localhost", end: isExpired ? DateTimeOffset.UtcNow.AddDays(-1) : null);
        first.Write(folder.File("c.pem"), folder.File("k.pem"));
        await using var server = await TestServer.StartAsync(o => OverTls(o) with { TlsCertificate = folder.File("c.pem"), TlsKey = folder.File("k.pem") });
        server.Log.Expect(isExpired ? "has expired" : "cannot be used together");

        // The pair is mixed: a certificate of one and a key of the other.
        second.Write(folder.File("c.pem"), isExpired ? folder.File("k.pem") : folder.File("elsewhere.pem"));
        server.ReloadCertificate();

        Assert.Equal(first.Pin, (await server.ConnectTlsAsync()).Pin);
    }

    [Spec("CP-TLS-004")]
    [Fact]
    public void A_look_between_the_writing_of_the_two_files_says_nothing_and_the_next_one_takes_them()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var folder = new TemporaryFolder();
        using var log = new RecordedLog();
        using var first = new TestCertificate("localhost");
        using var second = new TestCertificate("localhost");
        var files = new CertificateFiles(folder.File("c.pem"), folder.File("k.pem"));
        first.Write(files.Certificate, files.Key);
        var changes = new List<CertificatePin>();
        using var store = new CertificateStore(files, time, taken => changes.Add(taken.Pin), log.CreateLogger("tls"));

        second.Write(files.Certificate, folder.File("elsewhere.pem"));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(first.Pin, store.Pin);
        second.Write(files.Certificate, files.Key);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((second.Pin, second.Pin), (store.Pin, Assert.Single(changes)));
        log.Check();
    }

    [Spec("CP-TLS-004")]
    [Fact]
    public void Files_that_stay_wrong_are_told_of_once()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var folder = new TemporaryFolder();
        using var log = new RecordedLog();
        using var first = new TestCertificate("localhost");
        using var second = new TestCertificate("localhost");
        var files = new CertificateFiles(folder.File("c.pem"), folder.File("k.pem"));
        first.Write(files.Certificate, files.Key);
        using var store = new CertificateStore(files, time, _ => { }, log.CreateLogger("tls"));
        second.Write(files.Certificate, folder.File("elsewhere.pem"));

        for (var look = 0; look < 5; look++)
            time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(1, log.Count("cannot be used together"));
        Assert.Equal(first.Pin, store.Pin);
    }

    [Spec("CP-TLS-004")]
    [Fact(Timeout = 60_000)]
    public async Task A_hang_up_reads_the_certificate_at_once_even_where_the_files_look_the_same()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = (folder.File("c.pem"), folder.File("k.pem"));
        using var first = new TestCertificate("localhost");
        first.Write(certificate, key);
        var (length, written) = (new FileInfo(certificate).Length, File.GetLastWriteTimeUtc(certificate));
        await using var chatd = await ChatdProcess.StartAsync(
            "--data", folder.File("data"), "--listen", "tls://127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key);
        File.SetLastWriteTimeUtc(certificate, written);

        // The look every ten seconds goes by lengths and times; signatures differ in length.
        CertificatePin next;
        do
        {
            using var second = new TestCertificate("localhost");
            second.Write(certificate, key);
            next = second.Pin;
        }
        while (new FileInfo(certificate).Length != length);
        File.SetLastWriteTimeUtc(certificate, written);
        File.SetLastWriteTimeUtc(key, written);
        chatd.Signal(System.Runtime.InteropServices.PosixSignal.SIGHUP);
        await chatd.SaysAsync($"the certificate was replaced: {next}");

        await using var client = await RawClient.ConnectTlsAsync(chatd.Tls);
        Assert.Equal(next, client.Pin);
        File.WriteAllText(key, "half a key");
        chatd.Signal(System.Runtime.InteropServices.PosixSignal.SIGHUP);
        await chatd.SaysAsync("cannot be used");
        await client.LogInAsync("ann");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handshake_that_is_not_done_in_five_seconds_is_given_up()
    {
        var time = new FakeTimeProvider();
        using var bench = new HandshakeBench(time);
        var begun = bench.BeginAsync("192.0.2.1", isNear: false);

        time.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<IOException>(() => begun);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_address_begins_fifty_handshakes_in_a_second()
    {
        var time = new FakeTimeProvider();
        using var bench = new HandshakeBench(time);
        for (var i = 0; i < 50; i++)
            Assert.DoesNotContain("too many", (await Assert.ThrowsAsync<IOException>(() => bench.BeginAsync("192.0.2.1", isNear: false, closes: true))).Message, StringComparison.Ordinal);
        Assert.Contains("too many", (await Assert.ThrowsAsync<IOException>(() => bench.BeginAsync("192.0.2.1", isNear: false))).Message, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(bench.BeginAsync("192.0.2.1", isNear: false).IsCompleted);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_address_has_eight_handshakes_under_way()
    {
        var time = new FakeTimeProvider();
        using var bench = new HandshakeBench(time);
        var first = Enumerable.Range(0, 8).Select(_ => bench.BeginAsync("192.0.2.1", isNear: false)).ToList();
        await Assert.ThrowsAsync<IOException>(() => bench.BeginAsync("192.0.2.1", isNear: false));

        // Others are served meanwhile, and so is the address once its own are over.
        var other = bench.BeginAsync("192.0.2.2", isNear: false);
        Assert.False(other.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        foreach (var one in first.Append(other))
            await Assert.ThrowsAsync<IOException>(() => one);
        Assert.False(bench.BeginAsync("192.0.2.1", isNear: false).IsCompleted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_few_addresses_hold_all_places_a_newcomer_is_given_one_of_theirs()
    {
        var time = new FakeTimeProvider();
        using var bench = new HandshakeBench(time);
        var flood = Enumerable.Range(0, 32).SelectMany(address => Enumerable.Range(0, 8).Select(_ => bench.BeginAsync($"192.0.2.{address}", isNear: false))).ToList();

        var newcomer = bench.BeginAsync("198.51.100.1", isNear: false);

        // The oldest of one that has most; those who have eight get none beyond them.
        await Assert.ThrowsAsync<IOException>(() => flood[0]);
        await Assert.ThrowsAsync<IOException>(() => bench.BeginAsync("192.0.2.5", isNear: false));
        Assert.False(newcomer.IsCompleted);
        Assert.All(flood.Skip(1), one => Assert.False(one.IsCompleted));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_many_addresses_hold_all_places_a_newcomer_is_given_the_place_of_one_that_has_not_got_on_for_two_seconds()
    {
        var time = new FakeTimeProvider();
        using var bench = new HandshakeBench(time);
        var flood = Enumerable.Range(0, 256).Select(address => bench.BeginAsync($"192.0.2.{address}", isNear: false)).ToList();
        await Assert.ThrowsAsync<IOException>(() => bench.BeginAsync("198.51.100.1", isNear: false));

        time.Advance(TimeSpan.FromSeconds(2.1));

        Assert.False(bench.BeginAsync("198.51.100.1", isNear: false).IsCompleted);
        await Assert.ThrowsAsync<IOException>(() => flood[0]);
        Assert.All(flood.Skip(1), one => Assert.False(one.IsCompleted));
    }

    private static ServerOptions OverTls(ServerOptions options) => options with { Listen = ["tls://127.0.0.1:0"] };

    [GeneratedRegex("the key `(?<key>[^`]+)` \\(DER in base64\\) has the pin `(?<pin>[^`]+)`")]
    private static partial Regex Example();

    /// <summary>Handshakes with clients that say nothing.</summary>
    private sealed class HandshakeBench : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly CertificateStore _certificate;
        private readonly TlsHandshakes _handshakes;
        private readonly Socket _listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<IDisposable> _open = [];

        public HandshakeBench(FakeTimeProvider time)
        {
            _certificate = new CertificateStore(CertificateFiles.Own(_folder.Path, DateTimeOffset.UtcNow), time, _ => { }, new RecordedLog().CreateLogger("tls"));
            _handshakes = new TlsHandshakes(_certificate, time);
            _listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listening.Listen();
        }

        public async Task BeginAsync(string address, bool isNear, bool closes = false)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _open.Add(client);
            client.Connect(_listening.LocalEndPoint!);
            if (closes)
                client.Shutdown(SocketShutdown.Send);
            var transport = new SocketTransport(_listening.Accept(), loop: null);
            _open.Add(transport);
            var accepted = new AcceptedConnection(transport, CancellationToken.None) { Origin = new Origin(address, isNear) };
            await _handshakes.AnswerAsync(accepted, CancellationToken.None);
        }

        public void Dispose()
        {
            _open.ForEach(one => one.Dispose());
            _listening.Dispose();
            _certificate.Dispose();
            _folder.Dispose();
        }
    }
}

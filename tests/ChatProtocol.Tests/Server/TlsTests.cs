using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A port for TLS, and what comes inside and in its place.</summary>
public sealed class TlsTests
{
    /// <summary>A client's hello of TLS 1.1, which offers no later version.</summary>
    private static readonly byte[] OldHello =
    [
        0x16, 0x03, 0x01, 0x00, 0x2D, 0x01, 0x00, 0x00, 0x29, 0x03, 0x02, .. new byte[32], 0x00, 0x00, 0x02, 0xC0, 0x13, 0x01, 0x00,
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-TLS-001")]
    [Theory(Timeout = 60_000)]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_native_client_talks_inside_of_either_version(SslProtocols version)
    {
        await using var server = await StartAsync();
        var ann = await (await server.ConnectTlsAsync(o => o.EnabledSslProtocols = version)).LogInAsync("ann");
        var bob = await (await server.ConnectTlsAsync()).LogInAsync("bob");
        var room = (await ann.JoinAsync("tea")).Room;
        await bob.JoinAsync("tea");

        var text = new string('x', 10_000);
        for (var i = 0; i < 20; i++)
            await ann.AskAsync<Posted>(ann.PostOf(room, text));

        var got = await bob.ReceiveAsync<Message>(20);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (ulong)i), got.Select(m => m.Seq));
        Assert.All(got, m => Assert.Equal(text, m.Text.ToString()));
    }

    [Spec("CP-TLS-001")]
    [Fact(Timeout = 60_000)]
    public async Task A_version_before_1_2_is_refused_with_an_alert()
    {
        await using var server = await StartAsync();
        var old = await server.OpenAsync(server.Tls);
        await old.SendBytesAsync(OldHello);

        // A fatal alert, protocol_version.
        var alert = await old.ReadToEndAsync();
        Assert.Equal((0x15, 2, 70), (alert[0], alert[5], alert[6]));
    }

    [Spec("CP-TLS-001")]
    [Fact(Timeout = 60_000)]
    public async Task Text_and_http_are_told_apart_inside_as_outside()
    {
        await using var server = await StartAsync();
        var text = await server.ConnectTlsAsync();
        await text.SendBytesAsync("%%%who\n"u8.ToArray());
        Assert.Contains("***", await text.ReadUntilAsync("\n"), StringComparison.Ordinal);

        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown is not null };
        using var http = new HttpClient(handler);
        Assert.Contains("<title>Chat</title>", await http.GetStringAsync(new Uri($"https://localhost:{server.Tls.Port}/"), Stop), StringComparison.Ordinal);
    }

    [Spec("CP-TLS-002")]
    [Fact(Timeout = 60_000)]
    public async Task A_native_client_in_the_clear_is_told_that_the_port_speaks_tls_alone()
    {
        await using var server = await StartAsync();
        var plain = await server.OpenAsync(server.Tls);
        await plain.SendAsync(plain.Hello(), plain.LoginOf("ann"));

        var error = await plain.ReceiveAsync<Error>();
        Assert.Equal((ErrorCode.Denied, true), (error.Reason, error.Text.Contains("chats://", StringComparison.Ordinal)));
        await plain.ClosedAsync();
    }

    [Spec("CP-TLS-002")]
    [Fact(Timeout = 60_000)]
    public async Task A_browser_in_the_clear_is_told_to_use_https()
    {
        await using var server = await StartAsync();
        var plain = await server.OpenAsync(server.Tls);
        await plain.SendBytesAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        var answer = Encoding.ASCII.GetString(await plain.ReadToEndAsync());
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("use https://\n", answer, StringComparison.Ordinal);
        Assert.Equal(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Length, int.Parse(answer.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Spec("CP-TLS-003")]
    [Fact(Timeout = 60_000)]
    public async Task A_hello_that_names_only_other_protocols_fails()
    {
        await using var server = await StartAsync();

        await Assert.ThrowsAsync<AuthenticationException>(() => server.ConnectTlsAsync(o => o.ApplicationProtocols = [new("smtp")]));
        await (await server.ConnectTlsAsync(o => o.ApplicationProtocols = [new("smtp"), new("chat/1")])).LogInAsync("ann");
    }

    [Spec("CP-TLS-003")]
    [Theory(Timeout = 60_000)]
    [InlineData("chat/1", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("http/1.1", "\0\0\0\u0001")]
    [InlineData("http/1.1", "hello everybody\n")]
    public async Task A_client_that_speaks_another_protocol_than_it_has_named_is_closed(string named, string spoken)
    {
        await using var server = await StartAsync();
        var client = await server.ConnectTlsAsync(o => o.ApplicationProtocols = [new(named)]);
        await client.SendBytesAsync(Encoding.Latin1.GetBytes(spoken));

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Spec("CP-TLS-003")]
    [Fact(Timeout = 60_000)]
    public async Task A_client_that_has_named_the_native_protocol_may_take_its_time_with_the_first_word()
    {
        await using var server = await StartAsync();
        var named = await server.ConnectTlsAsync(o => o.ApplicationProtocols = [new("chat/1")]);
        // One that has named nothing is a text client once it has been silent for as long as that.
        Assert.StartsWith("***", await (await server.ConnectTlsAsync()).ReadUntilAsync("\n"), StringComparison.Ordinal);

        await named.LogInAsync("ann");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handshake_byte_by_byte_is_taken()
    {
        await using var server = await StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Tls, Stop);
        await using var secure = new SslStream(new Drip(new NetworkStream(socket)));
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null }, Stop);

        Assert.True(secure.IsEncrypted);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_with_too_many_connections_is_told_so_inside()
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tls://127.0.0.1:0"], Near = GuestBounds.Near with { Connections = 1 } });
        await (await server.ConnectTlsAsync()).LogInAsync("ann");
        var second = await server.ConnectTlsAsync();
        await second.SendAsync(second.Hello());

        Assert.Equal(ErrorCode.TooManyConnections, (await second.ReceiveAsync<Error>()).Reason);
        await second.ClosedAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Tls_inside_of_tls_is_refused()
    {
        await using var server = await StartAsync();
        var client = await server.ConnectTlsAsync();
        await client.SendBytesAsync(OldHello);

        Assert.Equal(0x15, (await client.ReadToEndAsync())[0]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Posts_count_that_came_before_an_end_without_a_close_notify()
    {
        await using var server = await StartAsync();
        var ann = await (await server.ConnectTlsAsync()).LogInAsync("ann");
        var room = (await ann.JoinAsync("tea")).Room;
        await ann.SendAsync(ann.PostOf(room, "last"));
        await ann.EndSendingAsync();
        Assert.Equal(1UL, (await ann.UntilAsync<Posted>()).Seq);

        // A frame that has begun is no post.
        var bob = await (await server.ConnectTlsAsync()).LogInAsync("bob");
        await bob.SendBytesAsync(FrameCodec.Encode(bob.PostOf(room, "cut off")).AsMemory(0, 12));
        await bob.EndSendingAsync();
        await bob.ReadToEndAsync();
        Assert.Equal(1UL, (await (await (await server.ConnectTlsAsync()).LogInAsync("cid")).JoinAsync("tea")).Head);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_member_that_does_not_read_delays_nobody()
    {
        await using var server = await StartAsync();
        var ann = await (await server.ConnectTlsAsync()).LogInAsync("ann");
        var room = (await ann.JoinAsync("tea")).Room;
        await (await (await server.ConnectTlsAsync()).LogInAsync("stalled")).JoinAsync("tea");
        var bob = await (await server.ConnectTlsAsync()).LogInAsync("bob");
        await bob.JoinAsync("tea");

        for (var i = 0; i < 100; i++)
            await ann.AskAsync<Posted>(ann.PostOf(room, new string('x', 50_000)));

        Assert.Equal(100, (await bob.ReceiveAsync<Message>(100)).Count);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(o => o with { Listen = ["tls://127.0.0.1:0"] });

    /// <summary>Writes byte by byte.</summary>
    private sealed class Drip(Stream inner) : AsynchronousStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < buffer.Length; i++)
                await inner.WriteAsync(buffer.Slice(i, 1), cancellationToken);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);
    }
}

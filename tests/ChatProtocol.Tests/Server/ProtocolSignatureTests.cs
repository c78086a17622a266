using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>One port for everything: what the first bytes of a connection make of it.</summary>
public sealed class ProtocolSignatureTests
{
    private static readonly byte[] TlsHello = [0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, 0x03];

    [Theory(Timeout = 20_000)]
    [InlineData("hello everybody\n", "hello everybody")]
    [InlineData("GETTING there\n", "GETTING there")]
    [InlineData("GE", "GE")]
    public async Task Whatever_else_is_text_is_said_in_the_lobby(string text, string said)
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal(said, (await ann.UntilAsync<Message>()).Text.ToString());
    }

    [Theory(Timeout = 20_000)]
    [InlineData("\u0016\u0002 no TLS")]
    [InlineData("\u0001\u007f")]
    [InlineData("\u0016")]
    public async Task What_is_no_text_either_is_told_so_and_closed(string bytes)
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(Encoding.UTF8.GetBytes(bytes));

        Assert.Contains("*** 连接被关闭", Gbk(await client.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_beginning_that_is_the_end_is_taken_for_text_at_once()
    {
        await using var server = await TestServer.StartAsync(o => o with { Time = new FakeTimeProvider() });
        var client = await server.ConnectAsync();

        await client.SendBytesAsync("POST"u8.ToArray());
        await client.EndSendingAsync();

        Assert.Contains("*** 欢迎", Gbk(await client.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Equal(1ul, (await (await server.LogInAsync("ann")).JoinAsync("lobby")).Head);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_TLS_hello_gets_an_alert_and_the_end()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(TlsHello);

        Assert.Equal([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46], await client.ReadToEndAsync());
    }

    [Fact(Timeout = 20_000)]
    public async Task A_TLS_hello_may_come_byte_by_byte()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        foreach (var b in TlsHello[..3])
            await client.SendBytesAsync(new[] { b });

        Assert.Equal(0x15, (await client.ReadToEndAsync())[0]);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("/", "200 OK", "<title>Chat</title>")]
    [InlineData("/nothing-here", "404 Not Found", "there is no such page")]
    [InlineData("http://localhost/", "200 OK", "<title>Chat</title>")]
    public async Task A_browser_gets_a_page(string target, string status, string content)
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(Request(target));

        var answer = Encoding.UTF8.GetString(await client.ReadToEndAsync());
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains(content, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_request_may_come_byte_by_byte()
    {
        await using var server = await TestServer.StartAsync();
        var client = await server.ConnectAsync();

        foreach (var b in Request("/"))
            await client.SendBytesAsync(new[] { b });

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", Encoding.UTF8.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task Where_text_is_not_served_whoever_says_nothing_is_closed_at_the_hello_timeout()
    {
        await using var server = await TestServer.StartAsync(o => Impatient(o) with { Listen = ["tcp://0.0.0.0:0"], Allow = ["plaintext", "guests"] });
        var client = await server.OpenAsync(new IPEndPoint(IPAddress.Loopback, server.Tcp.Port));

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Spec("CP-SES-005")]
    [Fact(Timeout = 20_000)]
    public async Task Whoever_does_not_log_in_is_told_of_the_hello_timeout_and_closed()
    {
        await using var server = await TestServer.StartAsync(Impatient);
        var client = await server.ConnectAsync();

        await client.SendAsync(client.Hello());

        await client.ReceiveAsync<Welcome>();
        var error = await client.ReceiveAsync<Error>();
        Assert.Equal((null, ErrorCode.HelloTimeout), (error.Id, error.Reason));
        await client.ClosedAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task Whoever_stops_in_the_middle_of_the_first_frame_is_told_of_the_hello_timeout_and_closed()
    {
        await using var server = await TestServer.StartAsync(Impatient);
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(new byte[] { 0 });

        Assert.Equal(ErrorCode.HelloTimeout, (await client.ReceiveAsync<Error>()).Reason);
        await client.ClosedAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_Unix_socket_does_not_guess()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(o => o with { Listen = [$"unix:{folder.File("s")}"] });
        var client = await server.OpenAsync(new UnixDomainSocketEndPoint(folder.File("s")));

        await client.SendBytesAsync(Request("/"));

        // "GET " is a length of more than a gigabyte.
        Assert.Equal(ErrorCode.FrameTooLong, (await client.ReceiveAsync<Error>()).Reason);
        await client.ClosedAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Random_bytes_are_never_more_than_a_closed_connection()
    {
        await using var server = await TestServer.StartAsync();
        var random = new Random(20260730);
        var witness = await server.LogInAsync("witness");

        for (var i = 0; i < 300; i++)
        {
            await using var client = await RawClient.ConnectAsync(server.Tcp);
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
                bytes.AsSpan(0, Math.Min(3, bytes.Length)).Clear();
            await client.SendBytesAsync(bytes);
            if (i % 3 == 0)
                client.Reset();
            else
                await client.EndSendingAsync();
        }

        await witness.AskAsync<Pong>(new Ping(witness.NextId()));
    }

    private static Server.ServerOptions Impatient(Server.ServerOptions options) =>
        options with { Limits = Limits.Default with { HelloTimeout = 1000 } };

    private static byte[] Request(string target) => Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    private static string Gbk(byte[] bytes) => CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetString(bytes);
}

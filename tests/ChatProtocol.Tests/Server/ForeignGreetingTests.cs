using System.Net;
using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Whoever speaks another protocol is told so and closed, and says nothing in the lobby.</summary>
public sealed class ForeignGreetingTests
{
    public static TheoryData<string, string> Greetings => new()
    {
        { "FOO / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 " },
        { "foo / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 " },
        { "FOO /\r\n", "HTTP/1.1 400 " },
        { "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\nConnection: close\r\n\r\n", "HTTP/1.1 " },
        { "OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n", "SIP/2.0 400 Bad Request\r\n" },
        { "OPTIONS rtsp://a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n", "RTSP/1.0 400 Bad Request\r\n" },
        { "EHLO mail.example.org\r\n", "554 " },
        { "ehlo there\n", "554 " },
        { "HELO x\r\n", "554 " },
        { "EHLO\r\n", "554 " },
        { "*1\r\n$4\r\nPING\r\n", "-ERR " },
        { "AUTH secret\r\n", "-ERR " },
        { "auth default secret\r\n", "-ERR " },
        { "AUTH secret\nINFO\n", "-ERR " },
        { "AUTH PLAIN AGJvYgBzZWNyZXQ=\r\n", "-ERR " },
        { "HELLO 3 AUTH default secret\r\n", "-ERR " },
        { "PING\r\n", "-ERR " },
        { "INFO\r\n", "-ERR " },
        { "QUIT\r\n", "-ERR " },
        { "NOOP\r\n", "-ERR " },
        { "AUTH TLS\r\n", "*** this is a chat server" },
        { "CONNECT {\"user\":\"bob\",\"pass\":\"secret\"}\r\n", "*** this is a chat server" },
        { "CAP LS 302\r\n", "ERROR :" },
        { "NICK bob\r\nUSER bob 0 * :Bob\r\n", "ERROR :" },
        { "a001 CAPABILITY\r\n", "* BYE " },
        { "SSH-2.0-OpenSSH_9.2\r\n", "*** this is a chat server" },
        { "USER anonymous\r\n", "*** this is a chat server" },
        { "RFB 003.008\n", "*** this is a chat server" },
        { "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n", "*** this is a chat server" },
        { "<?xml version='1.0'?><stream:stream to='a'>", "*** this is a chat server" },
        { "set a 0 0 1\r\nx\r\n", "*** this is a chat server" },
        { "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "*** this is a chat server" },
    };

    public static TheoryData<string> Words =>
    [
        "hello everybody", "helo bob", "HELO", "NICK bob", "user bob", "USER", "help", "cap ls", "FOO /", "LOL /etc is full", "ping", "PING", "set the table 1 2 3",
        "GET me a coffee", "ssh-2.0", "a001 login", "{\"text\": 1}", "*1", "http/1.1 200", "proxy tcp4", "<3", "mail from: me", "connect", "auth bob", "AUTH is not working here", "auth", "info", "QUIT", "hello 3 times", "connect {us}",
    ];

    [Spec("CP-LEG-062")]
    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Greetings))]
    public async Task Another_protocols_greeting_is_told_so_and_closed_on_a_port_that_serves_text_and_on_one_that_does_not(string greeting, string told)
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://127.0.0.1:0", "tcp://0.0.0.0:0"], Allow = ["plaintext", "guests"] });
        foreach (var endpoint in server.Endpoints.Where(e => e.StartsWith("tcp://", StringComparison.Ordinal)))
        {
            var client = await server.OpenAsync(new IPEndPoint(IPAddress.Loopback, IPEndPoint.Parse(endpoint["tcp://".Length..]).Port));
            await client.SendBytesAsync(Encoding.Latin1.GetBytes(greeting));
            Assert.StartsWith(told, Encoding.Latin1.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
        }
        Assert.Equal(0ul, (await (await server.LogInAsync("ann")).JoinAsync("lobby")).Head);
    }

    [Spec("CP-LEG-062")]
    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Greetings))]
    public async Task It_is_closed_as_well_where_there_is_nothing_but_text(string greeting, string told)
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://127.0.0.1:0", "legacy://127.0.0.1:0"] });
        var legacy = server.Endpoints.Single(e => e.StartsWith("legacy://", StringComparison.Ordinal));
        await using var text = await TextClient.ConnectAsync(IPEndPoint.Parse(legacy["legacy://".Length..]));
        await text.UntilAsync("*** 欢迎");

        await text.SendAsync(Encoding.Latin1.GetBytes(greeting));

        Assert.NotEmpty(told);
        Assert.StartsWith("*** 连接被关闭：", (await text.ReadToEndAsync())[^1], StringComparison.Ordinal);
        Assert.Equal(0ul, (await (await server.LogInAsync("ann")).JoinAsync("lobby")).Head);
    }

    [Spec("CP-LEG-062", "CP-LEG-010")]
    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Words))]
    public async Task What_people_say_is_said_however_it_begins(string words)
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        await ann.JoinAsync("lobby");
        var client = await server.ConnectAsync();

        await client.SendBytesAsync(Encoding.UTF8.GetBytes(words + "\n"));

        Assert.Equal(words, (await ann.UntilAsync<Message>()).Text.ToString());
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The SDK as a plain text client, against a socket that does what the test says.</summary>
public sealed class LegacyClientTests
{
    private static readonly Encoding Gbk = CodePagesEncodingProvider.Instance.GetEncoding(936)!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_client_takes_the_addresses_that_it_speaks_the_language_of()
    {
        var legacy = ChatAddress.Parse("legacy://127.0.0.1:1");
        await Assert.ThrowsAsync<ArgumentException>(() => LegacyClient.ConnectAsync(new LegacyClientOptions { Address = ChatAddress.Default }, Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => ChatClient.ConnectAsync(new ChatClientOptions { Address = legacy, Name = "ann", Secret = new byte[32] }, Stop));
    }

    [Fact(Timeout = 20_000)]
    public async Task Where_nobody_listens_it_is_unreachable()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = ChatAddress.Parse($"legacy://{closed.LocalEndpoint}");
        closed.Stop();

        var failed = await Assert.ThrowsAsync<ChatException>(() => LegacyClient.ConnectAsync(new LegacyClientOptions { Address = address }, Stop));

        Assert.Equal(ChatFailure.Unreachable, failed.Failure);
        Assert.Contains($"{address}", failed.Message, StringComparison.Ordinal);
    }

    [Spec("CP-LEG-050")]
    [Fact(Timeout = 20_000)]
    public async Task A_long_whisper_goes_in_pieces_that_each_name_the_target_and_end_on_a_character()
    {
        var (client, server) = await ConnectAsync();
        await using var _ = client;
        using var __ = server;
        var text = "x" + new string('密', 1000);

        await client.WhisperAsync("小王", text, Stop);

        // 1,024 bytes have room for the target and 508 characters more.
        var pieces = (await ReadAsync(server, 2001 + 2 * Gbk.GetByteCount("小王%%%"))).Split("小王%%%")[1..];
        Assert.Equal(["x" + new string('密', 508), new string('密', 492)], pieces);
        await Assert.ThrowsAsync<ArgumentException>(() => client.WhisperAsync("a%", "hi", Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => client.WhisperAsync("", "hi", Stop));
        await Assert.ThrowsAsync<ArgumentException>(() => client.WhisperAsync("a", "half price: 50%%% off", Stop));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("54321%%%first line\nsecret second line")]
    [InlineData("54321%%%{long}")]
    public async Task A_private_text_that_is_more_than_one_message_is_not_sent_at_all(string text)
    {
        var (client, server) = await ConnectAsync();
        await using var _ = client;
        using var __ = server;

        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(text.Replace("{long}", new string('密', 700), StringComparison.Ordinal), Stop));

        await client.SendAsync("hi", Stop);
        Assert.Equal("hi", await ReadAsync(server, 2));
    }

    [Spec("CP-LEG-051")]
    [Fact(Timeout = 20_000)]
    public async Task What_comes_ends_with_a_newline_a_quiet_or_the_server()
    {
        var (client, server) = await ConnectAsync();
        await using var _ = client;
        using var __ = server;
        await using var messages = client.MessagesAsync(Stop).GetAsyncEnumerator(Stop);

        await server.SendAsync(Gbk.GetBytes("一\n二"), Stop);
        Assert.Equal("一", await NextAsync());
        Assert.Equal("二", await NextAsync());
        await server.SendAsync(new byte[] { 0xC8 }, Stop);
        var next = NextAsync();
        await server.SendAsync(new byte[] { 0xFD }, Stop);
        Assert.Equal("三", await next);
        await server.SendAsync(Gbk.GetBytes("四"), Stop);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("四", await NextAsync());
        Assert.False(await messages.MoveNextAsync());

        async Task<string> NextAsync()
        {
            Assert.True(await messages.MoveNextAsync());
            return messages.Current;
        }
    }

    private static async Task<(LegacyClient Client, Socket Server)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = await LegacyClient.ConnectAsync(new LegacyClientOptions { Address = ChatAddress.Parse($"legacy://{listener.LocalEndpoint}"), Pause = TimeSpan.Zero }, Stop);
        return (client, await listener.AcceptSocketAsync(Stop));
    }

    private static async Task<string> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
            read += await socket.ReceiveAsync(bytes.AsMemory(read), Stop) is > 0 and var more ? more : throw new InvalidOperationException($"the end after {read} bytes");
        return Gbk.GetString(bytes);
    }
}

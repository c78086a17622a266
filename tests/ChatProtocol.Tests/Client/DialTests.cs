using System.Net.Sockets;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>A way to the server that the program makes itself.</summary>
public sealed class DialTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Each_connection_runs_over_a_stream_that_the_program_dials()
    {
        await using var server = new ScriptedServer();
        var dialed = new List<ChatAddress>();
        var somewhere = ChatAddress.Parse("chat://chat.example");
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with
        {
            Address = somewhere,
            ReconnectFor = Timeout.InfiniteTimeSpan,
            Dial = async (address, stop) =>
            {
                dialed.Add(address);
                return await OpenAsync(server.Address, stop);
            },
        });
        peer.Close();
        var again = await server.AcceptAsync();
        await again.WelcomeAsync(server.Limits);
        await again.LogInAsync();
        await again.AnswerAsync<Join>(j => new RoomInfo(j.Id, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null));

        var posting = room.PostAsync("hi", Stop);
        await again.AnswerAsync<Post>(post => new Posted(post.Id, 1, 0));

        Assert.Equal(1UL, (await posting).Seq);
        Assert.Equal([somewhere, somewhere], dialed);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failure_of_the_programs_own_is_a_server_that_cannot_be_reached()
    {
        var options = new ChatClientOptions
        {
            Name = "ann",
            Secret = ScriptedServer.Secret,
            Dial = (_, _) => throw new InvalidDataException("the tunnel is down"),
        };

        var failed = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(options, Stop));

        Assert.Equal(ChatFailure.Unreachable, failed.Failure);
        Assert.Contains("the tunnel is down", failed.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_dialed_stream_that_never_comes_counts_against_the_time_to_connect()
    {
        var options = new ChatClientOptions
        {
            Name = "ann",
            Secret = ScriptedServer.Secret,
            ConnectTimeout = TimeSpan.FromMilliseconds(50),
            Dial = async (_, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return Stream.Null;
            },
        };

        Assert.Equal(ChatFailure.TimedOut, (await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(options, Stop))).Failure);
    }

    [Spec("CP-ACC-006")]
    [Theory(Timeout = 30_000)]
    [InlineData("chat://chat.example", true)]
    [InlineData("chat://localhost", false)]
    [InlineData("chat://[::1]", false)]
    [InlineData("unix:/run/chat.sock", false)]
    public async Task A_password_goes_over_a_dialed_stream_only_where_its_address_says_that_nobody_reads_it(string address, bool isRefused)
    {
        await using var server = new ScriptedServer();
        var options = ChatClientOptions.ForAccount(ChatAddress.Parse(address), "ann", "a password of hers") with
        {
            ReconnectFor = TimeSpan.Zero,
            Dial = async (_, stop) => await OpenAsync(server.Address, stop),
        };
        var connecting = ChatClient.ConnectAsync(options, Stop);
        var peer = await server.AcceptAsync();
        if (isRefused)
        {
            Assert.Equal(ErrorCode.NeedsTls, (await Assert.ThrowsAsync<ChatException>(() => connecting)).Code);
            return;
        }
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await using var client = await connecting;
    }

    [Fact(Timeout = 60_000)]
    public async Task Tls_runs_inside_a_dialed_stream()
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tls://127.0.0.1:0"] });
        await using var client = await ChatClient.ConnectAsync(new ChatClientOptions
        {
            Address = ChatAddress.Parse("chats://chat.example"),
            Name = "ann",
            Secret = ScriptedServer.Secret,
            Pin = server.Certificate,
            Dial = async (_, stop) => await OpenAsync(ChatAddress.Parse($"chat://{server.Tls}"), stop),
        }, Stop);

        var room = await client.JoinAsync("tea", cancellationToken: Stop);

        Assert.Equal(1UL, (await room.PostAsync("hi", Stop)).Seq);
    }

    private static async Task<Stream> OpenAsync(ChatAddress server, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host!, server.Port, stop);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

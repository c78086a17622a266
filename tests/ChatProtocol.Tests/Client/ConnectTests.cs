using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class ConnectTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-SES-001", "CP-SES-002", "CP-SES-006")]
    [Fact(Timeout = 10_000)]
    public async Task Hello_comes_first_and_login_once_the_server_is_known()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options with { Agent = "test/1", Inbox = true }, Stop);
        var peer = await server.AcceptAsync();

        var hello = await peer.ReceiveAsync<Hello>();
        Assert.Equal((1, 1, "test/1"), (hello.Major, hello.Minor, hello.Agent));
        await peer.SendAsync(new Welcome(hello.Id, 1, 1, [], ScriptedServer.Id, "scripted/1", Limits.Default with { Page = 7 }, Durability.Written, 5000));
        var login = await peer.ReceiveAsync<Login>();
        Assert.Equal(("ann", CredentialKind.GuestKey, true, 16), (login.Name, login.Credential, login.Inbox, login.Publisher!.Value.Length));
        await peer.SendAsync(new LoggedIn(login.Id, 12, 34, "Ann"));

        await using var client = await connecting;
        Assert.Equal((12UL, 34UL, "Ann"), (client.Session, client.Principal, client.Name));
        Assert.Equal(("scripted/1", 7, Durability.Written), (client.Server.Agent, client.Server.Limits.Page, client.Server.Durability));
        Assert.Equal(ScriptedServer.Id, client.Server.Id.ToArray());
    }

    [Spec("CP-SES-007")]
    [Fact(Timeout = 10_000)]
    public async Task The_guest_key_is_made_from_the_secret_and_the_servers_id()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options, Stop);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        var login = await peer.LogInAsync();
        await using var client = await connecting;

        Assert.Equal(HMACSHA256.HashData(ScriptedServer.Secret, ScriptedServer.Id), login.Secret.ToArray());
        Assert.Equal("A3BA4AE31777C385DE7D4C60", Convert.ToHexString(login.Secret.Span)[..24]);
    }

    [Spec("CP-TRA-010")]
    [Fact(Timeout = 10_000)]
    public async Task A_local_admin_has_no_secret_and_logs_in_without_waiting_for_the_welcome()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options with { Credential = CredentialKind.LocalAdmin, Secret = default }, Stop);
        var peer = await server.AcceptAsync();
        var hello = await peer.ReceiveAsync<Hello>();
        var login = await peer.ReceiveAsync<Login>();
        await peer.SendAsync(
            new Welcome(hello.Id, 1, 1, [], ScriptedServer.Id, "scripted/1", server.Limits, Durability.Synced, 5000),
            new LoggedIn(login.Id, 12, 2, "admin"));
        await using var client = await connecting;

        Assert.Equal((CredentialKind.LocalAdmin, 0), (login.Credential, login.Secret.Length));
        Assert.Equal(("scripted/1", 2UL), (client.Server.Agent, client.Principal));
    }

    [Fact(Timeout = 10_000)]
    public async Task What_is_wrong_with_a_hello_is_told_to_who_logged_in_behind_it()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options with { Credential = CredentialKind.LocalAdmin, Secret = default }, Stop);
        var peer = await server.AcceptAsync();
        await peer.AnswerAsync<Hello>(hello => new Error(hello.Id, ErrorCode.UnsupportedVersion, "this server speaks version 2", 2));
        await peer.ReceiveAsync<Login>();
        peer.Close();

        var failure = await Assert.ThrowsAsync<ChatException>(() => connecting);
        Assert.Equal((ChatFailure.UnsupportedVersion, ErrorCode.UnsupportedVersion, false), (failure.Failure, failure.Code, failure.MayRetry));
    }

    [Fact(Timeout = 10_000)]
    public async Task The_time_offset_is_the_servers_clock_minus_ours()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddSeconds(2));
        var (client, _) = await server.WelcomeAsync(o => o with { TimeProvider = time });

        Assert.Equal(TimeSpan.FromSeconds(3), client.Server.TimeOffset);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_refused_login_tells_the_servers_code_and_closes()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options, Stop);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.AnswerAsync<Login>(login => new Error(login.Id, ErrorCode.NameTaken, "ann is taken", 1500, 3, "name"));

        var e = await Assert.ThrowsAsync<ChatException>(() => connecting);

        Assert.Equal((ChatFailure.Refused, ErrorCode.NameTaken, "ann is taken"), (e.Failure, e.Code, e.Message));
        Assert.Equal((TimeSpan.FromSeconds(1.5), 3UL, "name"), (e.RetryAfter, e.Value, e.Field));
        Assert.Null(await peer.ReceiveAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_without_room_says_so_and_not_only_that_it_closed()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options, Stop);
        var peer = await server.AcceptAsync();
        await peer.SendAsync(new Error(null, ErrorCode.TooManyConnections, "come back later"));

        var e = await Assert.ThrowsAsync<ChatException>(() => connecting);

        Assert.Equal((ChatFailure.Disconnected, ErrorCode.TooManyConnections), (e.Failure, e.Code));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_port_where_nobody_listens_is_unreachable()
    {
        var server = new ScriptedServer();
        var options = server.Options;
        await server.DisposeAsync();

        var e = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(options, Stop));

        Assert.Equal((ChatFailure.Unreachable, true), (e.Failure, e.MayRetry));
        Assert.Contains(options.Address.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_missing_unix_socket_is_unreachable()
    {
        var options = new ChatClientOptions { Name = "ann", Secret = ScriptedServer.Secret, Address = ChatAddress.Parse("unix:/nowhere/chat.sock") };

        var e = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(options, Stop));

        Assert.Equal(ChatFailure.Unreachable, e.Failure);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("HTTP/1.1 503 Starting\r\n\r\n", ChatFailure.HttpServer, true, "web server")]
    [InlineData("HT", ChatFailure.HttpServer, true, "web server")]
    [InlineData("a new client connected!\n", ChatFailure.LegacyServer, false, "legacy://")]
    [InlineData("Hello and welcome", ChatFailure.LegacyServer, false, "legacy://")]
    [InlineData("\u0015\u0003\u0001\0\u0002\u0002\u0046", ChatFailure.NotAChatServer, true, "chats://")]
    [InlineData("\u0005\u0001\0", ChatFailure.NotAChatServer, true, "does not speak")]
    public async Task Each_other_kind_of_server_is_told_apart(string said, ChatFailure failure, bool mayRetry, string hint)
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options, Stop);
        var peer = await server.AcceptAsync();
        await peer.SendBytesAsync(Encoding.ASCII.GetBytes(said));

        var e = await Assert.ThrowsAsync<ChatException>(() => connecting);

        Assert.Equal((failure, mayRetry), (e.Failure, e.MayRetry));
        Assert.Contains(hint, e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_silent_server_is_given_up_after_the_connect_timeout()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var connecting = ChatClient.ConnectAsync(server.Options with { TimeProvider = time }, Stop);
        var peer = await server.AcceptAsync();
        await peer.ReceiveAsync<Hello>();
        time.Advance(TimeSpan.FromSeconds(10));

        var e = await Assert.ThrowsAsync<ChatException>(() => connecting);

        Assert.Equal(ChatFailure.TimedOut, e.Failure);
        Assert.Null(await peer.ReceiveAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task Connecting_can_be_cancelled()
    {
        await using var server = new ScriptedServer();
        using var cancel = new CancellationTokenSource();
        var connecting = ChatClient.ConnectAsync(server.Options, cancel.Token);
        var peer = await server.AcceptAsync();
        await peer.ReceiveAsync<Hello>();
        await cancel.CancelAsync();

        var e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);

        Assert.Equal(cancel.Token, e.CancellationToken);
        Assert.Null(await peer.ReceiveAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_welcome_in_another_version_breaks_the_protocol()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options, Stop);
        var peer = await server.AcceptAsync();
        await peer.AnswerAsync<Hello>(h => new Welcome(h.Id, 2, 0, [], ScriptedServer.Id, "x", Limits.Default, Durability.Synced, 0));

        var e = await Assert.ThrowsAsync<ChatException>(() => connecting);

        Assert.Equal(ChatFailure.BrokenProtocol, e.Failure);
    }

    [Fact(Timeout = 10_000)]
    public async Task Options_that_cannot_be_right_are_the_callers_mistake()
    {
        var good = new ChatClientOptions { Name = "ann", Secret = ScriptedServer.Secret };
        ChatClientOptions[] bad =
        [
            good with { Name = "an n" },
            good with { Secret = new byte[31] },
            good with { Publisher = new byte[15] },
            good with { Agent = new string('x', 65) },
            good with { RoomWindow = 0 },
            good with { ConnectTimeout = TimeSpan.Zero },
        ];

        foreach (var options in bad)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => ChatClient.ConnectAsync(options, Stop));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_unix_socket_is_as_good_as_a_port()
    {
        var folder = Directory.CreateTempSubdirectory("chat-unix-").FullName;
        var path = Path.Combine(folder, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var connecting = ChatClient.ConnectAsync(new() { Name = "ann", Secret = ScriptedServer.Secret, Address = ChatAddress.Parse("unix:" + path) }, Stop);
        await using var peer = new ScriptedPeer(await listener.AcceptAsync(Stop));
        await peer.WelcomeAsync(Limits.Default);
        await peer.LogInAsync();

        await using var client = await connecting;

        Assert.Equal("ann", client.Name);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Options_do_not_show_their_secrets() =>
        Assert.Equal("ann at chat://127.0.0.1:9999", new ChatClientOptions { Name = "ann", Secret = Encoding.ASCII.GetBytes("s3cret") }.ToString());
}

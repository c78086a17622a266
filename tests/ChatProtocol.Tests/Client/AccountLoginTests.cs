using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>How a client logs in to an account, and comes back to it.</summary>
public sealed class AccountLoginTests
{
    private const string Password = "correct horse";
    private const string Token = "chat_t_abc";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-ACC-003")]
    [Fact(Timeout = 10_000)]
    public async Task A_password_is_sent_in_NFC_and_without_waiting_for_the_welcome()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(ChatClientOptions.ForAccount(server.Address, "ann", "cafe\u0301 noir"), Stop);
        var peer = await server.AcceptAsync();
        var hello = await peer.ReceiveAsync<Hello>();
        var login = await peer.ReceiveAsync<Login>();
        await peer.SendAsync(Welcome(hello), new LoggedIn(login.Id, 12, 34, "ann"));
        await using var client = await connecting;

        Assert.Equal(("ann", CredentialKind.Password, "caf\u00e9 noir"), (login.Name, login.Credential, Encoding.UTF8.GetString(login.Secret.Span)));
    }

    [Spec("CP-ACC-004")]
    [Fact(Timeout = 10_000)]
    public async Task A_client_with_a_token_has_the_name_of_its_account()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(ChatClientOptions.ForToken(server.Address, $" {Token}\n"), Stop);
        var peer = await server.AcceptAsync();
        var hello = await peer.ReceiveAsync<Hello>();
        var login = await peer.ReceiveAsync<Login>();
        await peer.SendAsync(Welcome(hello), new LoggedIn(login.Id, 12, 34, "ann"));
        await using var client = await connecting;

        Assert.Equal("ann", client.Name);
        Assert.Equal((CredentialKind.Token, Token), (login.Credential, Encoding.ASCII.GetString(login.Secret.Span)));
    }

    [Fact]
    public void Options_refuse_what_cannot_be_a_password_or_a_token_and_print_neither()
    {
        Assert.Throws<ArgumentException>(() => ChatClientOptions.ForAccount(ChatAddress.Default, "ann", ""));
        Assert.Throws<ArgumentException>(() => ChatClientOptions.ForAccount(ChatAddress.Default, "ann", new string('x', 1025)));
        Assert.Throws<ArgumentException>(() => ChatClientOptions.ForToken(ChatAddress.Default, "chat_t_é"));
        Assert.Throws<ArgumentException>(() => { _ = ChatClient.RegisterAsync(new ChatClientOptions { Name = "ann", Secret = ScriptedServer.Secret }, cancellationToken: Stop); });
        Assert.Throws<ArgumentException>(() => { _ = ChatClient.ConnectAsync(new ChatClientOptions { Name = "ann", Credential = CredentialKind.Token }, Stop); });

        Assert.DoesNotContain(Password, ChatClientOptions.ForAccount(ChatAddress.Default, "ann", Password).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, ChatClientOptions.ForToken(ChatAddress.Default, Token).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, new NewToken(new TokenMade(1, 7, Encoding.ASCII.GetBytes(Token), 1000)).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("chat_i_", new NewInvitation(new InvitationMade(1, 7, "chat_i_abc"u8.ToArray(), 1000)).ToString(), StringComparison.Ordinal);
    }

    [Spec("CP-ACC-006")]
    [Fact(Timeout = 10_000)]
    public async Task Nothing_is_sent_in_the_clear_to_another_machine()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address).FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one));
        // Where a machine has no address but its own loopback there is nobody to send to.
        if (address is null)
            return;
        using var listener = new TcpListener(address, 0);
        listener.Start();
        var server = ChatAddress.Parse($"chat://{listener.LocalEndpoint}");
        Func<Task>[] attempts =
        [
            () => ChatClient.ConnectAsync(ChatClientOptions.ForAccount(server, "ann", Password), Stop),
            () => ChatClient.ConnectAsync(ChatClientOptions.ForToken(server, Token), Stop),
            () => ChatClient.RegisterAsync(ChatClientOptions.ForAccount(server, "ann", Password), "chat_i_abc", Stop),
        ];
        foreach (var attempt in attempts)
        {
            var refused = await Assert.ThrowsAsync<ChatException>(attempt);
            Assert.Equal((ChatFailure.Refused, ErrorCode.NeedsTls, false), (refused.Failure, refused.Code, refused.MayRetry));
            using var socket = await listener.AcceptSocketAsync(Stop);
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Stop));
        }
    }

    [Spec("CP-ACC-006")]
    [Fact(Timeout = 10_000)]
    public async Task A_request_with_a_secret_is_not_sent_where_others_can_read_it_and_the_others_go_on()
    {
        var requests = new PendingRequests(new ChatClientOptions { Address = ChatAddress.Parse("chat://192.0.2.1"), Name = "ann", Secret = ScriptedServer.Secret }, null);
        var output = new SendBuffer();
        requests.Connect(output);
        requests.Open(output, Limits.Default);
        var secret = new Call<Ok, bool>(id => new Register(id, "ann", "correct horse"u8.ToArray(), null), _ => true) { HasSecret = true };
        requests.Add(secret);
        requests.Add(new Call<Pong, bool>(id => new Ping(id), _ => true));

        var refused = await Assert.ThrowsAsync<ChatException>(() => secret.Task);
        Assert.Equal((ChatFailure.Refused, ErrorCode.NeedsTls), (refused.Failure, refused.Code));
        Assert.Contains("chat://192.0.2.1:9999", refused.Message, StringComparison.Ordinal);
        Assert.Equal([new Ping(1)], Frames.Decode((await output.TakeAsync()).ToArray(), Direction.ToServer));
    }

    [Spec("CP-ACC-021")]
    [Fact(Timeout = 10_000)]
    public async Task A_session_that_is_signed_out_does_not_come_back()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await LogInAsync(server);
        await peer.SendAsync(new Bye(ByeCode.SignedOut, "the password was changed", null));

        var ended = Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).FirstAsync(Stop));
        Assert.Equal((ByeCode.SignedOut, "the password was changed"), (ended.Bye!.Why, ended.Bye.Reason));
        Assert.Contains("the password was changed", ended.Error!.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(ErrorCode.LoginFailed)]
    [InlineData(ErrorCode.AccountDisabled)]
    public async Task A_login_that_is_refused_when_the_client_comes_back_ends_the_session(ErrorCode code)
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await LogInAsync(server);
        peer.Close();
        var again = await server.AcceptAsync();
        var hello = await again.ReceiveAsync<Hello>();
        var login = await again.ReceiveAsync<Login>();
        await again.SendAsync(Welcome(hello), new Error(login.Id, code, "not any more"));

        var ended = Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).LastAsync(Stop));
        Assert.Equal((code, "not any more"), (ended.Error!.Code, ended.Error.Message));
        Assert.Equal(Password, Encoding.UTF8.GetString(login.Secret.Span));
    }

    [Spec("CP-ACC-011")]
    [Theory(Timeout = 10_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_comes_back_by_the_password_it_has_changed_to_even_if_it_never_heard_that_it_has(bool heard)
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await LogInAsync(server);
        var changing = client.Account.ChangePasswordAsync(Password, "better horse", Stop);
        var change = await peer.ReceiveAsync<ChangePassword>();
        Assert.Equal((Password, "better horse"), (Encoding.UTF8.GetString(change.Old.Span), Encoding.UTF8.GetString(change.Password.Span)));
        if (heard)
        {
            await peer.SendAsync(new Ok(change.Id));
            await changing;
        }
        peer.Close();

        if (!heard)
        {
            Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<ChatException>(() => changing)).Outcome);
            Assert.Equal(Password, await LogInAgainAsync(server, isRight: false));
        }
        Assert.Equal("better horse", await LogInAgainAsync(server, isRight: true));
        await client.EventsAsync(Stop).OfType<ConnectionRestored>().FirstAsync(Stop);
    }

    [Spec("CP-ACC-001")]
    [Fact(Timeout = 10_000)]
    public async Task An_account_is_made_before_there_is_a_login_and_the_connection_ends_in_good_order()
    {
        await using var server = new ScriptedServer();
        var registering = ChatClient.RegisterAsync(ChatClientOptions.ForAccount(server.Address, "ann", Password), "chat_i_abc", Stop);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        var register = await peer.AnswerAsync<Register>(asked => new Ok(asked.Id));
        await peer.AnswerAsync<Quit>(quit => new Ok(quit.Id));
        await registering;

        Assert.Equal(("ann", Password, "chat_i_abc"), (register.Name, Encoding.UTF8.GetString(register.Password.Span), Encoding.ASCII.GetString(register.Invitation!.Value.Span)));
    }

    [Fact(Timeout = 10_000)]
    public async Task Of_a_registration_that_is_not_answered_it_is_not_known_whether_the_account_is_there()
    {
        await using var server = new ScriptedServer();
        var registering = ChatClient.RegisterAsync(ChatClientOptions.ForAccount(server.Address, "ann", Password), cancellationToken: Stop);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.ReceiveAsync<Register>();
        peer.Close();

        var failed = await Assert.ThrowsAsync<ChatException>(() => registering);
        Assert.Equal((ChatFailure.Disconnected, Outcome.Unknown), (failed.Failure, failed.Outcome));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_password_that_is_too_short_is_refused_before_anything_is_sent()
    {
        var refused = await Assert.ThrowsAsync<ChatException>(
            () => ChatClient.RegisterAsync(ChatClientOptions.ForAccount(ChatAddress.Parse("chat://127.0.0.1:1"), "ann", "short"), cancellationToken: Stop));

        Assert.Equal((ErrorCode.InvalidValue, 8UL), (refused.Code, refused.Value));
        Assert.DoesNotContain("short", refused.Message, StringComparison.Ordinal);
    }

    [Spec("CP-ACC-002")]
    [Fact(Timeout = 10_000)]
    public async Task A_guest_that_has_registered_comes_back_by_its_password()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        var registering = client.Account.RegisterAsync(Password, cancellationToken: Stop);
        var register = await peer.AnswerAsync<Register>(asked => new Ok(asked.Id));
        await registering;
        peer.Close();

        Assert.Equal(("ann", null), (register.Name, register.Invitation));
        Assert.Equal(Password, await LogInAgainAsync(server, isRight: true));
    }

    private static Welcome Welcome(Hello hello) => new(hello.Id, 1, 1, [], ScriptedServer.Id, "scripted/1", Limits.Default, Durability.Synced, 5000);

    private static async Task<(ChatClient Client, ScriptedPeer Peer)> LogInAsync(ScriptedServer server)
    {
        var (client, peer) = await server.WelcomeAsync(o => ChatClientOptions.ForAccount(o.Address, "ann", Password));
        return (client, peer);
    }

    /// <summary>Lets the client in again, or not, and returns the password that it came with.</summary>
    private static async Task<string> LogInAgainAsync(ScriptedServer server, bool isRight)
    {
        var again = await server.AcceptAsync();
        var hello = await again.ReceiveAsync<Hello>();
        var login = await again.ReceiveAsync<Login>();
        Assert.Equal(("ann", CredentialKind.Password), (login.Name, login.Credential));
        await again.SendAsync(Welcome(hello), isRight ? new LoggedIn(login.Id, 13, 34, "ann") : new Error(login.Id, ErrorCode.LoginFailed, "wrong"));
        return Encoding.UTF8.GetString(login.Secret.Span);
    }
}

using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The requests about accounts against a server that runs: what is told comes back as types of the SDK.</summary>
public sealed class AccountRequestTests
{
    private const string Password = "correct horse";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-ACC-001", "CP-ACC-003", "CP-ACC-010", "CP-ACC-018")]
    [Fact(Timeout = 60_000)]
    public async Task A_member_registers_logs_in_and_sees_its_account_and_its_sessions()
    {
        await using var server = await TestServer.StartAsync();
        var ann = Account(server, "ann");
        await ChatClient.RegisterAsync(ann, cancellationToken: Stop);
        await using var client = await ChatClient.ConnectAsync(ann, Stop);

        var account = await client.Account.GetAsync(Stop);
        Assert.Equal((client.Principal, "ann", AccountRole.Member, false, 1UL, 0UL), (account.Principal, account.Name, account.Role, account.IsDisabled, account.Sessions, account.Tokens!.Value));
        Assert.InRange(account.Made, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal([client.Session], (await client.Account.SessionsAsync(Stop).ToListAsync(Stop)).Select(session => session.Session));
        Assert.Equal(ErrorCode.NameTaken, (await Assert.ThrowsAsync<ChatException>(() => ChatClient.RegisterAsync(ann, cancellationToken: Stop))).Code);
    }

    [Spec("CP-ACC-002")]
    [Fact(Timeout = 60_000)]
    public async Task A_guest_that_registers_stays_the_same_user()
    {
        await using var server = await TestServer.StartAsync();
        ulong principal;
        await using (var guest = await ChatClient.ConnectAsync(new ChatClientOptions { Address = Address(server), Name = "ann", Secret = ScriptedServer.Secret }, Stop))
        {
            principal = guest.Principal;
            await guest.Account.RegisterAsync(Password, cancellationToken: Stop);
            Assert.Equal(principal, (await guest.Account.GetAsync(Stop)).Principal);
        }
        await using var client = await ChatClient.ConnectAsync(Account(server, "ann"), Stop);

        Assert.Equal(principal, client.Principal);
    }

    [Spec("CP-ACC-004", "CP-ACC-012", "CP-ACC-013", "CP-ACC-014", "CP-ACC-022")]
    [Fact(Timeout = 60_000)]
    public async Task A_program_logs_in_by_a_token_until_it_is_revoked_and_may_no_more_than_it_is_good_for()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RegisterAsync(server, "ann");
        var made = await client.Account.CreateTokenAsync("a bot", TokenScopes.Read | TokenScopes.Post, lifetime: TimeSpan.FromDays(3), cancellationToken: Stop);
        await using var bot = await ChatClient.ConnectAsync(ChatClientOptions.ForToken(Address(server), made.Secret), Stop);

        Assert.Equal(("ann", client.Principal), (bot.Name, bot.Principal));
        await (await bot.OpenAsync(Names.Lobby, cancellationToken: Stop)).PostAsync("hi", Stop);
        Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<ChatException>(() => bot.NickAsync("eve", Stop))).Code);
        var token = Assert.Single(await client.Account.TokensAsync(Stop).ToListAsync(Stop));
        Assert.Equal((made.Number, "a bot", TokenScopes.Read | TokenScopes.Post, 0UL, made.Expires), (token.Number, token.Label, token.Scopes, token.Rooms, token.Expires));
        Assert.Equal(TimeSpan.FromDays(3), token.Expires - token.Made);
        Assert.NotNull(token.Used);

        await client.Account.RevokeTokenAsync(made.Number, Stop);
        Assert.Equal(ByeCode.SignedOut, Assert.IsType<SessionEnded>(await bot.EventsAsync(Stop).LastAsync(Stop)).Bye!.Why);
        Assert.Equal(ErrorCode.LoginFailed, (await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(ChatClientOptions.ForToken(Address(server), made.Secret), Stop))).Code);
        Assert.Equal(ErrorCode.NoSuchToken, (await Assert.ThrowsAsync<ChatException>(() => client.Account.RevokeTokenAsync(made.Number, Stop))).Code);
    }

    [Spec("CP-ACC-015", "CP-ACC-016", "CP-ACC-017")]
    [Fact(Timeout = 60_000)]
    public async Task A_member_invites_and_revokes_what_is_left_of_the_invitation()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RegisterAsync(server, "ann");
        var made = await client.Account.InviteAsync(uses: 2, lifetime: TimeSpan.FromHours(1), cancellationToken: Stop);
        await ChatClient.RegisterAsync(Account(server, "bob"), made.Code, Stop);

        var invitation = Assert.Single(await client.Account.InvitationsAsync(Stop).ToListAsync(Stop));
        Assert.Equal((made.Number, "ann", AccountRole.Member, 1UL, made.Expires), (invitation.Number, invitation.By, invitation.Role, invitation.Uses, invitation.Expires));
        await client.Account.RevokeInvitationAsync(made.Number, Stop);
        Assert.Empty(await client.Account.InvitationsAsync(Stop).ToListAsync(Stop));
        Assert.Equal(ErrorCode.BadInvitation, (await Assert.ThrowsAsync<ChatException>(() => ChatClient.RegisterAsync(Account(server, "eve"), made.Code, Stop))).Code);
    }

    [Spec("CP-ACC-011", "CP-ACC-019", "CP-ACC-020")]
    [Fact(Timeout = 60_000)]
    public async Task A_member_changes_its_password_ends_a_session_and_deletes_its_account()
    {
        await using var server = await TestServer.StartAsync();
        await using var client = await RegisterAsync(server, "ann");
        await using var other = await ChatClient.ConnectAsync(Account(server, "ann"), Stop);
        await client.Account.ChangePasswordAsync(Password, "better horse", Stop);
        Assert.Equal(ByeCode.SignedOut, Assert.IsType<SessionEnded>(await other.EventsAsync(Stop).LastAsync(Stop)).Bye!.Why);

        await using var third = await ChatClient.ConnectAsync(ChatClientOptions.ForAccount(Address(server), "ann", "better horse"), Stop);
        await client.Account.EndSessionAsync(third.Session, Stop);
        Assert.Equal(ByeCode.SignedOut, Assert.IsType<SessionEnded>(await third.EventsAsync(Stop).LastAsync(Stop)).Bye!.Why);

        Assert.Equal(ErrorCode.LoginFailed, (await Assert.ThrowsAsync<ChatException>(() => client.Account.DeleteAsync(Password, Stop))).Code);
        await client.Account.DeleteAsync("better horse", Stop);
        Assert.IsType<SessionEnded>(await client.EventsAsync(Stop).LastAsync(Stop));
        await using var guest = await ChatClient.ConnectAsync(new ChatClientOptions { Address = Address(server), Name = "ann", Secret = ScriptedServer.Secret }, Stop);
        Assert.Equal("ann", guest.Name);
    }

    [Spec("CP-ACC-030", "CP-ACC-031", "CP-ACC-032")]
    [Fact(Timeout = 60_000)]
    public async Task An_admin_makes_lists_changes_and_deletes_accounts()
    {
        await using var server = await TestServer.StartAsync();
        await using var admin = await ChatClient.ConnectAsync(ChatClientOptions.ForAdmin(ChatAddress.Parse($"unix:{server.AdminSocket}")), Stop);
        var accounts = admin.Admin.Accounts;
        await accounts.CreateAsync("ann", AccountRole.Admin, Password, Stop);
        await using var ann = await ChatClient.ConnectAsync(Account(server, "ann"), Stop);
        var made = await ann.Account.CreateTokenAsync("ops", TokenScopes.Observe, cancellationToken: Stop);

        Assert.Equal([("ann", AccountRole.Admin, 1UL)], (await accounts.ListAsync(Stop).ToListAsync(Stop)).Select(account => (account.Name, account.Role, account.Sessions)));
        Assert.Equal([made.Number], (await accounts.TokensAsync("ann", Stop).ToListAsync(Stop)).Select(token => token.Number));
        await accounts.RevokeTokenAsync("ann", made.Number, Stop);
        await accounts.ChangeAsync("ann", AccountRole.Member, disabled: true, cancellationToken: Stop);
        Assert.Equal(ByeCode.SignedOut, Assert.IsType<SessionEnded>(await ann.EventsAsync(Stop).LastAsync(Stop)).Bye!.Why);
        var account = await accounts.GetAsync("ann", Stop);
        Assert.Equal((AccountRole.Member, true, 0UL), (account.Role, account.IsDisabled, account.Tokens!.Value));
        Assert.Equal(ErrorCode.AccountDisabled, (await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(Account(server, "ann"), Stop))).Code);

        await accounts.ChangeAsync("ann", disabled: false, password: "better horse", cancellationToken: Stop);
        await using (await ChatClient.ConnectAsync(ChatClientOptions.ForAccount(Address(server), "ann", "better horse"), Stop))
            await accounts.DeleteAsync("ann", Stop);
        Assert.Equal(ErrorCode.NoSuchUser, (await Assert.ThrowsAsync<ChatException>(() => accounts.GetAsync("ann", Stop))).Code);
        Assert.Throws<ArgumentException>(() => { _ = accounts.ChangeAsync("ann", cancellationToken: Stop); });
    }

    private static ChatAddress Address(TestServer server) => ChatAddress.Parse($"chat://{server.Tcp}");

    private static ChatClientOptions Account(TestServer server, string name) => ChatClientOptions.ForAccount(Address(server), name, Password);

    private static async Task<ChatClient> RegisterAsync(TestServer server, string name)
    {
        await ChatClient.RegisterAsync(Account(server, name), cancellationToken: Stop);
        return await ChatClient.ConnectAsync(Account(server, name), Stop);
    }
}

using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Accounts while more than one thing is under way: a password at the hasher, a batch at the log, a principal that leaves memory.</summary>
public sealed class AccountRaceTests
{
    private static readonly byte[] Publisher = new byte[16];

    private readonly HubBench _bench = new(options => options with { MaxCached = 0 });

    [Spec("CP-ACC-003")]
    [Fact]
    public void A_password_is_right_though_its_account_was_not_wanted_while_it_was_checked()
    {
        _bench.LogInAs("ann", AccountRole.Member);
        _bench.Restart();
        var client = _bench.Greet();
        var login = client.Send(id => HubClient.PasswordLogin(id, "ann"));
        var check = _bench.Hasher.Tasks.Dequeue();

        for (var i = 0; i < 5; i++)
            _bench.LogIn($"guest-{i}").Disconnect();
        _bench.Hub.PasswordDone(check, FakePasswordHasher.Do(check));
        _bench.Settle();

        Assert.IsType<LoggedIn>(client.AnswerTo(login));
    }

    [Spec("CP-ACC-011", "CP-ACC-021")]
    [Fact]
    public void A_change_of_password_that_was_asked_for_by_a_session_that_is_ended_meanwhile_is_not_made()
    {
        var thief = _bench.LogInAs("ann", AccountRole.Member);
        var admin = _bench.LogInAdmin();
        thief.Send(id => new ChangePassword(id, HubClient.PasswordOf("ann"), HubClient.PasswordOf("stolen")));
        var check = _bench.Hasher.Tasks.Dequeue();
        _bench.Hub.PasswordDone(check, FakePasswordHasher.Do(check));
        var make = _bench.Hasher.Tasks.Dequeue();

        admin.Ask<Ok>(id => new ChangeAccount(id, "ann", null, null, HubClient.PasswordOf("rescued")));
        _bench.Hub.PasswordDone(make, FakePasswordHasher.Do(make));
        _bench.Settle();

        Assert.True(thief.IsClosed);
        Assert.Equal(ErrorCode.LoginFailed, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann", "stolen")));
        _bench.LogInByPassword("ann", "rescued");
    }

    [Spec("CP-ACC-032", "CP-ACC-034")]
    [Fact]
    public void An_admin_who_is_disabled_while_a_password_is_hashed_for_it_changes_nobody()
    {
        var admin = _bench.LogInAs("boss", AccountRole.Admin);
        _bench.LogInAs("ann", AccountRole.Member);
        admin.Send(id => new ChangeAccount(id, "ann", null, null, HubClient.PasswordOf("new")));
        var make = _bench.Hasher.Tasks.Dequeue();
        _bench.LogInAdmin().Ask<Ok>(id => new ChangeAccount(id, "boss", null, 1, null));

        _bench.Hub.PasswordDone(make, FakePasswordHasher.Do(make));
        _bench.Settle();

        _bench.LogInByPassword("ann");
    }

    [Spec("CP-ACC-011")]
    [Fact]
    public void Of_two_who_change_a_password_at_once_the_second_has_the_wrong_one()
    {
        var clients = new[] { _bench.LogInAs("ann", AccountRole.Member), _bench.LogInByPassword("ann") };
        var asked = clients.Select((client, i) => client.Send(id => new ChangePassword(id, HubClient.PasswordOf("ann"), HubClient.PasswordOf($"new {i}")))).ToList();
        _bench.Settle();

        Assert.IsType<Ok>(clients[0].AnswerTo(asked[0]));
        Assert.Equal(ErrorCode.LoginFailed, Assert.IsType<Error>(clients[1].AnswerTo(asked[1])).Reason);
        _bench.LogInByPassword("ann", "new 0");
    }

    [Spec("CP-ACC-011", "CP-ACC-032")]
    [Fact]
    public void A_hash_made_anew_at_a_login_does_not_take_the_place_of_a_new_password()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        _bench.Log.AlterAccount(ann.Principal, account => account with { Password = FakePasswordHasher.OldHashOf(HubClient.PasswordOf("ann")) });
        _bench.Restart();
        var (admin, client) = (_bench.LogInAdmin(), _bench.Greet());
        admin.Send(id => new ChangeAccount(id, "ann", null, null, HubClient.PasswordOf("new")));
        client.Send(id => HubClient.PasswordLogin(id, "ann"));

        _bench.Hash();
        _bench.Settle();
        _bench.Restart();

        _bench.LogInByPassword("ann", "new");
    }

    [Spec("CP-ACC-003")]
    [Fact]
    public void Two_who_log_in_at_once_by_a_password_of_former_parameters_are_both_let_in()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        _bench.Log.AlterAccount(ann.Principal, account => account with { Password = FakePasswordHasher.OldHashOf(HubClient.PasswordOf("ann")) });
        _bench.Restart();
        var second = _bench.Greet();
        var login = second.Send(id => HubClient.PasswordLogin(id, "ann"));
        var check = _bench.Hasher.Tasks.Dequeue();
        _bench.LogInByPassword("ann");

        _bench.Settle();
        _bench.Hub.PasswordDone(check, FakePasswordHasher.Do(check));

        Assert.IsType<LoggedIn>(second.AnswerTo(login));
    }

    [Spec("CP-ACC-024")]
    [Fact]
    public void An_account_lets_nobody_in_before_it_is_durable_that_it_is_enabled()
    {
        var secret = _bench.LogInAs("ann", AccountRole.Member).CreateToken(TokenScopes.Read).Secret;
        var (admin, early) = (_bench.LogInAdmin(), _bench.Greet());
        admin.Ask<Ok>(id => new ChangeAccount(id, "ann", null, 1, null));
        admin.Send(id => new ChangeAccount(id, "ann", null, 0, null));
        var login = early.Send(id => HubClient.TokenLogin(id, secret));

        Assert.Equal(ErrorCode.AccountDisabled, Assert.IsType<Error>(early.AnswerTo(login)).Reason);
        _bench.Settle();
        _bench.LogInByToken(secret);
    }

    [Spec("CP-ACC-033")]
    [Fact]
    public void Of_two_owners_who_delete_their_accounts_at_once_one_stays()
    {
        var owners = new[] { _bench.LogInAs("boss", AccountRole.Owner), _bench.LogInAs("chief", AccountRole.Owner) };
        var asked = owners.Select((owner, i) => owner.Send(id => new DeleteAccount(id, HubClient.PasswordOf(i == 0 ? "boss" : "chief"), null))).ToList();
        _bench.Settle();

        Assert.IsType<Ok>(owners[0].AnswerTo(asked[0]));
        Assert.Equal(ErrorCode.Denied, Assert.IsType<Error>(owners[1].AnswerTo(asked[1])).Reason);
    }

    [Spec("CP-ACC-020")]
    [Fact]
    public void The_name_of_a_deleted_account_is_free_after_a_restart_whose_session_ended_meanwhile()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var admin = _bench.LogInAdmin();
        _bench.Settle();
        var asked = admin.Send(id => new DeleteAccount(id, null, "ann"));
        ann.Disconnect();
        _bench.Commit();
        Assert.IsType<Ok>(admin.AnswerTo(asked));

        _bench.Restart();

        Assert.NotEqual(ann.Principal, _bench.LogIn("ann", "another key").Principal);
    }

    [Spec("CP-ACC-034")]
    [Fact]
    public void An_account_has_its_role_from_when_it_is_durable()
    {
        var invitation = _bench.LogInAs("boss", AccountRole.Owner).Ask<InvitationMade>(id => new Invite(id, (int)AccountRole.Admin, 1, null));
        var helper = _bench.LogIn("helper", "key");
        helper.Send(id => new Register(id, "helper", HubClient.PasswordOf("helper"), invitation.Secret));
        _bench.Hash();

        var early = helper.Send(id => new Accounts(id, 0));

        Assert.Equal(ErrorCode.Denied, Assert.IsType<Error>(helper.AnswerTo(early)).Reason);
        _bench.Settle();
        helper.Ask<AccountList>(id => new Accounts(id, 0));
    }

    [Spec("CP-ACC-022")]
    [Fact]
    public void A_password_after_a_token_whose_login_could_not_be_stored_has_all_that_the_account_may()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var secret = ann.CreateToken(TokenScopes.Read).Secret;
        var room = ann.Open("tea").Room;
        var (writer, client) = (_bench.Greet(), _bench.Greet());
        writer.Ask<LoggedIn>(id => new Login(id, "ann", CredentialKind.Password, HubClient.PasswordOf("ann"), Publisher, false));
        writer.Say(room, "hello", 1);
        writer.Send(id => new Quit(id));
        var lost = client.Send(id => new Login(id, "", CredentialKind.Token, secret, Publisher, false));
        _bench.Fail();
        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(client.AnswerTo(lost)).Reason);

        client.Ask<LoggedIn>(id => HubClient.PasswordLogin(id, "ann"));

        client.Ask<AccountInfo>(id => new Account(id, null));
    }
}

using System.Text;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Accounts: how they are made, logged in to, changed and deleted.</summary>
public sealed class AccountTests
{
    private readonly HubBench _bench = new();

    [Spec("CP-ACC-001", "CP-ACC-003")]
    [Fact]
    public void A_registered_account_is_logged_in_to_by_its_password_and_keeps_its_principal_over_a_restart()
    {
        var newcomer = _bench.Greet();
        newcomer.Ask<Ok>(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null));
        var ann = newcomer.Ask<LoggedIn>(id => HubClient.PasswordLogin(id, "Ann", "ann"));
        _bench.Restart();

        var again = _bench.LogInByPassword("ann");

        Assert.Equal((ann.Principal, "ann"), (again.Principal, again.LoggedIn!.Name));
        var account = again.Ask<AccountInfo>(id => new Account(id, null));
        Assert.Equal((ann.Principal, "ann", (int)AccountRole.Member, (ulong)HubBench.Begin, false, 1ul, 0ul),
            (account.Principal, account.Name, account.Role, account.Made, account.Disabled, account.Sessions, account.Tokens));
    }

    [Spec("CP-ACC-030")]
    [Fact]
    public void An_account_that_an_admin_makes_is_there_with_its_role_or_refused_as_any_is()
    {
        var admin = _bench.LogInAdmin();
        admin.Ask<Ok>(id => new CreateAccount(id, "boss", (int)AccountRole.Owner, HubClient.PasswordOf("boss")));
        _bench.LogIn("guest");

        Assert.Equal((int)AccountRole.Owner, _bench.LogInByPassword("boss").Ask<AccountInfo>(id => new Account(id, null)).Role);
        Assert.Equal(ErrorCode.NameTaken, admin.Refused(id => new CreateAccount(id, "boss", 1, HubClient.PasswordOf("x"))));
        Assert.Equal(ErrorCode.NameTaken, admin.Refused(id => new CreateAccount(id, "guest", 1, HubClient.PasswordOf("x"))));
        Assert.Equal(ErrorCode.BadName, admin.Refused(id => new CreateAccount(id, "admin", 1, HubClient.PasswordOf("x"))));
        Assert.Equal(ErrorCode.InvalidValue, admin.Refused(id => new CreateAccount(id, "ann", 1, "short"u8.ToArray())));
        Assert.Equal(ErrorCode.InvalidValue, admin.Refused(id => new CreateAccount(id, "ann", 0, HubClient.PasswordOf("ann"))));
    }

    [Spec("CP-ACC-002", "CP-SES-008")]
    [Fact]
    public void A_guest_becomes_an_account_with_its_principal_and_private_rooms_and_its_key_leads_to_it_no_more()
    {
        var bob = _bench.LogIn("bob");
        var ann = _bench.LogIn("ann", "key");
        var room = ann.Open("@bob").Room;
        ann.Say(room, "hello");
        ann.Ask<Ok>(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null));
        ann.Disconnect();
        _bench.Restart();

        var again = _bench.LogInByPassword("ann");
        Assert.Equal(ann.Principal, again.Principal);
        Assert.Equal(room, again.Open("@bob").Room);
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann", "key")));
        Assert.False(bob.IsClosed);
    }

    [Spec("CP-ACC-009", "CP-NAM-014")]
    [Fact]
    public void The_name_of_an_account_is_nobody_elses_however_long_it_is_away_nor_one_that_looks_like_it()
    {
        _bench.LogInAs("coco", AccountRole.Member).Disconnect();
        _bench.Pass(TimeSpan.FromDays(400));
        _bench.Settle();
        _bench.Restart();

        var taken = _bench.Greet().Ask<Error>(id => HubClient.GuestLogin(id, "CoCo"));
        Assert.Equal((ErrorCode.NameTaken, null), (taken.Reason, taken.Value));
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "сосо")));
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => new Register(id, "coco", HubClient.PasswordOf("x"), null)));
        _bench.LogInByPassword("coco");
    }

    [Spec("CP-ACC-007")]
    [Fact]
    public void A_wrong_password_an_unknown_name_and_that_of_a_guest_get_the_same_answer_after_the_same_work()
    {
        _bench.LogInAs("ann", AccountRole.Member);
        _bench.LogIn("guest");
        var answers = new List<Error>();
        foreach (var name in (string[])["ann", "nobody", "guest"])
        {
            var client = _bench.Greet();
            var login = client.Send(id => HubClient.PasswordLogin(id, name, "wrong"));
            // A password is checked in each case, and nothing is told before.
            Assert.Single(_bench.Hasher.Tasks);
            Assert.Null(client.AnswerTo(login));
            _bench.Settle();
            answers.Add(Assert.IsType<Error>(client.AnswerTo(login)));
        }

        Assert.All(answers, answer => Assert.Equal(answers[0] with { Id = answer.Id }, answer));
        Assert.Equal(ErrorCode.LoginFailed, answers[0].Reason);
    }

    [Spec("CP-ACC-024", "CP-ACC-021", "CP-ACC-032")]
    [Fact]
    public void A_disabled_account_is_told_so_after_the_right_password_alone_and_its_sessions_end()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var token = _bench.LogInByToken(ann.CreateToken(TokenScopes.Read).Secret);
        var secret = ann.CreateToken(TokenScopes.Post).Secret;
        var admin = _bench.LogInAdmin();

        admin.Ask<Ok>(id => new ChangeAccount(id, "ann", null, 1, null));

        Assert.All([ann, token], one => Assert.Equal((true, ByeCode.SignedOut, null), (one.IsClosed, ((Bye)one.Last).Why, ((Bye)one.Last).Back)));
        Assert.Equal(ErrorCode.LoginFailed, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann", "wrong")));
        Assert.Equal(ErrorCode.AccountDisabled, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann")));
        Assert.Equal(ErrorCode.AccountDisabled, _bench.Greet().Refused(id => HubClient.TokenLogin(id, secret)));
        admin.Ask<Ok>(id => new ChangeAccount(id, "ann", null, 0, null));
        _bench.LogInByPassword("ann");
        _bench.LogInByToken(secret);
    }

    [Spec("CP-ACC-024")]
    [Fact]
    public void An_account_that_is_disabled_or_whose_password_is_changed_while_one_is_checked_lets_nobody_in()
    {
        _bench.LogInAs("ann", AccountRole.Member);
        _bench.LogInAs("bob", AccountRole.Member);
        var admin = _bench.LogInAdmin();
        var (disabled, changed) = (_bench.Greet(), _bench.Greet());
        var first = disabled.Send(id => HubClient.PasswordLogin(id, "ann"));
        var second = changed.Send(id => HubClient.PasswordLogin(id, "bob"));
        var checks = _bench.Hasher.Tasks.ToArray();
        _bench.Hasher.Tasks.Clear();
        admin.Ask<Ok>(id => new ChangeAccount(id, "ann", null, 1, null));
        admin.Ask<Ok>(id => new ChangeAccount(id, "bob", null, null, HubClient.PasswordOf("new")));

        foreach (var check in checks)
            _bench.Hub.PasswordDone(check, FakePasswordHasher.Do(check));
        _bench.Settle();

        Assert.Equal(ErrorCode.AccountDisabled, Assert.IsType<Error>(disabled.AnswerTo(first)).Reason);
        Assert.Equal(ErrorCode.LoginFailed, Assert.IsType<Error>(changed.AnswerTo(second)).Reason);
    }

    [Spec("CP-ACC-005")]
    [Fact]
    public void A_password_a_token_and_an_invitation_are_refused_where_anybody_could_read_them()
    {
        var admin = _bench.LogInAs("ann", AccountRole.Admin);
        var token = admin.CreateToken(TokenScopes.Read).Secret;
        admin.Peer.IsConfidential = false;
        var open = _bench.Greet();
        open.Peer.IsConfidential = false;

        Assert.All((Func<ulong, Request>[])
        [
            id => HubClient.PasswordLogin(id, "ann"), id => HubClient.TokenLogin(id, token), id => new Register(id, "bob", HubClient.PasswordOf("bob"), null),
        ], request => Assert.Equal(ErrorCode.NeedsTls, open.Refused(request)));
        Assert.All((Func<ulong, Request>[])
        [
            id => new ChangePassword(id, HubClient.PasswordOf("ann"), HubClient.PasswordOf("new")), id => new CreateToken(id, "bot", 1, [], null),
            id => new Invite(id, 1, 1, null), id => new DeleteAccount(id, HubClient.PasswordOf("ann"), null),
            id => new CreateAccount(id, "bob", 1, HubClient.PasswordOf("bob")), id => new ChangeAccount(id, "ann", null, null, HubClient.PasswordOf("new")),
        ], request => Assert.Contains(admin.Refused(request), new[] { ErrorCode.NeedsTls, ErrorCode.Denied }));
        Assert.Empty(_bench.Hasher.Tasks);
    }

    [Spec("CP-ACC-011", "CP-ACC-021")]
    [Fact]
    public void A_new_password_ends_the_other_sessions_that_logged_in_by_password_and_no_others()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var other = _bench.LogInByPassword("ann");
        var bot = _bench.LogInByToken(ann.CreateToken(TokenScopes.Read).Secret);

        Assert.Equal(ErrorCode.LoginFailed, ann.Refused(id => new ChangePassword(id, HubClient.PasswordOf("wrong"), HubClient.PasswordOf("new"))));
        Assert.Equal(ErrorCode.InvalidValue, ann.Refused(id => new ChangePassword(id, HubClient.PasswordOf("ann"), "short"u8.ToArray())));
        ann.Ask<Ok>(id => new ChangePassword(id, HubClient.PasswordOf("ann"), HubClient.PasswordOf("new")));

        Assert.Equal((false, true, false), (ann.IsClosed, other.IsClosed, bot.IsClosed));
        Assert.Equal(ErrorCode.LoginFailed, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann")));
        _bench.LogInByPassword("ann", "new");
    }

    [Spec("CP-ACC-011")]
    [Fact]
    public void A_password_whose_change_could_not_be_stored_is_the_one_of_before()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, ann.Refused(id => new ChangePassword(id, HubClient.PasswordOf("ann"), HubClient.PasswordOf("new"))));
        _bench.LosesBatches = false;

        _bench.LogInByPassword("ann");
        Assert.Equal(ErrorCode.LoginFailed, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann", "new")));
    }

    [Spec("CP-ACC-001", "CP-ACC-002")]
    [Fact]
    public void An_account_that_could_not_be_stored_is_not_there_and_its_guest_is_one_as_before()
    {
        var guest = _bench.LogIn("ann", "key");
        var newcomer = _bench.Greet();
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, guest.Refused(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null)));
        Assert.Equal(ErrorCode.LogUnavailable, newcomer.Refused(id => new Register(id, "bob", HubClient.PasswordOf("bob"), null)));
        _bench.LosesBatches = false;

        guest.Disconnect();
        Assert.Equal(guest.Principal, _bench.LogIn("ann", "key").Principal);
        newcomer.Ask<Ok>(id => new Register(id, "bob", HubClient.PasswordOf("bob"), null));
        newcomer.Ask<LoggedIn>(id => HubClient.PasswordLogin(id, "bob"));
    }

    [Spec("CP-ACC-001")]
    [Fact]
    public void Of_two_who_register_a_name_at_once_one_has_it()
    {
        var clients = new[] { _bench.Greet(), _bench.Greet() };
        var asked = clients.Select(client => client.Send(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null))).ToList();
        _bench.Settle();

        var answers = clients.Zip(asked, (client, id) => client.AnswerTo(id)).ToList();
        Assert.Single(answers.OfType<Ok>());
        Assert.Equal(ErrorCode.NameTaken, Assert.Single(answers.OfType<Error>()).Reason);
    }

    [Spec("CP-ACC-001", "CP-SES-020")]
    [Fact]
    public void What_is_sent_behind_a_register_waits_for_its_answer()
    {
        var client = _bench.Greet();
        var register = client.Send(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null));
        var login = client.Send(id => HubClient.PasswordLogin(id, "ann"));
        var join = client.Send(id => new Join(id, "lobby", PresenceMode.None, null, null));
        _bench.Settle();

        Assert.IsType<Ok>(client.AnswerTo(register));
        Assert.IsType<LoggedIn>(client.AnswerTo(login));
        Assert.IsType<RoomInfo>(client.AnswerTo(join));
        Assert.Equal(ErrorCode.InvalidValue, client.Refused(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null)));
    }

    [Spec("CP-ACC-001")]
    [Theory]
    [InlineData("short", ErrorCode.InvalidValue)]
    [InlineData("", ErrorCode.InvalidValue)]
    public void A_password_that_is_too_short_is_refused(string password, ErrorCode why) =>
        Assert.Equal(why, _bench.Greet().Refused(id => new Register(id, "ann", Encoding.UTF8.GetBytes(password), null)));

    [Spec("CP-ACC-025")]
    [Fact]
    public void Too_many_passwords_at_once_are_refused_with_when_to_try_again_while_others_go_on()
    {
        _bench.LogInAs("ann", AccountRole.Member);
        _bench.Hasher.Capacity = 0;
        var refused = _bench.Greet().Ask<Error>(id => HubClient.PasswordLogin(id, "ann"));
        Assert.Equal(ErrorCode.RateLimited, refused.Reason);
        Assert.NotNull(refused.RetryAfter);
        _bench.LogIn("guest").Join("lobby");
        _bench.Hasher.Capacity = int.MaxValue;
        _bench.LogInByPassword("ann");
    }

    [Spec("CP-ACC-025", "CP-LIM-006")]
    [Fact]
    public void Wrong_passwords_are_bounded_by_address_and_name_and_right_ones_are_not()
    {
        _bench.LogInAs("ann", AccountRole.Member);
        _bench.LogInAs("bob", AccountRole.Member);
        for (var i = 0; i < 100; i++)
            _bench.LogInByPassword("bob", from: "203.0.113.7:1").Disconnect();
        for (var i = 0; i < 10; i++)
            Assert.Equal(ErrorCode.LoginFailed, _bench.Greet(from: "203.0.113.7:1").Refused(id => HubClient.PasswordLogin(id, "ann", "wrong")));

        var bounded = _bench.Greet(from: "203.0.113.7:1").Ask<Error>(id => HubClient.PasswordLogin(id, "ann"));
        Assert.Equal((ErrorCode.RateLimited, 30_000ul), (bounded.Reason, bounded.RetryAfter));
        _bench.LogInByPassword("bob", from: "203.0.113.7:1");
        _bench.LogInByPassword("ann", from: "198.51.100.9:1");
        _bench.Pass(TimeSpan.FromSeconds(31));
        _bench.LogInByPassword("ann", from: "203.0.113.7:1");
    }

    [Spec("CP-ACC-020", "CP-ACC-021")]
    [Fact]
    public void A_deleted_account_frees_its_name_ends_its_sessions_and_leaves_what_it_said()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var bot = _bench.LogInByToken(ann.CreateToken(TokenScopes.Read).Secret);
        var room = ann.Join("tea").Room;
        ann.Say(room, "hello");

        Assert.Equal(ErrorCode.LoginFailed, ann.Refused(id => new DeleteAccount(id, HubClient.PasswordOf("wrong"), null)));
        ann.Ask<Ok>(id => new DeleteAccount(id, HubClient.PasswordOf("ann"), null));

        Assert.Equal((true, true), (ann.IsClosed, bot.IsClosed));
        Assert.Equal(ErrorCode.LoginFailed, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann")));
        var other = _bench.LogIn("ann", "another key");
        Assert.NotEqual(ann.Principal, other.Principal);
        other.Join("tea", after: 0);
        _bench.Settle();
        Assert.Equal((ann.Principal, "ann", "hello"), other.Entries(room).Select(entry => (entry.From, entry.Name, entry.Text.ToString())).Single());
        other.Disconnect();
        _bench.Settle();
        _bench.Restart();
        Assert.Equal(other.Principal, _bench.LogIn("ann", "another key").Principal);
    }

    [Spec("CP-ACC-018", "CP-ACC-019", "CP-ACC-021")]
    [Fact]
    public void A_user_sees_its_own_sessions_and_ends_them_and_nobody_elses()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var other = _bench.LogInByPassword("ann");
        var bob = _bench.LogIn("bob");

        Assert.Equal([ann.Session.Id, other.Session.Id], ann.Ask<SessionList>(id => new OwnSessions(id, 0)).Items.Select(item => item.Session));
        Assert.Equal([other.Session.Id], ann.Ask<SessionList>(id => new OwnSessions(id, ann.Session.Id)).Items.Select(item => item.Session));
        Assert.Equal(ErrorCode.NoSuchSession, ann.Refused(id => new EndSession(id, bob.Session.Id)));
        ann.Ask<Ok>(id => new EndSession(id, other.Session.Id));
        Assert.Equal((true, ByeCode.SignedOut), (other.IsClosed, ((Bye)other.Last).Why));
        Assert.Equal([bob.Session.Id], bob.Ask<SessionList>(id => new OwnSessions(id, 0)).Items.Select(item => item.Session));
    }

    [Spec("CP-ROM-016")]
    [Fact]
    public void A_private_message_reaches_an_account_that_is_away_when_it_comes_back()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var bob = _bench.LogIn("bob");
        var room = bob.Open("@ann").Room;
        ann.Disconnect();
        bob.Say(room, "are you there?");
        _bench.Restart();

        var again = _bench.LogInByPassword("ann");
        again.Join("@bob", after: 0);
        _bench.Settle();
        Assert.Equal(["are you there?"], again.Texts(room));
    }

    [Spec("CP-BAN-003", "CP-ACC-035")]
    [Fact]
    public void A_banned_account_is_let_in_by_no_credential()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        var secret = ann.CreateToken(TokenScopes.Read).Secret;
        _bench.LogInAdmin().Ask<BanList>(id => new Ban(id, "ann", null, null, null, "spam", false, false));

        Assert.True(ann.IsClosed);
        Assert.Equal(ErrorCode.Banned, _bench.Greet().Refused(id => HubClient.PasswordLogin(id, "ann")));
        Assert.Equal(ErrorCode.Banned, _bench.Greet().Refused(id => HubClient.TokenLogin(id, secret)));
        _bench.Restart();
        Assert.Equal(ErrorCode.Banned, _bench.Greet().Refused(id => HubClient.TokenLogin(id, secret)));
    }

    [Fact]
    public void A_hash_of_former_parameters_is_made_anew_at_a_login_and_a_login_does_not_wait_for_that()
    {
        var ann = _bench.LogInAs("ann", AccountRole.Member);
        _bench.Log.AlterAccount(ann.Principal, account => account with { Password = FakePasswordHasher.OldHashOf(HubClient.PasswordOf("ann")) });
        _bench.Restart();

        _bench.LogInByPassword("ann");
        _bench.Settle();

        Assert.Equal(FakePasswordHasher.HashOf(HubClient.PasswordOf("ann")).ToArray(), _bench.Log.Accounts.Single().Password.ToArray());
    }

    [Fact]
    public void Guests_are_let_in_where_the_endpoint_lets_them()
    {
        var closed = _bench.Greet();
        closed.Peer.LetsGuestsIn = false;
        Assert.Equal(ErrorCode.BadCredential, closed.Refused(id => HubClient.GuestLogin(id, "ann")));
        closed.Ask<Ok>(id => new Register(id, "ann", HubClient.PasswordOf("ann"), null));
        closed.Ask<LoggedIn>(id => HubClient.PasswordLogin(id, "ann"));
    }
}

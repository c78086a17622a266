using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Invitations: who may make an account where not everybody may.</summary>
public sealed class InvitationTests
{
    private const string Elsewhere = "203.0.113.7:1";

    private readonly HubBench _bench = new(options => options with { Far = GuestBounds.Far with { Principals = Rate.Unlimited, Passwords = Rate.Unlimited } });
    private readonly HubClient _ann;

    public InvitationTests() => _ann = _bench.LogInAs("ann", AccountRole.Member);

    [Spec("CP-ACC-001", "CP-ACC-015", "CP-ACC-023")]
    [Fact]
    public void From_elsewhere_an_account_takes_an_invitation_which_is_good_for_as_many_as_it_says()
    {
        Assert.Equal(ErrorCode.RegistrationClosed, Register("bob", null));
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 2, null));
        Assert.Null(Register("bob", invitation.Secret));
        _bench.Restart();
        Assert.Null(Register("carl", invitation.Secret));
        Assert.Equal(ErrorCode.BadInvitation, Register("dora", invitation.Secret));
        Assert.Empty(_bench.Log.Invitations);
    }

    [Spec("CP-ACC-023")]
    [Fact]
    public void Fifty_who_use_an_invitation_for_three_at_once_are_three()
    {
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 3, null));
        var clients = Enumerable.Range(0, 50).Select(_ => _bench.Greet(from: Elsewhere)).ToList();
        var asked = clients.Select((client, i) => client.Send(id => new Register(id, $"guest-of-ann-{i}", HubClient.PasswordOf("x"), invitation.Secret))).ToList();
        _bench.Settle();

        var answers = clients.Zip(asked, (client, id) => client.AnswerTo(id)).ToList();
        Assert.Equal(3, answers.OfType<Ok>().Count());
        Assert.All(answers.OfType<Error>(), error => Assert.Equal(ErrorCode.BadInvitation, error.Reason));
    }

    [Spec("CP-ACC-023")]
    [Fact]
    public void A_use_whose_account_came_to_nothing_is_there_for_the_next()
    {
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
        Assert.Equal(ErrorCode.NameTaken, Register("ann", invitation.Secret));
        Assert.Equal(ErrorCode.InvalidValue, Register("bob", invitation.Secret, "short"u8.ToArray()));
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, Register("bob", invitation.Secret));
        _bench.LosesBatches = false;
        var gone = _bench.Greet(from: Elsewhere);
        gone.Send(id => new Register(id, "carl", HubClient.PasswordOf("x"), invitation.Secret));
        gone.Disconnect();
        _bench.Settle();

        Assert.Null(Register("bob", invitation.Secret));
        Assert.Equal(ErrorCode.BadInvitation, Register("dora", invitation.Secret));
    }

    [Spec("CP-ACC-015", "CP-ACC-023", "CP-ACC-033")]
    [Fact]
    public void Nobody_invites_above_its_own_role_and_an_invitation_falls_with_its_maker()
    {
        var boss = _bench.LogInAs("boss", AccountRole.Owner);
        Assert.Equal(ErrorCode.Denied, _ann.Refused(id => new Invite(id, 2, 1, null)));
        Assert.Equal(ErrorCode.Denied, boss.Refused(id => new Invite(id, 3, 1, null)));
        var toAdmin = boss.Ask<InvitationMade>(id => new Invite(id, 2, 5, null)).Secret;
        var toMember = boss.Ask<InvitationMade>(id => new Invite(id, 1, 5, null)).Secret;
        var ofAnn = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 5, null)).Secret;
        Assert.Null(Register("helper", toAdmin));
        Assert.Equal((int)AccountRole.Admin, _bench.LogInByPassword("helper").Ask<AccountInfo>(id => new Account(id, null)).Role);
        var admin = _bench.LogInAdmin();

        admin.Ask<Ok>(id => new ChangeAccount(id, "boss", (ulong)AccountRole.Member, null, null));
        _bench.Settle();
        Assert.Equal(ErrorCode.BadInvitation, Register("bob", toAdmin));
        Assert.Null(Register("bob", toMember));
        admin.Ask<Ok>(id => new ChangeAccount(id, "boss", null, 1, null));
        _bench.Settle();
        Assert.Equal(ErrorCode.BadInvitation, Register("carl", toMember));
        admin.Ask<Ok>(id => new DeleteAccount(id, null, "ann"));
        Assert.Equal(ErrorCode.BadInvitation, Register("carl", ofAnn));
        Assert.Empty(_bench.Log.Invitations);
    }

    [Spec("CP-ACC-016", "CP-ACC-017")]
    [Fact]
    public void Each_sees_and_revokes_its_own_and_an_admin_everybodys()
    {
        var bob = _bench.LogInAs("bob", AccountRole.Member);
        var ofAnn = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 5, 1000));
        var ofBob = bob.Ask<InvitationMade>(id => new Invite(id, 1, 5, null));
        var admin = _bench.LogInAdmin();

        Assert.Equal([ofAnn.Invitation], Listed(_ann));
        Assert.Equal([ofAnn.Invitation, ofBob.Invitation], Listed(admin));
        Assert.Equal(ErrorCode.NoSuchInvitation, _ann.Refused(id => new RevokeInvitation(id, ofBob.Invitation)));
        bob.Ask<Ok>(id => new RevokeInvitation(id, ofBob.Invitation));
        Assert.Equal(ErrorCode.BadInvitation, Register("carl", ofBob.Secret));
        _bench.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(ErrorCode.BadInvitation, Register("carl", ofAnn.Secret));
        _bench.Settle();
        Assert.Empty(Listed(admin));
        Assert.Empty(_bench.Log.Invitations);
    }

    [Spec("CP-ACC-015")]
    [Fact]
    public void An_invitation_that_is_over_makes_room_for_another_also_where_its_removal_was_lost_at_first()
    {
        for (var i = 0; i < 20; i++)
            _ann.Ask<InvitationMade>(id => new Invite(id, 1, 1, 1000));
        _bench.LosesBatches = true;
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
        Assert.Equal(20, _bench.Log.Invitations.Count());
        _bench.LosesBatches = false;
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();

        Assert.Empty(_bench.Log.Invitations);
        _ann.Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
    }

    [Spec("CP-ACC-015")]
    [Fact]
    public void What_no_invitation_can_be_is_refused()
    {
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Invite(id, 0, 1, null)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Invite(id, 1, 0, null)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Invite(id, 1, 1001, null)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Invite(id, 1, 1, 0)));
        for (var i = 0; i < 20; i++)
            _ann.Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
        Assert.Equal(ErrorCode.TooMany, _ann.Refused(id => new Invite(id, 1, 1, null)));
    }

    [Spec("CP-ACC-001")]
    [Fact]
    public void Where_registration_is_closed_no_invitation_helps_and_an_admin_makes_accounts()
    {
        var bench = new HubBench(options => options with { NearRegistration = Registration.Closed, FarRegistration = Registration.Closed });
        var invitation = bench.LogInAs("ann", AccountRole.Member).Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
        Assert.Equal(ErrorCode.RegistrationClosed, bench.Greet().Refused(id => new Register(id, "bob", HubClient.PasswordOf("x"), invitation.Secret)));
    }

    [Spec("CP-ACC-023")]
    [Fact]
    public void Who_registers_while_the_inviter_is_being_deleted_is_refused_and_the_invitation_does_not_come_back()
    {
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 5, null));
        var (late, admin) = (_bench.Greet(from: Elsewhere), _bench.LogInAdmin());
        var asked = late.Send(id => new Register(id, "bob", HubClient.PasswordOf("x"), invitation.Secret));
        admin.Send(id => new DeleteAccount(id, null, "ann"));
        var inviting = _ann.Send(id => new Invite(id, 1, 1, null));
        _bench.Settle();

        Assert.Equal(ErrorCode.BadInvitation, Assert.IsType<Error>(late.AnswerTo(asked)).Reason);
        Assert.Equal(ErrorCode.Denied, Assert.IsType<Error>(_ann.AnswerTo(inviting)).Reason);
        Assert.Empty(_bench.Log.Invitations);
    }

    [Spec("CP-ACC-023", "CP-ACC-032")]
    [Fact]
    public void It_is_durable_with_the_disabling_of_its_maker_that_an_invitation_is_void()
    {
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 5, null));
        var admin = _bench.LogInAdmin();
        _bench.Settle();
        var asked = admin.Send(id => new ChangeAccount(id, "ann", null, 1, null));
        _bench.Commit();
        Assert.IsType<Ok>(admin.AnswerTo(asked));

        _bench.Restart();

        Assert.Equal(ErrorCode.BadInvitation, Register("bob", invitation.Secret));
    }

    [Spec("CP-ACC-023")]
    [Fact]
    public void A_last_use_that_is_lost_behind_one_that_is_stored_is_there_for_the_next()
    {
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 2, null));
        _bench.Settle();
        var clients = new[] { _bench.Greet(from: Elsewhere), _bench.Greet(from: Elsewhere) };
        foreach (var (client, name) in clients.Zip((string[])["bob", "carl"]))
        {
            client.Send(id => new Register(id, name, HubClient.PasswordOf(name), invitation.Secret));
            _bench.Hash();
            _bench.Hub.Flush();
        }
        _bench.Hub.Committed(_bench.Log.Store());
        _bench.Fail();

        Assert.Null(Register("dora", invitation.Secret));
        Assert.Equal(ErrorCode.BadInvitation, Register("emil", invitation.Secret));
    }

    [Spec("CP-ACC-023")]
    [Fact]
    public void A_use_is_given_back_whose_asker_has_gone_while_its_name_is_looked_up()
    {
        var invitation = _ann.Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
        var gone = _bench.Greet(from: Elsewhere);
        gone.Send(id => new Register(id, "carl", HubClient.PasswordOf("carl"), invitation.Secret));
        var answer = _bench.Log.AnswerLookup!;
        _bench.Log.AnswerLookup = null;
        _bench.Hash();
        gone.Disconnect();
        _bench.Log.AnswerLookup = answer;
        answer(Assert.Single(_bench.Log.Lookups));
        _bench.Log.Lookups.Clear();

        Assert.Null(Register("bob", invitation.Secret));
    }

    private ErrorCode? Register(string name, ReadOnlyMemory<byte>? invitation, byte[]? password = null)
    {
        var client = _bench.Greet(from: Elsewhere);
        var asked = client.Send(id => new Register(id, name, password ?? HubClient.PasswordOf(name), invitation));
        _bench.Settle();
        return client.AnswerTo(asked) is Error error ? error.Reason : null;
    }

    private static IEnumerable<ulong> Listed(HubClient client) => client.Ask<InvitationList>(id => new Invitations(id, 0)).Items.Select(item => item.Invitation);
}

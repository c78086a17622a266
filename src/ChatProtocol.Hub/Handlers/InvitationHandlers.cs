namespace ChatProtocol.Hub;

/// <summary>Invite, invitations and revoke-invitation: how others come to have accounts.</summary>
internal sealed class InvitationHandlers(
    HubOptions options, HubClock clock, StepCounter steps, GroupCommit groupCommit, Principals principals, InvitationBook book, IPasswordHasher hasher) : IVerbHandlers
{
    private const ulong Day = 24 * 3600 * 1000;
    private const ulong UsualLife = 7 * Day;
    private const ulong MaxLife = 365 * Day;
    private const int MaxUses = 1000;
    private const int MaxRemoved = 64;

    /// <summary>The most items of one answer, each of 128 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 128);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Invite>(Permissions.OwnAccount, Invite, audit: _ => AuditSubject.Nobody),
        Verb.OfAccount<Invitations>(Permissions.SeeAccounts, SeesAll, Invitations, (_, _) => AuditSubject.Reading, mayBeLong: true),
        Verb.OfAccount<RevokeInvitation>(Permissions.ManageAccounts, SeesAll, RevokeInvitation, (_, _) => AuditSubject.Nobody),
    ];

    public void Invite(Session session, Invite invite)
    {
        var maker = session.Principal!;
        if (!PasswordGate.IsConfidential(session, invite.Id) || AccountLookup.IsRefusedAsEnding(session, invite.Id))
            return;
        if (!Rights.IsOfAccount((ulong)invite.Role))
            session.Refuse(invite.Id, ErrorCode.InvalidValue, "the role is 1 (member), 2 (admin) or 3 (owner)", field: "role");
        else if (invite.Uses is < 1 or > MaxUses)
            session.Refuse(invite.Id, ErrorCode.InvalidValue, $"an invitation is good for 1 to {MaxUses} accounts", MaxUses, "uses");
        else if (invite.For is 0 or > MaxLife)
            session.Refuse(invite.Id, ErrorCode.InvalidValue, $"an invitation is good for 1 to {MaxLife} ms", MaxLife, "for");
        else if (!MayInvite(maker, (AccountRole)invite.Role))
            session.Refuse(invite.Id, ErrorCode.Denied, "you may invite members, and to roles below your own", field: "role");
        else if (HasRoomFor(session, invite.Id, maker))
            Make(session, invite, maker);
    }

    public void Invitations(Session session, Invitations asked)
    {
        var seen = Seen(session, asked.After, SeesAll(session, asked));
        session.Reply(new InvitationList(asked.Id, steps.ListOf(_maxItems, seen, Describe, out var more), more));
    }

    public void RevokeInvitation(Session session, RevokeInvitation revoke)
    {
        if (book.Find(revoke.Invitation) is { IsUsable: true } invitation && (invitation.Record.By == session.Principal!.Id || SeesAll(session, revoke)))
        {
            session.FindAct(revoke.Id)?.Changes(InWords(invitation.Record), "");
            End(invitation, () => session.Reply(new Ok(revoke.Id)), () => session.RefuseUnstored(revoke.Id));
        }
        else
        {
            session.Refuse(revoke.Id, ErrorCode.NoSuchInvitation, $"there is no invitation {revoke.Invitation} of yours", field: "invitation");
        }
    }

    /// <summary>Removes invitations that are over, some at a time. Nobody waits for it.</summary>
    public void Look()
    {
        for (var removed = 0; removed < MaxRemoved && book.FindOver(clock.Now) is { } over; removed++)
        {
            book.Unschedule(over);
            End(over, () => { }, () => book.Schedule(over));
        }
    }

    /// <summary>An account is deleted: the log has ended its invitations with it.</summary>
    public void Forget(ulong maker)
    {
        foreach (var invitation in book.Of(maker))
            book.Remove(invitation);
    }

    /// <summary>An account is being deleted, and the log ends its invitations with it: from here on nobody can use them.</summary>
    public void EndAll(Principal maker)
    {
        foreach (var invitation in book.Of(maker.Id))
            End(invitation, () => { }, () => { });
    }

    /// <summary>An account is disabled or has a lower role: its invitations to what it cannot give any more are void (CP-ACC-023).</summary>
    public void EndThoseAbove(Principal maker, AccountRecord account)
    {
        foreach (var invitation in book.Of(maker.Id))
            if (account.IsDisabled || !Rights.MayInviteAs((Role)account.Role, invitation.Record.Role))
                End(invitation, () => { }, () => { });
    }

    /// <summary>Neither now nor when a change of its role is stored may it give a role above.</summary>
    private static bool MayInvite(Principal maker, AccountRole role) =>
        Rights.MayInviteAs(maker.Role, role) && Rights.MayInviteAs((Role)maker.Account!.Latest.Role, role);

    private static bool SeesAll(Session session, Request request) => session.Permissions.Include(Permissions.SeeAccounts);

    private IEnumerable<Invitation> Seen(Session session, ulong after, bool seesAll)
    {
        foreach (var invitation in seesAll ? book.Behind(after) : book.Of(session.Principal!.Id).Where(own => own.Record.Number > after))
            if (invitation.IsUsable && invitation.Record.Expires > clock.Now)
                yield return invitation;
            else
                steps.Add();
    }

    private bool HasRoomFor(Session session, ulong id, Principal maker)
    {
        var limit = book.Of(maker.Id).Count >= InvitationBook.MaxOfOne ? InvitationBook.MaxOfOne : book.Count >= InvitationBook.Max ? InvitationBook.Max : 0;
        if (limit == 0)
            return true;
        session.Refuse(id, ErrorCode.TooMany, $"there are {limit} invitations, and that is the limit; revoke one first", (ulong)limit);
        return false;
    }

    /// <summary>The code is told once the invitation is stored, and is of no use before that.</summary>
    private void Make(Session session, Invite invite, Principal maker)
    {
        var secret = SecretCode.Make(Secrets.InvitationPrefix, hasher.NewSecret());
        var record = new InvitationRecord(book.TakeNumber(), SecretCode.HashOf(secret), maker.Id, (AccountRole)invite.Role, invite.Uses,
            clock.Now, clock.Now + (long)(invite.For ?? UsualLife));
        session.FindAct(invite.Id)?.Changes("", InWords(record));
        var invitation = book.Add(record, isStored: false);
        groupCommit.Open.Add(new LogChange.KeepInvitation(record), new CommitCallbacks(
            () =>
            {
                invitation.IsStored = true;
                session.Reply(new InvitationMade(invite.Id, record.Number, secret, (ulong)record.Expires));
            },
            () =>
            {
                book.Remove(invitation);
                session.RefuseUnstored(invite.Id);
            }));
    }

    /// <summary>From here on nobody can use it; it is told when that is stored.</summary>
    private void End(Invitation invitation, Action stored, Action lost)
    {
        invitation.Endings++;
        groupCommit.Open.Add(new LogChange.EndInvitation(invitation.Record.Number), new CommitCallbacks(
            () =>
            {
                book.Remove(invitation);
                stored();
            },
            () =>
            {
                invitation.Endings--;
                lost();
            }));
    }

    private static string InWords(InvitationRecord invitation) =>
        $"invitation={invitation.Number} role={AccountRecord.NameOf(invitation.Role)} uses={invitation.Uses} expires={invitation.Expires}";

    private InvitationListItem Describe(Invitation invitation) => new(
        invitation.Record.Number, principals.Find(invitation.Record.By)?.Name.Text ?? Principals.NameOfForgotten(invitation.Record.By), (int)invitation.Record.Role,
        (ulong)invitation.Record.Uses, (ulong)invitation.Record.Made, (ulong)invitation.Record.Expires);
}

namespace ChatProtocol.Hub;

/// <summary>Register and create-account: how accounts come to be.</summary>
internal sealed class RegistrationHandlers(
    HubOptions options, HubClock clock, StepCounter steps, GroupCommit groupCommit, Principals principals, InvitationBook invitations,
    PasswordGate gate, HeldRequests held, SessionRegistry sessions, BanBook book, BanHandlers bans, AuditTrail audit, RequestNeeds requestNeeds) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Register>(Permissions.None, Register, VerbTime.Greeted, needs.Register),
        Verb.Of<CreateAccount>(Permissions.ManageAccounts, CreateAccount, wants: (_, create) => needs.Name(create.Name), audit: create => new AuditSubject(create.Name)),
    ];

    /// <summary>Nothing is taken before the hash of the password is made, except a use of the invitation.</summary>
    public void Register(Session session, Register register)
    {
        if (book.FindOrigin(session.Peer, clock.Now) is { } ban)
        {
            sessions.Close(session, bans.ToError(register.Id, ban));
            return;
        }
        if (!PasswordGate.IsConfidential(session, register.Id) || IsRefusedAsUser(session, register))
            return;
        var name = new UserName(register.Name);
        if (!session.IsReady && (!session.Allows(register.Id, ref session.Source.Principals, session.Source.Bounds.Principals, "new names") || !MayTake(session, register.Id, name)))
            return;
        if (!MayRegister(session, register, out var invitation))
            return;
        var wasReady = session.IsReady;
        if (!gate.TryMake(session, register.Id, register.Password, session.Principal, hash => Hashed(session, register.Id, name, invitation, hash, wasReady)))
            return;
        invitation?.Take();
        if (!wasReady)
            session.State = SessionState.LoggingIn;
    }

    public void CreateAccount(Session session, CreateAccount create)
    {
        var name = new UserName(create.Name);
        if (!Rights.IsOfAccount((ulong)create.Role))
            session.Refuse(create.Id, ErrorCode.InvalidValue, "the role is 1 (member), 2 (admin) or 3 (owner)", field: "role");
        else if (!Rights.MayGive(session.Principal!, (ulong)create.Role))
            session.Refuse(create.Id, ErrorCode.Denied, Rights.OnlyBelow);
        else if (PasswordGate.IsConfidential(session, create.Id) && MayTake(session, create.Id, name))
            gate.TryMake(session, create.Id, create.Password, principal: null, hash => WithName(session, create.Id, name, () =>
            {
                if (!Rights.MayGive(session.Principal!, (ulong)create.Role))
                    session.Refuse(create.Id, ErrorCode.Denied, Rights.OnlyBelow);
                else if (MayTake(session, create.Id, name))
                {
                    session.FindAct(create.Id)?.Changes("", $"role={AccountRecord.NameOf((AccountRole)create.Role)}");
                    Make(session, create.Id, name, (AccountRole)create.Role, hash, invitation: null, () => { });
                }
            }, () => { }));
    }

    /// <summary>Goes on when it is known again who has the name; what was known when the request came may have left memory meanwhile.</summary>
    private void WithName(Session session, ulong id, UserName name, Action goOn, Action giveUp)
    {
        if (session.IsClosed)
            giveUp();
        else
            held.Run(session, id, () => requestNeeds.Name(name), () => audit.GoOn(session, id, goOn), () =>
            {
                giveUp();
                session.RefuseAsUnread(id);
            }, giveUp);
    }

    /// <summary>Somebody who is logged in can only make its own principal's account.</summary>
    private static bool IsRefusedAsUser(Session session, Register register)
    {
        if (!session.IsReady)
            return false;
        if (session.Principal is not { IsGuest: true, HasNoKey: false } guest)
            session.Refuse(register.Id, ErrorCode.InvalidValue, "you have an account already", field: "name");
        else if (guest.Name.Text != register.Name)
            session.Refuse(register.Id, ErrorCode.InvalidValue, $"your name is {guest.Name}, and the account is to be yours: change your name first", field: "name");
        else
            return false;
        return true;
    }

    private bool MayRegister(Session session, Register register, out Invitation? invitation)
    {
        invitation = null;
        var mode = session.Peer.Origin.IsNear ? options.NearRegistration : options.FarRegistration;
        if (register.Invitation is { } code && mode != Registration.Closed)
        {
            if (!gate.TryEnter(session, register.Id, name: null))
                return false;
            invitation = invitations.FindUsable(SecretCode.HashOf(code.Span), clock.Now);
            if (invitation is null)
            {
                session.Refuse(register.Id, ErrorCode.BadInvitation, "the invitation is not valid: it is unknown here, used up or over", field: "invitation");
                return false;
            }
            gate.GiveBack(session, name: null);
            return true;
        }
        if (mode == Registration.Open)
            return true;
        session.Refuse(register.Id, ErrorCode.RegistrationClosed, mode == Registration.Closed
            ? "accounts are made here by an admin alone"
            : "it takes an invitation to make an account here: ask somebody who has one", field: "invitation");
        return false;
    }

    /// <summary>Whether a new principal can have this name; if not, the request was refused.</summary>
    private bool MayTake(Session session, ulong id, UserName name)
    {
        steps.Add(StepCounter.OfName);
        if (principals.Names.Validate(name) is { } refusal)
            session.Refuse(id, refusal.Reason, refusal.Text, field: "name");
        else if (principals.FindHolder(name, clock.Now) is not null)
            NameRefusals.RefuseAsTaken(session, id, principals, name);
        else
            return true;
        return false;
    }

    private void Hashed(Session session, ulong id, UserName name, Invitation? invitation, ReadOnlyMemory<byte> hash, bool wasReady)
    {
        WithName(session, id, name, () =>
        {
            if (invitation is { IsUsable: false })
            {
                session.Refuse(id, ErrorCode.BadInvitation, "the invitation was revoked meanwhile", field: "invitation");
                GiveUp();
            }
            else if (wasReady ? IsStillGuest(session, id, name) : MayTake(session, id, name))
                Make(session, id, name, invitation?.Record.Role ?? AccountRole.Member, hash, invitation, End);
            else
                GiveUp();
        }, GiveUp);

        void GiveUp()
        {
            invitation?.GiveBack();
            End();
        }

        void End()
        {
            if (wasReady || session.IsClosed)
                return;
            session.State = SessionState.Greeted;
            held.Release(session);
        }
    }

    private static bool IsStillGuest(Session session, ulong id, UserName name)
    {
        if (session.Principal is { IsGuest: true } guest && guest.Name == name)
            return true;
        session.Refuse(id, ErrorCode.InvalidValue, "you have another name or an account by now", field: "name");
        return false;
    }

    /// <summary>The account is there when it is stored; until then nobody can log in as it, and nobody else has its name.</summary>
    private void Make(Session session, ulong id, UserName name, AccountRole role, ReadOnlyMemory<byte> hash, Invitation? invitation, Action then)
    {
        var batch = groupCommit.Open;
        Principal? displaced = null;
        var guest = session is { Principal.IsGuest: true, IsReady: true } ? session.Principal : null;
        var principal = guest ?? principals.LogIn(name, key: [], clock.Now, batch, out displaced)!;
        var keyBefore = principal.KeyHash;
        var account = principals.MakeAccount(principal, role, hash, clock.Now, batch);
        if (invitation is not null)
            batch.Add(invitation.Use());
        // Others may use it up before this is stored, and that may be taken back.
        var isLastUse = invitation is { Record.Uses: 0 };
        batch.Notify(new CommitCallbacks(
            () =>
            {
                account.IsStored = principal.IsStored = true;
                principals.Accounts.Changed(null, account.Record);
                if (isLastUse)
                    invitations.Remove(invitation!);
                session.Reply(new Ok(id));
                then();
            },
            () =>
            {
                invitation?.UndoUse();
                principals.EndAccount(principal, keyBefore);
                if (guest is null)
                    principals.Remove(principal);
                if (displaced is not null)
                    principals.Names.GiveBack(displaced);
                session.RefuseUnstored(id);
                then();
            }));
    }
}

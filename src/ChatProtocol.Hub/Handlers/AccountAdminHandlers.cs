namespace ChatProtocol.Hub;

/// <summary>Accounts and change-account: what an admin does with the accounts of others.</summary>
internal sealed class AccountAdminHandlers(
    HubOptions options, StepCounter steps, GroupCommit groupCommit, DirectoryLookups lookups, LongReplies longReplies, Principals principals,
    AccountLookup lookup, InvitationHandlers invitations, PasswordGate gate, SignOuts signOuts, Expulsions expulsions) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 128 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 128);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<Accounts>(Permissions.SeeAccounts, Accounts, audit: _ => AuditSubject.Reading),
        Verb.Of<ChangeAccount>(Permissions.ManageAccounts, ChangeAccount, wants: (_, change) => needs.Name(change.Name), audit: change => new AuditSubject(change.Name)),
    ];

    /// <summary>The list is what the log finds; of accounts in memory their state there counts.</summary>
    public void Accounts(Session session, Accounts asked)
    {
        if (lookups.IsWhole)
        {
            Tell(session, asked.Id, principals.After(asked.After).Where(principal => principal.Account is { IsStored: true }).Take(_maxItems + 1).Select(Describe));
            return;
        }
        session.AwaitsPage = true;
        lookups.Ask(new DirectoryQuery.AccountsBehind(asked.After, _maxItems + 1), found =>
        {
            session.AwaitsPage = false;
            if (found is null)
                session.RefuseAsUnread(asked.Id);
            else
            {
                var names = found.Principals.ToDictionary(principal => principal.Id);
                Tell(session, asked.Id, found.Accounts.Where(account => names.ContainsKey(account.Principal)).Select(account =>
                    principals.Find(account.Principal) is { Account: not null } known ? Describe(known) : Describe(account, names[account.Principal])));
            }
            longReplies.GoOn(session);
        });
    }

    public void ChangeAccount(Session session, ChangeAccount change)
    {
        if (lookup.Find(session, change.Id, change.Name) is not { Account: { } account } principal)
            return;
        if ((change.Role ?? change.Disabled) is null && change.Password is null)
            session.Refuse(change.Id, ErrorCode.InvalidValue, "give a role, a password, or whether to disable it", field: "role");
        else if (!Rights.IsOfAccount(change.Role))
            session.Refuse(change.Id, ErrorCode.InvalidValue, "the role is 1 (member), 2 (admin) or 3 (owner)", field: "role");
        else if (change.Disabled > 1)
            session.Refuse(change.Id, ErrorCode.InvalidValue, "1 disables it, 0 enables it", field: "disabled");
        else if (MayChange(session, change, principal) && (change.Password is null || PasswordGate.IsConfidential(session, change.Id)))
            if (change.Password is { } password)
                gate.TryMake(session, change.Id, password, principal, hash => Store(session, change, principal, account, hash));
            else
                Store(session, change, principal, account, hash: null);
    }

    private static bool MayChange(Session session, ChangeAccount change, Principal principal)
    {
        if (!Rights.Outranks(session.Principal!, principal))
            session.Refuse(change.Id, ErrorCode.Denied, $"only who is above {principal.Name} may change its account");
        else if (!Rights.MayGive(session.Principal!, change.Role))
            session.Refuse(change.Id, ErrorCode.Denied, Rights.OnlyBelow, field: "role");
        else
            return true;
        return false;
    }

    /// <summary>A request of a connection that was ended meanwhile is not carried out: its user may be no admin any more.</summary>
    private void Store(Session session, ChangeAccount change, Principal principal, UserAccount account, ReadOnlyMemory<byte>? hash)
    {
        if (session.IsClosed)
            return;
        if (principal.Account != account || !account.IsStored)
        {
            session.Refuse(change.Id, ErrorCode.NoSuchUser, "the account was deleted meanwhile");
            return;
        }
        // The asker's rights are checked once more, as hashing the password took time.
        if (!MayChange(session, change, principal))
            return;
        var before = account.Latest;
        var after = before with
        {
            Role = (AccountRole?)change.Role ?? before.Role,
            IsDisabled = change.Disabled is { } disabled ? disabled == 1 : before.IsDisabled,
            Password = hash ?? before.Password,
        };
        session.FindAct(change.Id)?.Changes(before.InWords, after.InWords + (hash is null ? "" : " password=new"));
        principal.ChangeAccount(groupCommit.Open, _ => after,
            counted => Stored(session, change, principal, counted, account.Record),
            () => session.RefuseUnstored(change.Id));
        // In the same batch, or a restart would find invitations that nobody can give any more.
        invitations.EndThoseAbove(principal, account.Latest);
    }

    private void Stored(Session session, ChangeAccount change, Principal principal, AccountRecord before, AccountRecord after)
    {
        principals.Accounts.Changed(before, after);
        var reason = after.IsDisabled ? "an admin has disabled the account" : "an admin has changed the password";
        expulsions.FromAll(principal, "an admin has changed the role of the account", () => signOuts.End(
            principal, other => after.IsDisabled || change.Password is not null && other.Credential == CredentialKind.Password, reason, () => session.Reply(new Ok(change.Id))));
    }

    private void Tell(Session session, ulong id, IEnumerable<AccountListItem> accounts) =>
        session.Reply(new AccountList(id, steps.ListOf(_maxItems, accounts, item => item, out var more), more));

    private static AccountListItem Describe(Principal principal) => new(
        principal.Id, principal.Name.Text, (int)principal.Account!.Record.Role, (ulong)principal.Account.Record.Made, principal.Account.Record.IsDisabled,
        (ulong)principal.Sessions, (ulong)principal.LastSeen);

    private static AccountListItem Describe(AccountRecord account, PrincipalRecord principal) => new(
        account.Principal, principal.Name, (int)account.Role, (ulong)account.Made, account.IsDisabled, 0, (ulong)principal.LastSeen);
}

namespace ChatProtocol.Hub;

/// <summary>The handlers that have to do with accounts, put together: logins, registration, one's own account with its tokens and invitations, and those of others.</summary>
internal sealed class AccountVerbs : IVerbHandlers
{
    private readonly IVerbHandlers[] _handlers;

    public AccountVerbs(
        HubOptions options, HubClock clock, HubStatus status, StepCounter steps, SlowWork slowWork, GroupCommit groupCommit, DirectoryLookups lookups, LongReplies longReplies,
        Publishers publishers, Principals principals, SessionRegistry registry, HeldRequests held, BanBook banBook, BanHandlers bans, RoomAccess access, AuditTrail audit,
        RequestNeeds needs, IPasswordHasher hasher, Expulsions expulsions, StartupContents contents)
    {
        var invitationBook = new InvitationBook(contents);
        var gate = new PasswordGate(clock, hasher, audit);
        var signOuts = new SignOuts(slowWork, registry);
        var account = new AccountLookup(clock, principals);
        Invitations = new InvitationHandlers(options, clock, steps, groupCommit, principals, invitationBook, hasher);
        _handlers =
        [
            new LoginHandlers(
                options, clock, status.Figures, steps, groupCommit, publishers, principals, registry, held, banBook, bans,
                new AccountLogins(clock, status.Figures, groupCommit, principals, gate, held, registry, banBook, bans)),
            new RegistrationHandlers(options, clock, steps, groupCommit, principals, invitationBook, gate, held, registry, banBook, bans, audit, needs),
            new AccountHandlers(options, steps, groupCommit, principals, account, Invitations, gate, registry, signOuts),
            new TokenHandlers(options, clock, steps, groupCommit, principals, access, account, hasher, signOuts),
            Invitations,
            new AccountAdminHandlers(options, steps, groupCommit, lookups, longReplies, principals, account, Invitations, gate, signOuts, expulsions),
        ];
    }

    public InvitationHandlers Invitations { get; }

    public IEnumerable<Verb> Verbs(RequestNeeds needs) => _handlers.SelectMany(some => some.Verbs(needs));
}

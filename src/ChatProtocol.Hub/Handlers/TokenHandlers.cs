namespace ChatProtocol.Hub;

/// <summary>Create-token, tokens and revoke-token: by what programs log in.</summary>
internal sealed class TokenHandlers(
    HubOptions options, HubClock clock, StepCounter steps, GroupCommit groupCommit, Principals principals, RoomAccess access, AccountLookup lookup,
    IPasswordHasher hasher, SignOuts signOuts) : IVerbHandlers
{
    private const ulong Day = 24 * 3600 * 1000;
    private const ulong UsualLife = 90 * Day;
    private const ulong MaxLife = 3652 * Day;
    private const int MaxRooms = 100;

    /// <summary>The most items of one answer, each of 128 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 128);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<CreateToken>(Permissions.OwnAccount, CreateToken, wants: (session, create) => create.Rooms.Count <= MaxRooms ? needs.Rooms(session, create.Rooms.Select(one => one.Room)) : null),
        Verb.OfAccount<Tokens>(Permissions.SeeAccounts, (_, tokens) => tokens.Name is not null, Tokens, (_, tokens) => needs.Name(tokens.Name), mayBeLong: true),
        Verb.OfAccount<RevokeToken>(Permissions.SeeAccounts, (_, revoke) => revoke.Name is not null, RevokeToken, (_, revoke) => needs.Name(revoke.Name), mayToken: (token, revoke) => token.Number == revoke.Token),
    ];

    public void CreateToken(Session session, CreateToken create)
    {
        var account = session.Principal!.Account!;
        if (!PasswordGate.IsConfidential(session, create.Id) || AccountLookup.IsRefusedAsEnding(session, create.Id))
            return;
        if (create.Scopes == 0 || (create.Scopes & ~(int)TokenScopes.All) != 0)
            session.Refuse(create.Id, ErrorCode.InvalidValue, $"the scopes are a sum of 1 to {(int)TokenScopes.All}", field: "scopes");
        else if (create.For is 0 or > MaxLife)
            session.Refuse(create.Id, ErrorCode.InvalidValue, $"a token is good for 1 to {MaxLife} ms", MaxLife, "for");
        else if (create.Rooms.Count > MaxRooms)
            session.Refuse(create.Id, ErrorCode.InvalidValue, $"a token names at most {MaxRooms} rooms", MaxRooms, "rooms");
        else if (account.Tokens.Count >= UserAccount.MaxTokens)
            session.Refuse(create.Id, ErrorCode.TooMany, $"your account has {UserAccount.MaxTokens} tokens, and that is the limit; revoke one first", UserAccount.MaxTokens);
        else if (create.Rooms.All(one => access.Find(session, create.Id, one.Room) is not null))
            Make(session, create, session.Principal, account);
    }

    public void Tokens(Session session, Tokens asked)
    {
        if (lookup.Find(session, asked.Id, asked.Name) is not { Account: { } account })
            return;
        var items = steps.ListOf(_maxItems, account.Tokens.Values.Where(token => token.Number > asked.After), Describe, out var more);
        session.Reply(new TokenList(asked.Id, items, more));
    }

    public void RevokeToken(Session session, RevokeToken revoke)
    {
        if (lookup.Find(session, revoke.Id, revoke.Name) is not { Account: { } account } principal)
            return;
        if (revoke.Name is not null && principal != session.Principal && !Rights.Outranks(session.Principal!, principal))
            session.Refuse(revoke.Id, ErrorCode.Denied, $"only who is above {principal.Name} may revoke its tokens");
        else if (!account.Tokens.TryGetValue(revoke.Token, out var token))
            session.Refuse(revoke.Id, ErrorCode.NoSuchToken, $"there is no token {revoke.Token}", field: "token");
        else
            Revoke(session, revoke.Id, principal, account, token);
    }

    /// <summary>The token is told once it is stored, and is of no use before that.</summary>
    private void Make(Session session, CreateToken create, Principal principal, UserAccount account)
    {
        var secret = SecretCode.Make(Secrets.TokenPrefix, hasher.NewSecret());
        var token = new TokenRecord(principals.Accounts.TakeTokenNumber(), principal.Id, SecretCode.HashOf(secret), create.Label, (TokenScopes)create.Scopes,
            [.. create.Rooms.Select(one => one.Room).Distinct()], clock.Now, clock.Now + (long)(create.For ?? UsualLife), Used: 0);
        account.Tokens.Add(token.Number, token);
        principal.ChangedBy = groupCommit.Open.Number;
        groupCommit.Open.Add(new LogChange.KeepToken(token), new CommitCallbacks(
            () =>
            {
                if (account.Tokens.ContainsKey(token.Number) && principal.Account == account)
                    principals.Accounts.Set(token);
                session.Reply(new TokenMade(create.Id, token.Number, secret, (ulong)token.Expires));
            },
            () =>
            {
                account.Tokens.Remove(token.Number);
                session.RefuseUnstored(create.Id);
            }));
    }

    /// <summary>From here on nobody can log in by it; its sessions end once that is stored (CP-ACC-014).</summary>
    private void Revoke(Session session, ulong id, Principal principal, UserAccount account, TokenRecord token)
    {
        account.Tokens.Remove(token.Number);
        principals.Accounts.Remove(token);
        principal.ChangedBy = groupCommit.Open.Number;
        groupCommit.Open.Add(new LogChange.EndToken(token.Number), new CommitCallbacks(
            () => signOuts.End(principal, other => other.Token?.Number == token.Number && other != session, "the token was revoked", () =>
            {
                session.Reply(new Ok(id));
                if (session.Token?.Number == token.Number)
                    signOuts.End(principal, other => other == session, "the token was revoked", () => { });
            }),
            () =>
            {
                account.Tokens[token.Number] = token;
                principals.Accounts.Set(token);
                session.RefuseUnstored(id);
            }));
    }

    private static TokenListItem Describe(TokenRecord token) => new(
        token.Number, token.Label, (int)token.Scopes, (ulong)token.Rooms.Count, (ulong)token.Made, (ulong)token.Expires, (ulong)token.Used);
}

using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>
/// The principals in memory, and the holders of their names. A name that is known here is known with all who hold it, as they are
/// loaded together and leave together.
/// </summary>
internal sealed class Principals
{
    /// <summary>An hour, in milliseconds.</summary>
    private const long SeenInterval = 3_600_000;

    private readonly IdMap<Principal> _byId = new();
    private readonly EvictionQueue<Principal> _evictionQueue;
    private readonly HubOptions _options;
    private readonly HubClock _clock;
    private readonly StepCounter _steps;
    private readonly GroupCommit _groupCommit;
    private readonly DirectoryLookups _lookups;
    private readonly Publishers _publishers;

    /// <summary>Principals that are forgotten, but not in the log yet.</summary>
    private readonly HashSet<ulong> _ending = [];
    private readonly long _nameHeld;
    private readonly long _knownAfter;

    public Principals(HubOptions options, HubClock clock, StepCounter steps, GroupCommit groupCommit, DirectoryLookups lookups, Publishers publishers, StartupContents contents)
    {
        _options = options;
        _clock = clock;
        _steps = steps;
        _groupCommit = groupCommit;
        _lookups = lookups;
        _publishers = publishers;
        Names = new PrincipalNames(steps);
        _evictionQueue = new EvictionQueue<Principal>(options.MaxCached, TryEvict);
        Blocks = new BlockBook(this, steps);
        Accounts = new AccountBook(contents);
        _nameHeld = (long)options.Times.NameHeld.TotalMilliseconds;
        _knownAfter = (long)options.Times.KnownAfter.TotalMilliseconds;
        Ids = new FreePrincipalIds(Math.Max(PrincipalIds.FirstGuest, Math.Max(contents.NextPrincipal, contents.ReservedPrincipals)));
        Server = Add(new Principal(PrincipalIds.Server, new UserName(ChatProtocol.Names.Server), default, Role.Server));
        Admin = Add(new Principal(PrincipalIds.Admin, new UserName("admin"), default, Role.LocalAdmin));
        Names.Protect(Server);
        Names.Protect(Admin);
        Load(contents.Principals, contents.Accounts, contents.Tokens, contents.Blocks, contents.Markers, contents.PublishersOf);
    }

    /// <summary>The principal that speaks for the server.</summary>
    public Principal Server { get; }

    /// <summary>The principal of every connection to the admin socket.</summary>
    public Principal Admin { get; }

    /// <summary>The ids of principals to come.</summary>
    public FreePrincipalIds Ids { get; }

    /// <summary>Their names.</summary>
    public PrincipalNames Names { get; }

    /// <summary>The blocks of the principals in memory.</summary>
    public BlockBook Blocks { get; }

    /// <summary>The tokens and the owners of all accounts together.</summary>
    public AccountBook Accounts { get; }

    public Principal? Find(ulong id) => _byId.Find(id);

    /// <summary>The principals with higher ids, by ascending id.</summary>
    public IEnumerable<Principal> After(ulong id) => _byId.After(id);

    /// <summary>Whether a stored record's principal, absent since, has a name that nobody else can take yet.</summary>
    public bool IsHeld(PrincipalRecord absent, long now) =>
        absent.HoldsName && !absent.KeyHash.IsEmpty && (_clock.IsDoubted || now - absent.LastSeen < _nameHeld);

    /// <summary>Whether all who hold this name are in memory, if there are any.</summary>
    public bool Knows(UserName name)
    {
        var isKnown = name.IsTooLong;
        foreach (var holder in Names.HoldersOf(name))
        {
            holder.Wanted = _lookups.Mark;
            isKnown = true;
        }
        return isKnown;
    }

    /// <summary>Takes stored principals into memory, with their accounts, blocks, read markers and publishers, unless they are there.</summary>
    public void Load(
        IReadOnlyList<PrincipalRecord> found, IReadOnlyList<AccountRecord> allAccounts, IReadOnlyList<TokenRecord> allTokens,
        IReadOnlyList<BlockRecord> allBlocks, IReadOnlyList<MarkerRecord> allMarkers, Func<ulong, IEnumerable<PublisherRecord>> publishersOf)
    {
        var accounts = allAccounts.ToDictionary(account => account.Principal);
        var tokens = allTokens.ToLookup(token => token.Principal);
        var blocks = allBlocks.ToLookup(block => block.Owner);
        var markers = allMarkers.ToLookup(marker => marker.Principal);
        foreach (var record in found)
        {
            _steps.Add();
            if (Find(record.Id) is { } known)
            {
                known.Wanted = _lookups.Mark;
                continue;
            }
            if (_ending.Contains(record.Id))
                continue;
            var principal = Load(record);
            if (accounts.GetValueOrDefault(principal.Id) is { } account)
                Load(principal, account, tokens[principal.Id]);
            foreach (var block in blocks[principal.Id])
                Blocks.Add(block.Owner, new Blocked(block.Blocked, new UserName(block.Name)));
            foreach (var marker in markers[principal.Id])
                (principal.Markers ??= new IdMap<ReadMarker>()).Set(marker.Room, new ReadMarker(marker));
            _publishers.Load(principal.Id, publishersOf(principal.Id));
        }
    }

    /// <summary>Lets principals that were not wanted for long leave memory.</summary>
    public void Sweep() => _evictionQueue.Sweep();

    /// <summary>A principal of a stored private room, which is forgotten.</summary>
    public Principal FindOrRecall(ulong id) =>
        Find(id) ?? Keep(new Principal(id, new UserName(NameOfForgotten(id)), default, Role.Guest) { IsStored = true });

    /// <summary>The name that is shown for a principal of a stored private room which is forgotten.</summary>
    public static string NameOfForgotten(ulong id) => $"guest-{id}";

    /// <summary>
    /// Lets a principal leave memory, with all who hold its name; false if one of them is in use, or was wanted or changed lately.
    /// </summary>
    public bool TryEvict(Principal principal)
    {
        if (!principal.IsResident)
            return true;
        IReadOnlyList<Principal> all = [.. Names.HoldersOf(principal.Name)];
        if (!all.Contains(principal))
            all = [principal];
        if (!all.All(MayGo))
            return false;
        foreach (var one in all)
            Remove(one);
        return true;
    }

    /// <summary>A stored principal is forgotten for good. It is not in memory.</summary>
    public void End(ulong id)
    {
        _ending.Add(id);
        _groupCommit.Open.Add(new LogChange.EndPrincipal(id), new CommitCallbacks(
            () =>
            {
                _ending.Remove(id);
                _lookups.Distrust();
            },
            () => End(id))
        { IsAwaited = false });
    }

    /// <summary>Whether a principal is forgotten, whatever the log says yet.</summary>
    public bool IsEnding(ulong id) => _ending.Contains(id);

    /// <summary>
    /// The present holder of a name; null if nobody holds it. A name that could not be taken any more still has its holder
    /// (CP-NAM-016).
    /// </summary>
    public Principal? FindHolder(UserName name, long now) =>
        FindLastHolder(name) is { } principal && IsHeld(principal, now) ? principal : null;

    /// <summary>The last holder of a name, whether it is still held or not.</summary>
    public Principal? FindLastHolder(UserName name)
    {
        if (Names.FindHolder(name) is not { } holder)
            return null;
        holder.Wanted = _lookups.Mark;
        return holder;
    }

    /// <summary>
    /// Whether a login with this name and key would make no new principal: the principal exists, or another holds the name.
    /// </summary>
    public bool IsKnown(UserName name, ReadOnlySpan<byte> key, long now) =>
        FindOwn(name, key) is not null || FindHolder(name, now) is not null;

    /// <summary>Whether the principal posted long enough ago not to have come just to fill the server.</summary>
    public bool IsOld(Principal principal, long now) => principal.FirstEntry is > 0 and var first && first < now - _knownAfter;

    /// <summary>
    /// The principal of this name and key, new if need be; null if another key holds the name (CP-SES-009). A login without a key
    /// always makes a new principal. A principal whose name is taken over goes into <paramref name="batch"/>, as does a
    /// new one.
    /// </summary>
    public Principal? LogIn(UserName name, ReadOnlySpan<byte> key, long now, LogBatch batch, out Principal? displaced)
    {
        displaced = null;
        ReadOnlyMemory<byte> hash = key.IsEmpty ? default : SHA256.HashData(key);
        if (FindOwn(name, key) is { } own)
        {
            Names.TakeIfFree(own);
            return own;
        }
        if (FindLastHolder(name) is { } known)
        {
            if (IsHeld(known, now))
                return null;
            GiveUpName(displaced = known, batch);
        }
        var principal = Add(new Principal(Ids.Take(batch), name, hash, Role.Guest) { LastSeen = now });
        if (!principal.IsEphemeral)
            principal.KeepIn(batch);
        return principal;
    }

    /// <summary>The guest with this name and key, whose name is never validated again (CP-NAM-016); null if there is none.</summary>
    public Principal? FindOwn(UserName name, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return null;
        var hash = SHA256.HashData(key);
        return FindLastHolder(name) is { } holder && IsOf(holder, hash) ? holder
            : Names.NamesakesOf(name).FirstOrDefault(other => IsOf(other, hash));
    }

    /// <summary>A principal has one session more; while it has one, no other name may look like its own.</summary>
    public void Enter(Principal principal)
    {
        principal.Sessions++;
        Names.Protect(principal);
    }

    /// <summary>A principal has one session less.</summary>
    public void Exit(Principal principal)
    {
        principal.Sessions--;
        Names.Protect(principal);
    }

    /// <summary>
    /// A principal becomes an account's, new or a guest: its guest key leads to it no more, and its name is its own for good (CP-ACC-002,
    /// CP-ACC-009). Both records go into the batch.
    /// </summary>
    public UserAccount MakeAccount(Principal principal, AccountRole role, ReadOnlyMemory<byte> password, long now, LogBatch batch)
    {
        var account = new UserAccount(new AccountRecord(principal.Id, role, password, now, IsDisabled: false));
        principal.KeyHash = UserAccount.KeyHashOf(principal.Id);
        principal.Account = account;
        Names.Protect(principal);
        principal.KeepIn(batch);
        batch.Add(new LogChange.KeepAccount(account.Record));
        return account;
    }

    /// <summary>A principal has no account any more, as that could not be stored or was deleted.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="keyHash">The hash of its guest key; empty where nothing is to lead to it.</param>
    public void EndAccount(Principal principal, ReadOnlyMemory<byte> keyHash)
    {
        foreach (var token in principal.Account!.Tokens.Values)
            Accounts.Remove(token);
        principal.Account = null;
        principal.KeyHash = keyHash;
        Names.Protect(principal);
    }

    /// <summary>The principal's name is free for others.</summary>
    public void ReleaseNameOf(Principal principal, LogBatch batch) => GiveUpName(principal, batch);

    /// <summary>Gives the principal another name; false if another principal holds it.</summary>
    public bool TryRename(Principal principal, UserName name, long now, LogBatch batch, out Principal? displaced)
    {
        displaced = null;
        if (FindLastHolder(name) is { } holder && holder != principal)
        {
            if (IsHeld(holder, now))
                return false;
            GiveUpName(displaced = holder, batch);
        }
        Names.Rename(principal, name);
        if (!principal.IsEphemeral)
            principal.KeepIn(batch);
        return true;
    }

    /// <summary>Removes a principal from memory: it is not stored, or not in use.</summary>
    public void Remove(Principal principal)
    {
        _byId.Remove(principal.Id);
        principal.IsResident = false;
        Names.Release(principal);
        if (principal.Account is not null)
            EndAccount(principal, principal.KeyHash);
        Blocks.Remember(principal);
        Blocks.Forget(principal);
        _publishers.Evict(principal.Id);
    }

    /// <summary>
    /// A principal is present: that is stored about once an hour, or after a crash it would seem to have left when it first came.
    /// </summary>
    public static void IsSeen(Principal principal, long now, LogBatch batch)
    {
        if (!principal.IsStored || principal.HasNoKey || now - principal.LastSeen < SeenInterval)
            return;
        principal.LastSeen = now;
        principal.KeepIn(batch);
    }

    /// <summary>
    /// A record could not be stored: the principal's present record goes into the next batch, if it is still to be stored.
    /// </summary>
    public void StoreAgain(PrincipalRecord lost, LogBatch open)
    {
        if (Find(lost.Id) is { IsStored: true } principal)
            principal.KeepIn(open, Names.Holds(principal));
    }

    /// <summary>Until when the name is held for an absent principal; null if its holder is present.</summary>
    public long? HeldUntil(UserName name) =>
        Names.FindHolder(name) is { IsGuest: true, IsPresent: false } holder
            ? holder.LastSeen + _nameHeld
            : null;

    private bool IsHeld(Principal principal, long now) =>
        !principal.IsGuest || principal.IsPresent || (!principal.HasNoKey && (_clock.IsDoubted || now - principal.LastSeen < _nameHeld));

    private void GiveUpName(Principal principal, LogBatch batch)
    {
        Names.Release(principal);
        if (!principal.IsEphemeral)
            principal.KeepIn(batch, holdsName: false);
    }

    private Principal Load(PrincipalRecord record)
    {
        var principal = new Principal(record.Id, new UserName(record.Name), record.KeyHash, Role.Guest)
        {
            LastSeen = record.LastSeen,
            IsStored = true,
            Entries = LastEntries.Read(record.Entries, record.FirstEntry),
            CreatedRooms = record.CreatedRooms,
        };
        return record.HoldsName ? Add(principal) : Keep(principal);
    }

    private void Load(Principal principal, AccountRecord record, IEnumerable<TokenRecord> tokens)
    {
        principal.Account = new UserAccount(record) { IsStored = true };
        Names.Protect(principal);
        foreach (var token in tokens)
        {
            _steps.Add();
            principal.Account.Tokens.Add(token.Number, token);
            Accounts.Set(token);
        }
    }

    private Principal Keep(Principal principal)
    {
        _byId.Set(principal.Id, principal);
        principal.IsResident = true;
        principal.Wanted = _lookups.Mark;
        _evictionQueue.Add(principal);
        return principal;
    }

    private bool MayGo(Principal principal)
    {
        if (principal is not { IsBuiltIn: false, IsStored: true, IsPresent: false, Needed: 0, IsRenameTold: false, IsNameTold: false } || !principal.HasNoUse(_options, _clock.Ticks))
            return false;
        if (principal.ChangedBy <= _groupCommit.StoredThrough && _publishers.MayGo(principal))
        {
            if (principal.ChangedBy == 0)
                return _lookups.IsQuiet(principal.Wanted);
            // Answers from before the change was stored may be under way.
            principal.ChangedBy = 0;
            principal.Wanted = _lookups.Mark;
        }
        return false;
    }

    private Principal Add(Principal principal)
    {
        Keep(principal);
        Names.Add(principal);
        return principal;
    }

    private static bool IsOf(Principal principal, ReadOnlySpan<byte> keyHash) =>
        principal.IsGuest && CryptographicOperations.FixedTimeEquals(principal.KeyHash.Span, keyHash);
}

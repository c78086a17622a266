namespace ChatProtocol.Hub;

/// <summary>A user across sessions and names: the same name and key are the same principal (CP-SES-008).</summary>
internal sealed class Principal
{
    private readonly Role _roleOfNoAccount;
    private PrincipalUsage? _usage;

    public Principal(ulong id, UserName name, ReadOnlyMemory<byte> keyHash, Role role)
    {
        Id = id;
        KeyHash = keyHash;
        _roleOfNoAccount = role;
        Name = name;
    }

    public ulong Id { get; }

    /// <summary>Its role; that of an account from when it is stored until its end is.</summary>
    public Role Role => Account is { IsStored: true } or { IsEnding: true } ? (Role)Account.Record.Role : _roleOfNoAccount;

    /// <summary>Its account; null for a guest, and for the server's own principals.</summary>
    public UserAccount? Account { get; set; }

    public UserName Name { get; set; }

    /// <summary>The forms of its name while no other name may look like it; null otherwise.</summary>
    public NameSkeletons? Forms { get; set; }

    /// <summary>The SHA-256 of its guest key, or of an account what stands for it (<see cref="UserAccount.KeyHashOf"/>); empty for one without either.</summary>
    public ReadOnlyMemory<byte> KeyHash { get; set; }

    /// <summary>Its last entry in each room.</summary>
    public LastEntries Entries { get; init; } = LastEntries.None();

    /// <summary>How far it has read, by room; null if it has never said so.</summary>
    public IdMap<ReadMarker>? Markers { get; set; }

    /// <summary>What its sessions are still to be told of its markers; null before there was anything.</summary>
    public MarkerNews? MarkerNews { get; set; }

    /// <summary>How many sessions it has.</summary>
    public int Sessions { get; set; }

    /// <summary>Its use of the bounds by principal.</summary>
    public PrincipalUsage Usage => _usage ??= new PrincipalUsage();

    /// <summary>Whether its use of the bounds can be forgotten, so that going and coming gains nothing.</summary>
    public bool HasNoUse(HubOptions options, long now) => _usage is null || _usage.IsAsNew(options.Near, now) && _usage.IsAsNew(options.Far, now);

    /// <summary>Whether it is a guest, which comes and goes.</summary>
    public bool IsGuest => Account is null && _roleOfNoAccount == Role.Guest;

    /// <summary>Whether it is one of the server's own, which always exist and are not stored.</summary>
    public bool IsBuiltIn => Id < PrincipalIds.FirstGuest;

    /// <summary>Whether it is a guest without a key, which cannot come back as the same principal.</summary>
    public bool HasNoKey => IsGuest && KeyHash.IsEmpty;

    /// <summary>The batch that its first login waits for; null before and, once the log knows it, after.</summary>
    public LogBatch? StoredBy { get; set; }

    /// <summary>Whether the log holds its record.</summary>
    public bool IsStored { get; set; }

    /// <summary>
    /// Whether it has no key and nothing refers to it but its entries, which hold its name: it exists for as long as it is
    /// connected, and is not stored.
    /// </summary>
    public bool IsEphemeral => HasNoKey && !IsStored;

    /// <summary>When it was last wanted (<see cref="DirectoryLookups.Mark"/>).</summary>
    public long Wanted { get; set; }

    /// <summary>The number of the batch that changed its record last.</summary>
    public long ChangedBy { get; set; }

    /// <summary>Whether it is in memory, and not forgotten or gone from there.</summary>
    public bool IsResident { get; set; }

    /// <summary>
    /// The reasons for which it has to be in memory: its private rooms there, those created by it that the log does not have, read markers that are not stored, and
    /// passwords of its account that are being checked or made.
    /// </summary>
    public int Needed { get; set; }

    /// <summary>Whether it has a new name that its rooms were not told of yet.</summary>
    public bool IsRenamed { get; set; }

    /// <summary>Whether its rooms are being told of a new name.</summary>
    public bool IsRenameTold { get; set; }

    /// <summary>Whether it has a name that not all its sessions were told of yet.</summary>
    public bool IsNameNew { get; set; }

    /// <summary>Whether its sessions are being told of its name.</summary>
    public bool IsNameTold { get; set; }

    /// <summary>When its last session ended; meaningless while there is one.</summary>
    public long LastSeen { get; set; }

    /// <summary>When it first posted; 0 if it never has.</summary>
    public long FirstEntry => Entries.First;

    /// <summary>Rooms it has created that still exist, in memory or not.</summary>
    public int CreatedRooms { get; set; }

    public bool IsPresent => Sessions > 0;

    /// <summary>A login has the same result as the one that made the principal, which is not stored yet.</summary>
    public void AwaitStored(LogBatch open, CommitCallbacks login)
    {
        StoredBy ??= open;
        StoredBy.Notify(login);
    }

    /// <summary>Stores the principal as it is now.</summary>
    public void KeepIn(LogBatch batch, bool holdsName = true)
    {
        ChangedBy = batch.Number;
        batch.Add(new LogChange.KeepPrincipal(ToRecord(holdsName)));
    }

    /// <inheritdoc cref="UserAccount.Change"/>
    public void ChangeAccount(LogBatch batch, Func<AccountRecord, AccountRecord> change, Action<AccountRecord> stored, Action? lost)
    {
        ChangedBy = batch.Number;
        Account!.Change(batch, change, stored, lost);
    }

    /// <inheritdoc cref="UserAccount.Rehash"/>
    public void Rehash(LogBatch batch, ReadOnlyMemory<byte> hash)
    {
        ChangedBy = batch.Number;
        Account!.Rehash(batch, hash);
    }

    private PrincipalRecord ToRecord(bool holdsName)
    {
        var isEnding = Account is { IsEnding: true };
        return new PrincipalRecord(Id, Name.Text, isEnding ? default : KeyHash, LastSeen, holdsName && !isEnding)
        {
            Entries = Entries.ToBytes(areFinal: !IsPresent),
            FirstEntry = Entries.First,
        };
    }
}

/// <summary>The role of a principal on this server.</summary>
internal enum Role
{
    // In ascending order of what they may; these four are an account's, with the same numbers.
    Guest = AccountRole.Guest,
    Member = AccountRole.Member,
    Admin = AccountRole.Admin,
    Owner = AccountRole.Owner,

    /// <summary>The principal of the admin socket.</summary>
    LocalAdmin,

    /// <summary>The principal that speaks for the server.</summary>
    Server,
}

using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>Every principal that the server knows, and the holder of each name.</summary>
internal sealed class Principals
{
    /// <summary>Ids reserved at once: a principal without a key is not stored, yet its id is not given again (CP-SES-008).</summary>
    private const ulong Reserve = 1000;

    /// <summary>An hour, in milliseconds.</summary>
    private const long SeenInterval = 3_600_000;

    private readonly IdMap<Principal> _byId = new();
    private readonly Dictionary<string, Principal> _byName = [];

    private readonly Namesakes<Principal> _namesakes = new();

    /// <summary>The names of admins and of present principals.</summary>
    private readonly LookAlikes _inUse = new();
    private readonly Steps _steps;
    private readonly long _nameHeld;
    private readonly long _knownAfter;
    private ulong _next;
    private ulong _reserved;

    public Principals(HubOptions options, LogContents contents, Steps steps)
    {
        _steps = steps;
        _nameHeld = (long)options.Times.NameHeld.TotalMilliseconds;
        _knownAfter = (long)options.Times.KnownAfter.TotalMilliseconds;
        _next = _reserved = Math.Max(PrincipalIds.FirstGuest, Math.Max(contents.NextPrincipal, contents.ReservedPrincipals));
        Server = Add(new Principal(PrincipalIds.Server, Names.Server, default, Role.Server));
        Admin = Add(new Principal(PrincipalIds.Admin, "admin", default, Role.Admin));
        Use(Server);
        Use(Admin);
        var heads = contents.Rooms.ToDictionary(room => room.Id, room => room.Head);
        foreach (var record in contents.Principals.OrderBy(record => record.Id))
        {
            var principal = new Principal(record.Id, record.Name, record.KeyHash, Role.Guest)
            {
                LastSeen = record.LastSeen,
                IsStored = true,
                Entries = EntryMarks.Read(record.Entries, record.FirstEntry, heads.GetValueOrDefault),
            };
            if (record.HoldsName)
                Add(principal);
            else
                _byId.Set(record.Id, principal);
        }
    }

    /// <summary>The principal that speaks for the server.</summary>
    public Principal Server { get; }

    /// <summary>The principal of every connection to the admin socket.</summary>
    public Principal Admin { get; }

    public Principal? Find(ulong id) => _byId.Find(id);

    /// <summary>Whether the time is in doubt: then no held name expires.</summary>
    public bool IsTimeDoubted { get; set; }

    /// <summary>The principals with higher ids, by ascending id.</summary>
    public IEnumerable<Principal> After(ulong id) => _byId.After(id);

    /// <summary>Whether a principal that is not present has a name that nobody else can take yet.</summary>
    public bool HoldsName(Principal principal, long now) => _byName.GetValueOrDefault(principal.CanonicalName) == principal && IsHeld(principal, now);

    /// <summary>A principal of a stored private room, which may have lost its name to another since.</summary>
    public Principal FindOrRecall(ulong id)
    {
        if (!_byId.TryFind(id, out var principal))
            _byId.Set(id, principal = new Principal(id, $"guest-{id}", default, Role.Guest));
        return principal;
    }

    /// <summary>
    /// The present holder of a name; null if nobody holds it. A name that could not be taken any more still has its holder
    /// (CP-NAM-016).
    /// </summary>
    public Principal? FindHolder(string name, long now) =>
        name.Length <= Names.MaxLength && _byName.TryGetValue(CanonicalName.Of(name), out var principal) && IsHeld(principal, now) ? principal : null;

    /// <summary>
    /// Whether a login with this name and key would make no new principal: the principal exists, or another holds the name.
    /// </summary>
    public bool IsKnown(string name, ReadOnlySpan<byte> key, long now) =>
        FindOwn(name, key) is not null || _byName.TryGetValue(CanonicalName.Of(name), out var known) && IsHeld(known, now);

    /// <summary>Whether the principal posted long enough ago not to have come just to fill the server.</summary>
    public bool IsOld(Principal principal, long now) => principal.FirstEntry is > 0 and var first && first < now - _knownAfter;

    /// <summary>The last holder of a name, whether it is still held or not; null if it is not a valid name.</summary>
    public Principal? FindKnown(string name) => Names.Validate(name) is null ? _byName.GetValueOrDefault(CanonicalName.Of(name)) : null;

    /// <summary>
    /// The principal of this name and key, new if need be; null if another key holds the name (CP-SES-009). A login without a key
    /// always makes a new principal. A principal whose name is taken over goes into <paramref name="batch"/>, as does a
    /// new one.
    /// </summary>
    public Principal? LogIn(string name, ReadOnlySpan<byte> key, long now, LogBatch batch, out Principal? displaced)
    {
        displaced = null;
        ReadOnlyMemory<byte> hash = key.IsEmpty ? default : SHA256.HashData(key);
        if (FindOwn(name, key) is { } own)
        {
            if (_byName.TryAdd(own.CanonicalName, own))
                _namesakes.Remove(own.CanonicalName, own);
            return own;
        }
        if (_byName.TryGetValue(CanonicalName.Of(name), out var known))
        {
            if (IsHeld(known, now))
                return null;
            GiveUpName(displaced = known, batch);
        }
        var principal = Add(new Principal(TakeId(batch), name, hash, Role.Guest) { LastSeen = now });
        if (!principal.IsEphemeral)
            batch.Add(new LogChange.KeepPrincipal(principal.ToRecord()));
        return principal;
    }

    /// <summary>The guest with this name and key, whose name is never validated again (CP-NAM-016); null if there is none.</summary>
    public Principal? FindOwn(string name, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return null;
        var canonical = CanonicalName.Of(name);
        var hash = SHA256.HashData(key);
        return _byName.TryGetValue(canonical, out var holder) && IsOf(holder, hash) ? holder
            : _namesakes.Of(canonical).FirstOrDefault(other => IsOf(other, hash));
    }

    /// <summary>Why a name cannot be newly taken; null if it can. The taker itself may be present under a similar name.</summary>
    public NameRefusal? Validate(string name, Principal? taker = null)
    {
        if (NameRules.Validate(name) is { } complaint)
            return new NameRefusal(ErrorCode.BadName, complaint);
        if (ReservedNames.OfUsers.Find(name) is { } reserved)
            return new NameRefusal(ErrorCode.BadName, CanonicalName.Of(name) == reserved
                ? $"the name {name} is reserved"
                : $"the name {name} looks like {reserved}, which is reserved; choose another name");
        return FindLookAlike(name, taker) is { } other && CanonicalName.Of(other) != CanonicalName.Of(name)
            ? new NameRefusal(ErrorCode.NameTaken, $"the name {name} looks like {other}, who is here; choose another name")
            : null;
    }

    /// <summary>Adds a session to a principal; while it has one, no other name may look like its own.</summary>
    public void Enter(Principal principal, Session session)
    {
        if (!principal.IsPresent)
            Use(principal);
        principal.Sessions.Add(session);
    }

    /// <summary>Removes a session from a principal; one that was removed before is ignored.</summary>
    public void Exit(Principal principal, Session session)
    {
        if (principal.Sessions.Remove(session) && !principal.IsPresent)
            StopUsing(principal);
    }

    /// <summary>Gives the principal another name; false if another principal holds it.</summary>
    public bool TryRename(Principal principal, string name, long now, LogBatch batch, out Principal? displaced)
    {
        displaced = null;
        if (_byName.TryGetValue(CanonicalName.Of(name), out var holder) && holder != principal)
        {
            if (IsHeld(holder, now))
                return false;
            GiveUpName(displaced = holder, batch);
        }
        Rename(principal, name);
        if (!principal.IsEphemeral)
            batch.Add(new LogChange.KeepPrincipal(principal.ToRecord()));
        return true;
    }

    /// <summary>Gives a principal its old name back, as the change could not be stored.</summary>
    public void UndoRename(Principal principal, string oldName) => Rename(principal, oldName);

    /// <summary>Forgets a principal whose first login could not be stored, or which has left nothing behind.</summary>
    public void Remove(Principal principal)
    {
        _byId.Remove(principal.Id);
        ReleaseName(principal);
    }

    /// <summary>
    /// A principal is present: that is stored about once an hour, or after a crash it would seem to have left when it first came.
    /// </summary>
    public static void IsSeen(Principal principal, long now, LogBatch batch)
    {
        if (!principal.IsStored || principal.HasNoKey || now - principal.LastSeen < SeenInterval)
            return;
        principal.LastSeen = now;
        batch.Add(new LogChange.KeepPrincipal(principal.ToRecord()));
    }

    /// <summary>
    /// A record could not be stored: the principal's present record goes into the next batch, if it is still to be stored.
    /// </summary>
    public void StoreAgain(PrincipalRecord lost, LogBatch open)
    {
        if (Find(lost.Id) is { IsStored: true } principal)
            open.Add(new LogChange.KeepPrincipal(principal.ToRecord(_byName.GetValueOrDefault(principal.CanonicalName) == principal)));
    }

    /// <summary>Gives a principal its name back, as the one that took it over could not be stored.</summary>
    public void GiveBack(Principal displaced) => _byName[displaced.CanonicalName] = displaced;

    /// <summary>Until when the name is held for an absent principal; null if its holder is present.</summary>
    public long? HeldUntil(string name) =>
        _byName.TryGetValue(CanonicalName.Of(name), out var holder) && holder is { IsGuest: true, IsPresent: false }
            ? holder.LastSeen + _nameHeld
            : null;

    private bool IsHeld(Principal principal, long now) =>
        !principal.IsGuest || principal.IsPresent || (!principal.HasNoKey && (IsTimeDoubted || now - principal.LastSeen < _nameHeld));

    private ulong TakeId(LogBatch batch)
    {
        // Reserved long before the ids are used up, so that the new bound is on the disk by then.
        if (_next + Reserve / 2 > _reserved)
            batch.Add(new LogChange.ReservePrincipals(_reserved = _next + Reserve));
        return _next++;
    }

    private void GiveUpName(Principal principal, LogBatch batch)
    {
        ReleaseName(principal);
        if (!principal.IsEphemeral)
            batch.Add(new LogChange.KeepPrincipal(principal.ToRecord(holdsName: false)));
    }

    private Principal Add(Principal principal)
    {
        _byId.Set(principal.Id, principal);
        if (!_byName.TryAdd(principal.CanonicalName, principal))
            _namesakes.Add(principal.CanonicalName, principal);
        return principal;
    }

    private void Rename(Principal principal, string name)
    {
        ReleaseName(principal);
        StopUsing(principal);
        principal.Rename(name);
        if (principal.IsPresent)
            Use(principal);
        _byName[principal.CanonicalName] = principal;
    }

    private void ReleaseName(Principal principal)
    {
        // Another may hold the name by now.
        if (!_namesakes.Remove(principal.CanonicalName, principal) && _byName.GetValueOrDefault(principal.CanonicalName) == principal)
            _byName.Remove(principal.CanonicalName);
    }

    private string? FindLookAlike(string name, Principal? taker)
    {
        var forms = NameForms.Of(name);
        if (taker?.Forms is not { } own)
            return _inUse.Find(forms);
        // A principal's own name does not keep it from writing that name differently.
        _inUse.Remove(own);
        var found = _inUse.Find(forms);
        _inUse.Add(taker.Name, own);
        return found;
    }

    /// <summary>From here on no other name may look like this principal's.</summary>
    private void Use(Principal principal)
    {
        _steps.AddForms(principal.Name);
        var forms = NameForms.Of(principal.Name);
        principal.Forms = forms;
        _inUse.Add(principal.Name, forms);
    }

    private void StopUsing(Principal principal)
    {
        if (principal.Forms is { } forms)
            _inUse.Remove(forms);
        principal.Forms = null;
    }

    private static bool IsOf(Principal principal, ReadOnlySpan<byte> keyHash) =>
        principal.IsGuest && CryptographicOperations.FixedTimeEquals(principal.KeyHash.Span, keyHash);
}

/// <summary>Why a name cannot be taken.</summary>
internal readonly record struct NameRefusal(ErrorCode Reason, string Text);

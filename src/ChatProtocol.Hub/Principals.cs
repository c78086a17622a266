using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>Everybody the server knows, and who holds which name.</summary>
internal sealed class Principals
{
    private const ulong FirstGuest = 16;

    /// <summary>Ids set aside at once: whoever has no key is not stored, yet the id is not given again (CP-SES-008).</summary>
    private const ulong Reserve = 1000;

    /// <summary>An hour, in milliseconds.</summary>
    private const long SeenInterval = 3_600_000;

    private static readonly string[] Reserved = [Names.Server, "admin", "everyone"];

    private readonly IdMap<Principal> _byId = new();
    private readonly Dictionary<string, Principal> _byName = [];
    private readonly long _nameHeld;
    private ulong _next;
    private ulong _reserved;

    public Principals(HubOptions options, LogContents contents)
    {
        _nameHeld = (long)options.NameHeld.TotalMilliseconds;
        _next = _reserved = Math.Max(FirstGuest, Math.Max(contents.NextPrincipal, contents.ReservedPrincipals));
        Server = Add(new Principal(1, Names.Server, default, Role.Server));
        Admin = Add(new Principal(2, "admin", default, Role.Admin));
        var heads = contents.Rooms.ToDictionary(room => room.Id, room => room.Head);
        foreach (var record in contents.Principals)
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

    /// <summary>The server's own voice.</summary>
    public Principal Server { get; }

    /// <summary>Whoever comes through the admin socket.</summary>
    public Principal Admin { get; }

    public Principal? Find(ulong id) => _byId.Find(id);

    /// <summary>Names are held by whoever has them, as long as it is not certain what time it is.</summary>
    public bool IsTimeDoubted { get; set; }

    /// <summary>Those with higher ids, by ascending id.</summary>
    public IEnumerable<Principal> After(ulong id) => _byId.After(id);

    /// <summary>Whether a principal that is not there has a name that nobody else can take yet.</summary>
    public bool HoldsName(Principal principal, long now) => _byName.GetValueOrDefault(principal.CanonicalName) == principal && IsHeld(principal, now);

    /// <summary>Somebody of a stored private room, who may have lost the name to another since.</summary>
    public Principal FindOrRecall(ulong id)
    {
        if (!_byId.TryFind(id, out var principal))
            _byId.Set(id, principal = new Principal(id, $"guest-{id}", default, Role.Guest));
        return principal;
    }

    /// <summary>Whose name it is now; null if nobody's, or if it cannot be a name, which need not even have a canonical form.</summary>
    public Principal? FindHolder(string name, long now) =>
        Names.Complain(name) is null && _byName.TryGetValue(CanonicalName.Of(name), out var principal) && IsHeld(principal, now) ? principal : null;

    /// <summary>Whether a login with this name and key would make no new principal: it is known, or the name is another's.</summary>
    public bool IsKnown(string name, ReadOnlySpan<byte> key, long now) =>
        _byName.TryGetValue(CanonicalName.Of(name), out var known) && (IsHeld(known, now) || IsKeyOf(known, SHA256.HashData(key)));

    /// <summary>
    /// The principal of this name and key, new if need be; null if another key holds the name (CP-SES-009). Without a key it
    /// is always a new one (CP-LEG-003). A principal whose name is taken over goes into <paramref name="batch"/>, as does a
    /// new one.
    /// </summary>
    public Principal? LogIn(string name, ReadOnlySpan<byte> key, long now, LogBatch batch, out Principal? displaced)
    {
        displaced = null;
        ReadOnlyMemory<byte> hash = key.IsEmpty ? default : SHA256.HashData(key);
        if (_byName.TryGetValue(CanonicalName.Of(name), out var known))
        {
            if (!hash.IsEmpty && IsKeyOf(known, hash.Span))
                return known;
            if (IsHeld(known, now))
                return null;
            GiveUpName(displaced = known, batch);
        }
        var principal = Add(new Principal(TakeId(batch), name, hash, Role.Guest) { LastSeen = now });
        if (!principal.IsPassing)
            batch.Principals.Add(principal.ToRecord());
        return principal;
    }

    /// <summary>Gives the principal another name; false if somebody else holds it.</summary>
    public bool TryRename(Principal principal, string name, long now, LogBatch batch, out Principal? displaced)
    {
        displaced = null;
        if (_byName.TryGetValue(CanonicalName.Of(name), out var holder) && holder != principal)
        {
            if (IsHeld(holder, now))
                return false;
            GiveUpName(displaced = holder, batch);
        }
        _byName.Remove(principal.CanonicalName);
        principal.Rename(name);
        _byName[principal.CanonicalName] = principal;
        if (!principal.IsPassing)
            batch.Principals.Add(principal.ToRecord());
        return true;
    }

    /// <summary>Gives a principal its old name back, as the change could not be stored.</summary>
    public void UndoRename(Principal principal, string oldName)
    {
        _byName.Remove(principal.CanonicalName);
        principal.Rename(oldName);
        _byName[principal.CanonicalName] = principal;
    }

    /// <summary>Forgets a principal whose first login could not be stored, or who has left nothing behind.</summary>
    public void Remove(Principal principal)
    {
        _byId.Remove(principal.Id);
        if (_byName.GetValueOrDefault(principal.CanonicalName) == principal)
            _byName.Remove(principal.CanonicalName);
    }

    /// <summary>A principal is there: that is stored about once an hour, or after a crash it would seem to have left when it first came.</summary>
    public static void IsSeen(Principal principal, long now, LogBatch batch)
    {
        if (!principal.IsStored || principal.HasNoKey || now - principal.LastSeen < SeenInterval)
            return;
        principal.LastSeen = now;
        batch.Principals.Add(principal.ToRecord());
    }

    /// <summary>What a batch was to store of principals could not be stored: what is known of them now is stored with the next.</summary>
    public void NotStored(LogBatch lost, LogBatch open)
    {
        foreach (var record in lost.Principals)
            if (Find(record.Id) is { IsStored: true } principal)
                open.Principals.Add(principal.ToRecord(_byName.GetValueOrDefault(principal.CanonicalName) == principal));
        open.PrincipalEnds.AddRange(lost.PrincipalEnds);
    }

    /// <summary>Gives a principal its name back, as whoever took it over could not be stored.</summary>
    public void GiveBack(Principal displaced) => _byName[displaced.CanonicalName] = displaced;

    /// <summary>Until when the name is held for somebody who has left; null if its holder is there.</summary>
    public long? HeldUntil(string name) =>
        _byName.TryGetValue(CanonicalName.Of(name), out var holder) && holder is { Role: Role.Guest, IsPresent: false }
            ? holder.LastSeen + _nameHeld
            : null;

    public static bool IsReserved(string name) => Reserved.Contains(CanonicalName.Of(name));

    private bool IsHeld(Principal principal, long now) =>
        principal.Role != Role.Guest || principal.IsPresent || (!principal.HasNoKey && (IsTimeDoubted || now - principal.LastSeen < _nameHeld));

    private static bool IsKeyOf(Principal known, ReadOnlySpan<byte> hash) =>
        known.Role == Role.Guest && CryptographicOperations.FixedTimeEquals(known.KeyHash.Span, hash);

    private ulong TakeId(LogBatch batch)
    {
        // Long before they are used up, so that the new bound is on the disk by then.
        if (_next + Reserve / 2 > _reserved)
            batch.ReservedPrincipals = _reserved = _next + Reserve;
        return _next++;
    }

    private void GiveUpName(Principal principal, LogBatch batch)
    {
        _byName.Remove(principal.CanonicalName);
        if (!principal.IsPassing)
            batch.Principals.Add(principal.ToRecord(holdsName: false));
    }

    private Principal Add(Principal principal)
    {
        _byId.Set(principal.Id, principal);
        _byName[principal.CanonicalName] = principal;
        return principal;
    }
}

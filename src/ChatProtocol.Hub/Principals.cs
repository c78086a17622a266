using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>Everybody the server knows, and who holds which name.</summary>
internal sealed class Principals
{
    private const ulong FirstGuest = 16;

    /// <summary>Ids set aside at once: whoever has no key is not stored, yet the id is not given again (CP-SES-008).</summary>
    private const ulong Reserve = 1000;

    private static readonly string[] Reserved = [Names.Server, "admin", "everyone"];

    private readonly Dictionary<ulong, Principal> _byId = [];
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
        foreach (var record in contents.Principals)
        {
            var principal = new Principal(record.Id, record.Name, record.KeyHash, Role.Guest) { LastSeen = record.LastSeen, IsStored = true };
            if (record.HoldsName)
                Add(principal);
            else
                _byId.Add(record.Id, principal);
        }
    }

    /// <summary>The server's own voice.</summary>
    public Principal Server { get; }

    /// <summary>Whoever comes through the admin socket.</summary>
    public Principal Admin { get; }

    public Principal? Find(ulong id) => _byId.GetValueOrDefault(id);

    /// <summary>Somebody of a stored private room, who may have lost the name to another since.</summary>
    public Principal FindOrRecall(ulong id)
    {
        if (!_byId.TryGetValue(id, out var principal))
            _byId.Add(id, principal = new Principal(id, $"guest-{id}", default, Role.Guest));
        return principal;
    }

    /// <summary>Whose name it is now; null if nobody's, or if it cannot be a name, which need not even have a canonical form.</summary>
    public Principal? FindHolder(string name, long now) =>
        Names.Complain(name) is null && _byName.TryGetValue(CanonicalName.Of(name), out var principal) && IsHeld(principal, now) ? principal : null;

    /// <summary>Who had the name last, whether it is still held or not; null if it cannot be a name.</summary>
    public Principal? FindKnown(string name) => Names.Complain(name) is null ? _byName.GetValueOrDefault(CanonicalName.Of(name)) : null;

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
            if (known.Role == Role.Guest && !hash.IsEmpty && CryptographicOperations.FixedTimeEquals(known.KeyHash.Span, hash.Span))
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
        _byName.Remove(principal.CanonicalName);
    }

    /// <summary>Gives a principal its name back, as whoever took it over could not be stored.</summary>
    public void GiveBack(Principal displaced) => _byName[displaced.CanonicalName] = displaced;

    public static bool IsReserved(string name) => Reserved.Contains(CanonicalName.Of(name));

    private bool IsHeld(Principal principal, long now) =>
        principal.Role != Role.Guest || principal.IsPresent || (!principal.HasNoKey && now - principal.LastSeen < _nameHeld);

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
        _byId.Add(principal.Id, principal);
        _byName[principal.CanonicalName] = principal;
        return principal;
    }
}

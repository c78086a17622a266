namespace ChatProtocol.Hub;

/// <summary>The holders of names among the principals in memory, and the names that no newly taken one may look like.</summary>
internal sealed class PrincipalNames(StepCounter steps)
{
    private readonly Dictionary<UserName, Principal> _byName = [];

    /// <summary>Principals that have the same name as its holder, by the rules of their time.</summary>
    private readonly SharedNames<Principal> _namesakes = new();

    private readonly NamesInUse _inUse = new(steps);

    /// <summary>The last holder of a name, whether it is still held or not.</summary>
    public Principal? FindHolder(UserName name) => _byName.GetValueOrDefault(name);

    /// <summary>The others that have a name, beside its holder.</summary>
    public IReadOnlyList<Principal> NamesakesOf(UserName name) => _namesakes.Of(name);

    /// <summary>The principal that has a name, and others that do by the rules of their time.</summary>
    public IEnumerable<Principal> HoldersOf(UserName name)
    {
        if (_byName.TryGetValue(name, out var holder))
            yield return holder;
        foreach (var other in _namesakes.Of(name))
            yield return other;
    }

    /// <summary>Whether nobody else has taken over the principal's name.</summary>
    public bool Holds(Principal principal) => HoldersOf(principal.Name).Contains(principal);

    /// <inheritdoc cref="NamesInUse.Validate"/>
    public NameRefusal? Validate(UserName name, Principal? taker = null) => _inUse.Validate(name, taker);

    /// <summary>A principal has its name: as its holder, or as a namesake if there is one.</summary>
    public void Add(Principal principal)
    {
        if (!_byName.TryAdd(principal.Name, principal))
            _namesakes.Add(principal.Name, principal);
    }

    /// <summary>A principal without its name becomes the holder if nobody is.</summary>
    public void TakeIfFree(Principal principal)
    {
        if (_byName.TryAdd(principal.Name, principal))
            _namesakes.Remove(principal.Name, principal);
    }

    /// <summary>Gives a principal its name back, as the one that took it over could not be stored.</summary>
    public void GiveBack(Principal displaced) => _byName[displaced.Name] = displaced;

    /// <summary>A principal has its name no more, if another does not hold it by now.</summary>
    public void Release(Principal principal)
    {
        if (!_namesakes.Remove(principal.Name, principal) && _byName.GetValueOrDefault(principal.Name) == principal)
            _byName.Remove(principal.Name);
    }

    /// <summary>A principal has another name, and is its holder.</summary>
    public void Rename(Principal principal, UserName name)
    {
        Release(principal);
        _inUse.StopUsing(principal);
        principal.Name = name;
        Protect(principal);
        _byName[principal.Name] = principal;
    }

    /// <summary>
    /// No newly taken name may look like that of a principal who is there, who has an account, or who is the server's own (CP-NAM-014). To be
    /// called when any of it has changed.
    /// </summary>
    public void Protect(Principal principal)
    {
        var isProtected = principal.IsPresent || principal.Account is not null || principal.IsBuiltIn;
        if (isProtected && principal.Forms is null)
            _inUse.Use(principal);
        else if (!isProtected)
            _inUse.StopUsing(principal);
    }
}

namespace ChatProtocol.Simulation;

/// <summary>Somebody with a name and a key, in one or more clients at once.</summary>
internal sealed class Identity(string name, byte[] key)
{
    private readonly string _first = name;
    private int _names;
    private int _restores;

    public string Name { get; set; } = name;

    public byte[] Key => key;

    /// <summary>0 until the first login.</summary>
    public ulong Principal { get; private set; }

    /// <summary>A change of name was tried: when its answer got lost, the name that is tried next may make somebody new.</summary>
    public bool MayHaveLostItself { get; set; }

    /// <summary>What clients with one publisher share; null where nobody counts.</summary>
    public Publisher? Publisher { get; set; }

    public string NextName() => $"{_first}-{++_names}";

    /// <summary>The same name and key are the same principal (CP-SES-008).</summary>
    public void SeePrincipal(ulong principal, int restores)
    {
        if (Principal != 0 && Principal != principal && restores == _restores && !MayHaveLostItself)
            throw new Violation(Checker.Protocol, $"{Name} was principal {Principal} and is {principal}");
        Principal = principal;
        _restores = restores;
    }
}

namespace ChatProtocol.Simulation;

/// <summary>Somebody with a name and a key, in one or more clients at once.</summary>
internal sealed class Identity(string name, byte[] key, string? address)
{
    private readonly string _first = name;
    private int _names;
    private int _restores;
    private int _pauses;
    private int _crashes;

    public string Name { get; set; } = name;

    public byte[] Key => key;

    /// <summary>Where it is; null for those on the same machine.</summary>
    public string? Address => address;

    /// <summary>Whatever the name is by now: what a ban of it is about.</summary>
    public string Subject => _first;

    /// <summary>0 until the first login.</summary>
    public ulong Principal { get; private set; }

    /// <summary>A change of name was tried: when its answer got lost, the name that is tried next may make somebody new.</summary>
    public bool MayHaveLostItself { get; set; }

    /// <summary>What clients with one publisher share; null where nobody counts.</summary>
    public Publisher? Publisher { get; set; }

    public string NextName() => $"{_first}-{++_names}";

    /// <summary>
    /// The same name and key are the same principal, but for one that had left nothing behind and was away for long
    /// (CP-SES-008). A crash may take back that it was seen again a moment ago.
    /// </summary>
    public void SeePrincipal(ulong principal, World world)
    {
        var (restores, pauses, crashes) = (world.Ledger.Restores, world.Clock.LongPauses, world.Server.Crashes);
        var mayBeForgotten = pauses != _pauses || pauses > 0 && crashes != _crashes;
        if (Principal != 0 && Principal != principal && restores == _restores && !mayBeForgotten && !MayHaveLostItself)
            throw new Violation(Checker.Protocol, $"{Name} was principal {Principal} and is {principal}");
        Principal = principal;
        (_restores, _pauses, _crashes) = (restores, pauses, crashes);
    }
}

namespace ChatProtocol.Simulation;

/// <summary>A user with a name and a key, in one or more clients at once.</summary>
internal sealed class Identity(string name, byte[] key, string? address)
{
    private readonly string _first = name;
    private int _names;
    private int _restores;
    private int _pauses;
    private int _crashes;

    public string Name { get; set; } = name;

    public byte[] Key => key;

    /// <summary>Its IP address; null if it is on the same machine.</summary>
    public string? Address => address;

    /// <summary>The subject of its bans: its first name, whatever its name is now.</summary>
    public string Subject => _first;

    /// <summary>The principal's id; 0 until the first login.</summary>
    public ulong Principal { get; private set; }

    /// <summary>Whether a change of name was tried: if its answer was lost, a login with the next name may make a new principal.</summary>
    public bool MayHaveLostItself { get; set; }

    /// <summary>The publisher that the identity's clients share; null if none posts with counters.</summary>
    public Publisher? Publisher { get; set; }

    /// <summary>Its account, whether there is one or not; null if it wants none, in this run.</summary>
    public AccountStanding? Account { get; set; }

    /// <summary>Whether it never is a guest: it registers before its first login.</summary>
    public bool IsAccountOnly { get; init; }

    public string NextName() => $"{_first}-{++_names}";

    /// <summary>
    /// Whether the name may be another principal's by now: a restore may have undone the principal, or it had left nothing
    /// behind and was away for long (CP-SES-008). A crash may undo the record of its last presence.
    /// </summary>
    public bool MayBeAnother(World world)
    {
        var pauses = world.Clock.LongPauses;
        return MayHaveLostItself || Account is { Turn: > 0 } || world.Ledger.Restores != _restores || pauses != _pauses || pauses > 0 && world.Server.Crashes != _crashes;
    }

    /// <summary>Checks that the same name and key give the same principal.</summary>
    public void SeePrincipal(ulong principal, World world)
    {
        if (Principal != 0 && Principal != principal && !MayBeAnother(world))
            throw new Violation(Checker.Protocol, $"{Name} was principal {Principal} and is {principal}");
        Principal = principal;
        (_restores, _pauses, _crashes) = (world.Ledger.Restores, world.Clock.LongPauses, world.Server.Crashes);
    }
}

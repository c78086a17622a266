namespace ChatProtocol.Simulation;

/// <summary>All accounts and invitations of a run (CP-ACC-001 to 035).</summary>
internal sealed class AccountLedger(World world)
{
    private readonly List<AccountStanding> _all = [];

    public IReadOnlyList<AccountStanding> All => _all;

    /// <summary>The invitations that may be good, and some that are not.</summary>
    public List<SimulatedInvitation> Invitations { get; } = [];

    public AccountStanding Begin(Identity identity)
    {
        var standing = new AccountStanding(world, identity);
        _all.Add(standing);
        return standing;
    }

    public void Turn()
    {
        foreach (var standing in _all)
            if (!standing.IsQuiet)
                standing.Settle(world.Server.IsHasherIdle);
    }

    /// <summary>Checks that a name is told to no other principal than to its account's (CP-ACC-009).</summary>
    public void SeeName(string name, ulong principal)
    {
        foreach (var standing in _all)
            if (standing is { State.Exists: true, IsQuiet: true, Principal: > 0 } && standing.Identity.Name == name && standing.Principal != principal)
                throw new Violation(Checker.Account, $"principal {principal} is told that it is {name}, whose account is principal {standing.Principal}");
    }

    public void Restart()
    {
        foreach (var standing in _all)
            standing.Restart();
    }

    public void Restore()
    {
        foreach (var standing in _all)
            standing.Restore();
        Invitations.Clear();
    }
}

namespace ChatProtocol.Simulation;

/// <summary>
/// The bans that certainly hold, and those that may: the effect of a request under way, or unanswered when its connection
/// broke, is uncertain (CP-BAN-001 to 006).
/// </summary>
internal sealed class BanLedger(World world)
{
    private readonly Dictionary<string, Standing> _subjects = [];

    /// <summary>Records that the server has received a request about a subject; returns the number by which its answer is matched.</summary>
    public int Ask(string subject)
    {
        if (!_subjects.TryGetValue(subject, out var standing))
            _subjects.Add(subject, standing = new Standing());
        standing.MayHold = true;
        standing.Until = null;
        return ++standing.Requests;
    }

    /// <summary>Records the server's answer that a subject is banned until a time, in milliseconds since 1970 UTC; 0 for no end.</summary>
    public void Hold(string subject, int request, ulong until)
    {
        if (_subjects[subject] is { IsDoubted: true })
            return;
        if (_subjects[subject].Requests == request)
            _subjects[subject].Until = until;
        foreach (var link in world.Links.Where(link => Holds(subject) && link.IsSubject(subject) && !link.IsServerDone && !link.IsClosing))
            throw new Violation(Checker.Ban, $"{subject} is told to be banned, and {link} goes on");
    }

    /// <summary>Records that a subject is an account by now, or none any more: bans of its name are of another key than those before.</summary>
    public void Doubt(string subject)
    {
        Ask(subject);
        _subjects[subject].IsDoubted = true;
    }

    /// <summary>Records the server's answer that a subject's ban is lifted.</summary>
    public void Lift(string subject, int request)
    {
        if (_subjects[subject].Requests == request)
            _subjects[subject].MayHold = false;
    }

    /// <summary>Whether a ban certainly holds, by any time that the server may believe.</summary>
    public bool Holds(string subject) =>
        _subjects.TryGetValue(subject, out var standing) && standing.Until is { } until && (until == 0 || (ulong)world.Clock.Believable < until);

    public bool MayHold(string subject) => _subjects.TryGetValue(subject, out var standing) && (standing.MayHold || standing.IsDoubted);

    /// <summary>Records a restore of a backup: any ban ever requested may hold or not.</summary>
    public void Restore()
    {
        foreach (var standing in _subjects.Values)
            (standing.MayHold, standing.Until) = (true, null);
    }

    private sealed class Standing
    {
        public int Requests { get; set; }

        public bool IsDoubted { get; set; }

        public bool MayHold { get; set; }

        /// <summary>The end of the ban; null while it is uncertain that it holds.</summary>
        public ulong? Until { get; set; }
    }
}

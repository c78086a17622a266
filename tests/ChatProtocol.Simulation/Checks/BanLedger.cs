namespace ChatProtocol.Simulation;

/// <summary>Which bans hold for certain, and which may: what is under way, or was when a connection broke, may be either (CP-BAN-001 to 006).</summary>
internal sealed class BanLedger(World world)
{
    private readonly Dictionary<string, Standing> _subjects = [];

    /// <summary>A request about a subject has come to the server; returns by which its answer is known.</summary>
    public int Ask(string subject)
    {
        if (!_subjects.TryGetValue(subject, out var standing))
            _subjects.Add(subject, standing = new Standing());
        standing.MayHold = true;
        standing.Until = null;
        return ++standing.Requests;
    }

    /// <summary>The server says that a subject is banned; 0 for no end.</summary>
    public void Hold(string subject, int request, ulong until)
    {
        if (_subjects[subject].Requests == request)
            _subjects[subject].Until = until;
        foreach (var link in world.Links.Where(link => Holds(subject) && link.IsSubject(subject) && !link.IsServerDone && !link.IsClosing))
            throw new Violation(Checker.Ban, $"{subject} is told to be banned, and {link} goes on");
    }

    /// <summary>The server says that a subject is not banned any more.</summary>
    public void Lift(string subject, int request)
    {
        if (_subjects[subject].Requests == request)
            _subjects[subject].MayHold = false;
    }

    /// <summary>Whether it is certain that a ban holds, whatever time the server believes it is.</summary>
    public bool Holds(string subject) =>
        _subjects.TryGetValue(subject, out var standing) && standing.Until is { } until && (until == 0 || (ulong)world.Clock.Believable < until);

    public bool MayHold(string subject) => _subjects.TryGetValue(subject, out var standing) && standing.MayHold;

    /// <summary>A backup has taken the place of the log: any ban that was ever asked for may hold, or not.</summary>
    public void Restore()
    {
        foreach (var standing in _subjects.Values)
            (standing.MayHold, standing.Until) = (true, null);
    }

    private sealed class Standing
    {
        public int Requests { get; set; }

        public bool MayHold { get; set; }

        /// <summary>Null while it is not certain that it holds.</summary>
        public ulong? Until { get; set; }
    }
}

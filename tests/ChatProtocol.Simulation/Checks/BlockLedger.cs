namespace ChatProtocol.Simulation;

/// <summary>Who blocks whom for certain, and who may (CP-BLK-001 to 004).</summary>
internal sealed class BlockLedger
{
    private readonly HashSet<ulong> _owners = [];
    private readonly Dictionary<(ulong Owner, ulong Blocked), Standing> _pairs = [];

    /// <summary>A request about a pair has come to the server; returns by which its answer is known.</summary>
    public int Ask(ulong owner, ulong blocked)
    {
        if (!_pairs.TryGetValue((owner, blocked), out var standing))
            _pairs.Add((owner, blocked), standing = new Standing());
        standing.IsCertain = false;
        standing.MayHold = true;
        return ++standing.Requests;
    }

    /// <summary>Somebody blocks, or does not any more, somebody of whom it is not certain who that is.</summary>
    public void Ask(ulong owner)
    {
        _owners.Add(owner);
        foreach (var (pair, standing) in _pairs)
            if (pair.Owner == owner)
                (standing.IsCertain, standing.Requests) = (false, standing.Requests + 1);
    }

    public void Answer(ulong owner, ulong blocked, int request, bool holds)
    {
        var standing = _pairs[(owner, blocked)];
        if (standing.Requests != request)
            return;
        standing.IsCertain = holds;
        standing.MayHold = holds;
    }

    /// <summary>By which a later look can tell that it held all the time; 0 if it does not hold for certain.</summary>
    public int CertainSince(ulong owner, ulong blocked) =>
        _pairs.TryGetValue((owner, blocked), out var standing) && standing.IsCertain ? standing.Requests : 0;

    public bool MayHold(ulong owner, ulong blocked) => _owners.Contains(owner) || _pairs.TryGetValue((owner, blocked), out var standing) && standing.MayHold;

    /// <summary>A backup has taken the place of the log.</summary>
    public void Restore()
    {
        foreach (var standing in _pairs.Values)
            (standing.IsCertain, standing.MayHold) = (false, true);
    }

    private sealed class Standing
    {
        public int Requests { get; set; }

        public bool IsCertain { get; set; }

        public bool MayHold { get; set; }
    }
}

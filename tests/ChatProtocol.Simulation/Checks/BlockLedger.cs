namespace ChatProtocol.Simulation;

/// <summary>The blocks that certainly hold, and those that may (CP-BLK-001 to 004).</summary>
internal sealed class BlockLedger
{
    private readonly HashSet<ulong> _owners = [];
    private readonly Dictionary<(ulong Owner, ulong Blocked), Standing> _pairs = [];

    /// <summary>Records that the server has received a request about a pair; returns the number by which its answer is matched.</summary>
    public int Ask(ulong owner, ulong blocked)
    {
        if (!_pairs.TryGetValue((owner, blocked), out var standing))
            _pairs.Add((owner, blocked), standing = new Standing());
        standing.IsCertain = false;
        standing.MayHold = true;
        return ++standing.Requests;
    }

    /// <summary>Records a block or unblock by an owner of a name whose principal is uncertain.</summary>
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

    /// <summary>A number that stays the same as long as the block certainly holds; 0 if that is uncertain.</summary>
    public int CertainSince(ulong owner, ulong blocked) =>
        _pairs.TryGetValue((owner, blocked), out var standing) && standing.IsCertain ? standing.Requests : 0;

    public bool MayHold(ulong owner, ulong blocked) => _owners.Contains(owner) || _pairs.TryGetValue((owner, blocked), out var standing) && standing.MayHold;

    /// <summary>Records a restore of a backup.</summary>
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

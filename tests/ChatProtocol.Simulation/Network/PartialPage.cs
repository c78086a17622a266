namespace ChatProtocol.Simulation;

/// <summary>A page as the server sends it: its entries, then its gaps, and together every seq of a range (CP-HIS-001, 002, 005, 007, 010).</summary>
internal sealed class PartialPage(World world, PendingRequest request, Page page)
{
    private readonly List<(ulong First, ulong Last)> _runs = [];
    private int _entries = page.Count;
    private int _gaps = page.Gaps;

    public bool IsComplete => _entries + _gaps == 0;

    /// <summary>Whether entries of the page are still to follow.</summary>
    public bool HasEntries => _entries > 0;

    public void Take(ulong room, ulong first, int count)
    {
        if (count > _entries)
            throw new Violation(Checker.Protocol, $"entries from {first} of room {room} stand among the gaps of {page}");
        _entries -= count;
        Take(room, first, first + (ulong)count - 1);
    }

    public void Take(Gap gap)
    {
        _gaps--;
        Take(gap.Room, gap.First, gap.Last);
    }

    /// <summary>Checks a complete page.</summary>
    public void Check()
    {
        var asked = (History)request.Request;
        var room = world.Ledger.RoomOf(page.Room);
        var low = (asked.After ?? 0) + 1;
        var high = Math.Min(asked.Before is { } before ? before - Math.Min(before, 1) : page.Head, page.Head);
        _runs.Sort();
        for (var i = 1; i < _runs.Count; i++)
            if (_runs[i].First != _runs[i - 1].Last + 1)
                throw new Violation(Checker.Hole, $"{_runs[i].First} stands behind {_runs[i - 1].Last} in {page}");
        if (_runs.Count == 0)
        {
            if (low <= high)
                room.SeeExpired(high, request.Changes);
            if (page.More)
                throw new Violation(Checker.Protocol, $"{page} has nothing, answers {asked}, and says that there is more");
            return;
        }
        var (first, last) = (_runs[0].First, _runs[^1].Last);
        if (first < low || last > high || asked.After is null && last != high)
            throw new Violation(Checker.Hole, $"{page} has {first} to {last}, and answers {asked}");
        if (first > low && (asked.After is not null || !page.More))
            room.SeeExpired(first - 1, request.Changes);
        var isMore = asked.After is not null ? last < high : first > Math.Max(1, room.OldestOnDisk);
        if (page.More && !isMore || !page.More && asked.After is not null && isMore)
            throw new Violation(Checker.Protocol, $"{page} answers {asked} with {first} to {last}, and {(page.More ? "there is no" : "there is")} more");
    }

    private void Take(ulong room, ulong first, ulong last)
    {
        if (room != page.Room)
            throw new Violation(Checker.Hole, $"entries from {first} of room {room} come in {page}");
        _runs.Add((first, last));
    }
}

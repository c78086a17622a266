namespace ChatProtocol.Hub;

/// <summary>
/// A room's members in no particular order, with a scan that can pause: a fan-out is done in slices, and who joins or
/// leaves between two slices must neither be skipped nor served twice.
/// </summary>
internal sealed class RoomMembers
{
    private readonly List<Member> _members = [];
    private int _scanned;
    private bool _isScanWanted;

    public int Count => _members.Count;

    public bool ScanIsDone => _scanned == _members.Count;

    public void Add(Member member)
    {
        member.Index = _members.Count;
        _members.Add(member);
    }

    public void Remove(Member member)
    {
        var hole = member.Index;
        if (hole < _scanned)
        {
            _scanned--;
            Move(_scanned, hole);
            hole = _scanned;
        }
        Move(_members.Count - 1, hole);
        _members.RemoveAt(_members.Count - 1);
    }

    /// <summary>
    /// Everybody is to be reached once more. A scan under way is finished first: begun anew each time, it would never
    /// reach the last in a room where more is said than a slice serves.
    /// </summary>
    public void WantScan() => _isScanWanted = true;

    /// <summary>Begins the scan that is wanted, if one is.</summary>
    public bool TryBeginScan()
    {
        if (!_isScanWanted)
            return false;
        _isScanWanted = false;
        _scanned = 0;
        return true;
    }

    /// <summary>One of them, whichever is taken out with the least effort.</summary>
    public Member Any() => _members[^1];

    public Member ScanNext() => _members[_scanned++];

    /// <summary>Whoever is there now, for what is done in steps.</summary>
    public Member[] ToArray() => [.. _members];

    public List<Member>.Enumerator GetEnumerator() => _members.GetEnumerator();

    private void Move(int from, int to)
    {
        if (from == to)
            return;
        _members[to] = _members[from];
        _members[to].Index = to;
    }
}

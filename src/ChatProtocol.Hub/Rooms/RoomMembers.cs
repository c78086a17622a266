namespace ChatProtocol.Hub;

/// <summary>
/// A room's members in no particular order, with a scan that can pause: a fan-out is done in slices, and a member that joins or
/// leaves between two slices must make the scan neither skip a member nor serve one twice.
/// </summary>
internal sealed class RoomMembers
{
    private readonly List<RoomMember> _members = [];
    private int _scanned;
    private bool _isScanWanted;

    public int Count => _members.Count;

    public bool ScanIsDone => _scanned == _members.Count;

    public void Add(RoomMember member)
    {
        member.Index = _members.Count;
        _members.Add(member);
    }

    public void Remove(RoomMember member)
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
    /// Requests a scan of all members. A scan under way is finished first: if it began again each time, it would never
    /// reach the last member of a room in which more is posted than a slice serves.
    /// </summary>
    public void WantScan() => _isScanWanted = true;

    /// <summary>Begins the requested scan, if there is one.</summary>
    public bool TryBeginScan()
    {
        if (!_isScanWanted)
            return false;
        _isScanWanted = false;
        _scanned = 0;
        return true;
    }

    /// <summary>One of the members: the one that is removed with the least effort.</summary>
    public RoomMember Any() => _members[^1];

    public RoomMember ScanNext() => _members[_scanned++];

    /// <summary>The present members, for work in steps.</summary>
    public RoomMember[] ToArray() => [.. _members];

    public List<RoomMember>.Enumerator GetEnumerator() => _members.GetEnumerator();

    private void Move(int from, int to)
    {
        if (from == to)
            return;
        _members[to] = _members[from];
        _members[to].Index = to;
    }
}

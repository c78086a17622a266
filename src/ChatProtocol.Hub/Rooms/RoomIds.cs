namespace ChatProtocol.Hub;

/// <summary>A request that needs an id for a new room.</summary>
internal readonly record struct WaitingForId(IAsker Asker, ulong Id, Action GoOn);

/// <summary>The ids of rooms to come. None is given before its reservation is durable, or a crash could have it given again (CP-ROM-002).</summary>
internal sealed class RoomIds
{
    /// <summary>Ids reserved at once: a room that never gets an entry is not stored, yet its id is not given again (CP-ROM-002).</summary>
    private const ulong Reserve = 1000;

    private readonly GroupCommit _groupCommit;
    private readonly Queue<WaitingForId> _waiting = new();
    private ulong _next;
    private ulong _reserved;

    /// <summary>Ids below this are stored as possibly given.</summary>
    private ulong _stored;

    /// <param name="groupCommit">Makes reservations durable.</param>
    /// <param name="next">The first id that was never given.</param>
    public RoomIds(GroupCommit groupCommit, ulong next)
    {
        _groupCommit = groupCommit;
        _next = _stored = next;
        // Reserved at once, for nobody may be told an id that another start would give again.
        SetAside();
    }

    /// <summary>Whether there is an id for one more room.</summary>
    public bool HasOne => _next < _stored;

    /// <summary>Whether a room may have this id; false for one that is still to come.</summary>
    public bool MayBeGiven(ulong id) => id > 0 && id < _next;

    public ulong Take()
    {
        // Reserved long before the ids are used up, so that the new bound is on the disk by then.
        if (_next + Reserve / 2 > _reserved)
            SetAside();
        return _next++;
    }

    /// <summary>
    /// More rooms are requested at once than ids were reserved: the request continues when the next reservation is durable, which
    /// is under way (CP-TRA-013).
    /// </summary>
    public void Await(IAsker asker, ulong id, Action goOn) => _waiting.Enqueue(new WaitingForId(asker, id, goOn));

    /// <summary>Ids up to one are given to no room to come.</summary>
    public void SkipThrough(ulong last)
    {
        if (last < _next)
            return;
        _next = last + 1;
        SetAside();
    }

    private void SetAside()
    {
        var below = _reserved = _next + Reserve;
        _groupCommit.Open.Add(new LogChange.ReserveRooms(below), new CommitCallbacks(() => AreSetAside(below), AreNotSetAside) { IsAwaited = false });
    }

    /// <summary>A reservation is durable. No more requests continue than there are ids, so that this is never long.</summary>
    private void AreSetAside(ulong below)
    {
        _stored = below;
        while (HasOne && _waiting.TryDequeue(out var waiting))
            if (waiting.Asker.IsReachable)
                waiting.GoOn();
    }

    /// <summary>The log cannot be written: requests that wait for an id are refused, and the next batch reserves again.</summary>
    private void AreNotSetAside()
    {
        while (_waiting.TryDequeue(out var waiting))
            waiting.Asker.RefuseUnstored(waiting.Id);
        SetAside();
    }
}

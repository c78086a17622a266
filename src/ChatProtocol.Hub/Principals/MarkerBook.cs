namespace ChatProtocol.Hub;

/// <summary>
/// The read markers of the principals in memory. They are stored within a second, many with one commit, so that marking costs none of its own
/// (CP-MRK-007). A principal that cannot come back has its markers for as long as it is here.
/// </summary>
internal sealed class MarkerBook(HubClock clock, HubStatus status, StepCounter steps, GroupCommit groupCommit)
{
    /// <summary>The most markers of one principal: the one that was moved longest ago makes room for another (CP-MRK-009).</summary>
    public const int MaxForEach = 1000;

    /// <summary>Markers in one batch: some milliseconds of the log's writer.</summary>
    private const int MaxStoredAtOnce = 256;

    /// <summary>How long a marker waits to be stored, and how long the next ones wait where there are more, in milliseconds.</summary>
    private const long Delay = 500;
    private const long NextDelay = 20;

    private readonly Queue<(Principal Principal, ReadMarker Marker)> _unstored = new();
    private long _storeAt;

    /// <summary>When markers are to be stored, on the monotonic clock; null if there are none.</summary>
    public long? NextDue => _unstored.Count == 0 ? null : status.IsDraining ? clock.Ticks : _storeAt;

    /// <summary>Whether every marker is stored, or in the open batch.</summary>
    public bool IsIdle => _unstored.Count == 0;

    /// <summary>How far a principal has read in a room; 0 if it has not said so.</summary>
    public static ulong Find(Principal principal, RoomRecord room) => principal.Markers?.Find(room.Id)?.SeqIn(room) ?? 0;

    /// <summary>Moves a marker up; false if it is there already, or above.</summary>
    public bool TryMove(Principal principal, RoomRecord room, ulong seq)
    {
        if (seq <= Find(principal, room))
            return false;
        var markers = principal.Markers ??= new IdMap<ReadMarker>();
        if (markers.Find(room.Id) is not { } marker)
        {
            MakeRoom(principal, markers);
            markers.Set(room.Id, marker = new ReadMarker(room.Id));
        }
        marker.Move(room, seq, clock.Now);
        Keep(principal, marker);
        return true;
    }

    /// <summary>Adds some of the markers that have moved to the open batch, where they are due.</summary>
    public void Store()
    {
        if (!(NextDue <= clock.Ticks))
            return;
        var (batch, stored) = (groupCommit.Open, new List<(Principal Principal, ReadMarker Marker)>());
        for (var i = 0; i < MaxStoredAtOnce && _unstored.TryDequeue(out var next); i++)
        {
            var (principal, marker) = next;
            marker.IsUnstored = false;
            principal.Needed--;
            if (marker.IsGone)
                continue;
            principal.ChangedBy = batch.Number;
            batch.Add(new LogChange.KeepMarker(marker.ToRecord(principal.Id)));
            stored.Add(next);
        }
        steps.Add(stored.Count);
        batch.Notify(new CommitCallbacks(() => { }, () => KeepAgain(stored)) { IsAwaited = false });
        _storeAt = clock.Ticks + NextDelay;
    }

    /// <summary>A room was removed: no marker of it is stored any more. Those of principals in memory lead nowhere.</summary>
    public void Forget(ulong room)
    {
        steps.Add(_unstored.Count / StepCounter.LookUps);
        foreach (var (_, marker) in _unstored)
            marker.IsGone |= marker.Room == room;
    }

    private void Keep(Principal principal, ReadMarker marker)
    {
        if (marker.IsUnstored || principal.IsBuiltIn || principal.HasNoKey)
            return;
        if (_unstored.Count == 0)
            _storeAt = Math.Max(_storeAt, clock.Ticks + Delay);
        marker.IsUnstored = true;
        principal.Needed++;
        _unstored.Enqueue((principal, marker));
    }

    /// <summary>A batch was lost. A server that is about to stop has tried.</summary>
    private void KeepAgain(List<(Principal Principal, ReadMarker Marker)> lost)
    {
        foreach (var (principal, marker) in lost)
            if (!marker.IsGone && !status.IsDraining)
                Keep(principal, marker);
    }

    private void MakeRoom(Principal principal, IdMap<ReadMarker> markers)
    {
        if (markers.Count < MaxForEach)
            return;
        steps.Add(markers.Count / StepCounter.LookUps);
        var oldest = markers.After(0).MinBy(marker => marker.Moved)!;
        oldest.IsGone = true;
        markers.Remove(oldest.Room);
        if (principal.IsBuiltIn || principal.HasNoKey)
            return;
        principal.ChangedBy = groupCommit.Open.Number;
        groupCommit.Open.Add(new LogChange.EndMarker(principal.Id, oldest.Room));
    }
}

namespace ChatProtocol.Hub;

/// <summary>
/// Forgets publishers unused for 30 days, and principals that hold no name and have left nothing behind (CP-SES-008,
/// CP-DEL-010). Runs at intervals by the hub's time of day, over a page of the stored principals at a time, most of which are not
/// in memory and do not get there by it.
/// </summary>
internal sealed class Forgetting(HubState hub)
{
    /// <summary>
    /// How much too early the recorded time of a principal's last presence may be, in milliseconds, if the server was killed since.
    /// </summary>
    private const long Uncertainty = 2 * 3_600_000;

    private const int PageSize = 200;

    private readonly long _interval = (long)hub.Options.Times.ForgettingInterval.TotalMilliseconds;

    private readonly long _absence = (long)hub.Options.Times.PublisherKept.TotalMilliseconds;
    private long? _last;
    private bool _isForgetting;

    public void Look()
    {
        if (hub.IsTimeDoubted || _isForgetting || hub.Ticks < _last + _interval)
            return;
        _last = hub.Ticks;
        _isForgetting = true;
        hub.SlowWork.Begin(hub.Publishers.Forget(hub.Now, () => hub.Commits.Open));
        hub.SlowWork.Begin(SeePresent());
    }

    private IEnumerable<bool> SeePresent()
    {
        foreach (var principal in hub.Principals.After(0))
        {
            if (principal.IsPresent)
                Principals.IsSeen(principal, hub.Now, hub.Commits.Open);
            yield return true;
        }
        // An earlier database gives no pages before it is indexed.
        if (hub.Residency.IsWhole)
            _isForgetting = false;
        else
            LookBehind(0);
    }

    private void LookBehind(ulong principal)
    {
        var mark = hub.Residency.Mark;
        hub.Residency.Ask(new DirectoryQuery.PrincipalsBehind(principal, PageSize), found =>
        {
            if (found is null || hub.Draining is not null)
            {
                _isForgetting = false;
                return;
            }
            hub.Steps.Add(found.Principals.Count);
            var page = new Page(found, mark);
            var rooms = found.Principals.Where(one => IsIdle(one, page)).SelectMany(RoomsOf).Distinct().ToList();
            if (rooms.Count == 0)
                Look(page, []);
            else
                hub.Residency.Ask(new DirectoryQuery.RoomsById(rooms), extents => Look(page, extents?.Rooms));
        });
    }

    /// <summary>Looks at a page, once it is known how far the entries of its principals' rooms go.</summary>
    private void Look(Page page, IReadOnlyList<RoomRecord>? rooms)
    {
        var extents = (rooms ?? []).ToDictionary(room => room.Id);
        foreach (var principal in rooms is null ? [] : page.Found.Principals)
            if (IsIdle(principal, page))
                Look(principal, page, extents);
        if (rooms is null || page.Found.Principals.Count < PageSize)
            _isForgetting = false;
        else
            LookBehind(page.Found.Principals[^1].Id);
    }

    private void Look(PrincipalRecord principal, Page page, Dictionary<ulong, RoomRecord> rooms)
    {
        var isUsed = EndUnused(principal, page);
        var entries = EntryMarks.Read(principal.Entries, principal.FirstEntry);
        if (entries.TrySettle(room => HeadOf(room, rooms)))
            hub.Commits.Open.Add(new LogChange.KeepPrincipal(principal with { Entries = entries.ToBytes(areFinal: true) }));
        // A principal without entries is forgotten once its name is not held any more; one with entries, once all have expired and it
        // was absent for long.
        if (!isUsed && MayEnd(principal) && (entries.IsNone || IsLongAbsent(principal) && entries.AreExpired(room => OldestOf(room, rooms))))
            hub.Principals.End(principal.Id);
    }

    /// <summary>Ends the publishers that were unused for too long; true if others are left.</summary>
    private bool EndUnused(PrincipalRecord principal, Page page)
    {
        var isUsed = hub.Publishers.HasSome(principal.Id);
        foreach (var use in isUsed ? [] : page.Uses[principal.Id])
            if (IsUnused(use))
                hub.Publishers.End(PublisherKey.Of(use.Principal, use.Id), hub.Commits.Open);
            else
                isUsed = true;
        return isUsed;
    }

    /// <summary>
    /// Whether there may be something to forget of a principal, and the page still says the truth of it. Then it is not in memory
    /// from here on.
    /// </summary>
    private bool IsIdle(PrincipalRecord principal, Page page) => MayHaveSome(principal, page) && !hub.Principals.IsEnding(principal.Id)
        && (hub.Principals.Find(principal.Id) is not { } resident || resident.Wanted <= page.Mark && hub.Principals.TryEvict(resident));

    private bool MayHaveSome(PrincipalRecord principal, Page page) =>
        MayEnd(principal) && (principal.FirstEntry == 0 || IsLongAbsent(principal))
        || EntryMarks.Read(principal.Entries, principal.FirstEntry).AreUnsettled
        || page.Uses[principal.Id].Any(IsUnused);

    private bool MayEnd(PrincipalRecord principal) =>
        principal is { CreatedRooms: 0, IsReferredTo: false } && !hub.Principals.IsHeld(principal, hub.Now - Uncertainty);

    private bool IsUnused(PublisherUse use) => use.LastUsed < hub.Now - _absence;

    private IReadOnlyList<ulong> RoomsOf(PrincipalRecord principal)
    {
        var entries = EntryMarks.Read(principal.Entries, principal.FirstEntry);
        return entries.AreUnsettled || IsLongAbsent(principal) ? entries.Rooms : [];
    }

    private bool IsLongAbsent(PrincipalRecord principal) => hub.Now - principal.LastSeen >= _absence;

    private ulong? OldestOf(ulong room, Dictionary<ulong, RoomRecord> rooms) =>
        hub.Rooms.Find(room)?.Oldest ?? rooms.GetValueOrDefault(room)?.Oldest;

    private ulong HeadOf(ulong room, Dictionary<ulong, RoomRecord> rooms) =>
        hub.Rooms.Find(room)?.Assigned ?? rooms.GetValueOrDefault(room)?.Head ?? 0;

    /// <summary>Principals as the log found them, and the mark of that time.</summary>
    private sealed record Page(DirectoryFound Found, long Mark)
    {
        public ILookup<ulong, PublisherUse> Uses { get; } = Found.Uses.ToLookup(use => use.Principal);
    }
}

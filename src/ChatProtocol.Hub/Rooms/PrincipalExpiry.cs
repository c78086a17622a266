namespace ChatProtocol.Hub;

/// <summary>
/// Forgets publishers unused for 30 days, and principals that hold no name and have left nothing behind (CP-SES-008,
/// CP-DEL-010). Runs at intervals by the hub's time of day, over a page of the stored principals at a time, most of which are not
/// in memory and do not get there by it.
/// </summary>
internal sealed class PrincipalExpiry(
    HubOptions options, HubClock clock, HubStatus status, StepCounter steps, SlowWork slowWork, GroupCommit groupCommit, DirectoryLookups lookups,
    Publishers publishers, Principals principals, RoomDirectory rooms)
{
    /// <summary>
    /// How much too early the recorded time of a principal's last presence may be, in milliseconds, if the server was killed since.
    /// </summary>
    private const long Uncertainty = 2 * 3_600_000;

    private const int PageSize = 200;

    private readonly long _interval = (long)options.Times.ForgettingInterval.TotalMilliseconds;

    private readonly long _absence = (long)options.Times.PublisherKept.TotalMilliseconds;
    private long? _last;
    private bool _isForgetting;

    public void Look()
    {
        if (clock.IsDoubted || _isForgetting || clock.Ticks < _last + _interval)
            return;
        _last = clock.Ticks;
        _isForgetting = true;
        slowWork.Begin(publishers.Forget(clock.Now, () => groupCommit.Open));
        slowWork.Begin(SeePresent());
    }

    private IEnumerable<bool> SeePresent()
    {
        foreach (var principal in principals.After(0))
        {
            if (principal.IsPresent)
                Principals.IsSeen(principal, clock.Now, groupCommit.Open);
            yield return true;
        }
        // An earlier database gives no pages before it is indexed.
        if (lookups.IsWhole)
            _isForgetting = false;
        else
            LookBehind(0);
    }

    private void LookBehind(ulong principal)
    {
        var mark = lookups.Mark;
        lookups.Ask(new DirectoryQuery.PrincipalsBehind(principal, PageSize), found =>
        {
            if (found is null || status.IsDraining)
            {
                _isForgetting = false;
                return;
            }
            steps.Add(found.Principals.Count);
            var page = new Page(found, mark);
            var wanted = found.Principals.Where(one => IsIdle(one, page)).SelectMany(RoomsOf).Distinct().ToList();
            if (wanted.Count == 0)
                Look(page, []);
            else
                lookups.Ask(new DirectoryQuery.RoomsById(wanted), extents => Look(page, extents?.Rooms));
        });
    }

    /// <summary>Looks at a page, once it is known how far the entries of its principals' rooms go.</summary>
    private void Look(Page page, IReadOnlyList<RoomRecord>? stored)
    {
        var extents = (stored ?? []).ToDictionary(room => room.Id);
        foreach (var principal in stored is null ? [] : page.Found.Principals)
            if (IsIdle(principal, page))
                Look(principal, page, extents);
        if (stored is null || page.Found.Principals.Count < PageSize)
            _isForgetting = false;
        else
            LookBehind(page.Found.Principals[^1].Id);
    }

    private void Look(PrincipalRecord principal, Page page, Dictionary<ulong, RoomRecord> extents)
    {
        var isUsed = EndUnused(principal, page);
        var entries = LastEntries.Read(principal.Entries, principal.FirstEntry);
        if (entries.TrySettle(room => HeadOf(room, extents)))
            groupCommit.Open.Add(new LogChange.KeepPrincipal(principal with { Entries = entries.ToBytes(areFinal: true) }));
        // A principal without entries is forgotten once its name is not held any more; one with entries, once all have expired and it
        // was absent for long.
        if (!isUsed && MayEnd(principal) && (entries.IsNone || IsLongAbsent(principal) && entries.AreExpired(room => OldestOf(room, extents))))
            principals.End(principal.Id);
    }

    /// <summary>Ends the publishers that were unused for too long; true if others are left.</summary>
    private bool EndUnused(PrincipalRecord principal, Page page)
    {
        var isUsed = publishers.HasSome(principal.Id);
        foreach (var use in isUsed ? [] : page.Uses[principal.Id])
            if (IsUnused(use))
                publishers.End(PublisherKey.Of(use.Principal, use.Id), groupCommit.Open);
            else
                isUsed = true;
        return isUsed;
    }

    /// <summary>
    /// Whether there may be something to forget of a principal, and the page still says the truth of it. Then it is not in memory
    /// from here on.
    /// </summary>
    private bool IsIdle(PrincipalRecord principal, Page page) => MayHaveSome(principal, page) && !principals.IsEnding(principal.Id)
        && (principals.Find(principal.Id) is not { } resident || resident.Wanted <= page.Mark && principals.TryEvict(resident));

    private bool MayHaveSome(PrincipalRecord principal, Page page) =>
        MayEnd(principal) && (principal.FirstEntry == 0 || IsLongAbsent(principal))
        || LastEntries.Read(principal.Entries, principal.FirstEntry).AreUnsettled
        || page.Uses[principal.Id].Any(IsUnused);

    private bool MayEnd(PrincipalRecord principal) =>
        principal is { CreatedRooms: 0, IsReferredTo: false } && !principals.IsHeld(principal, clock.Now - Uncertainty);

    private bool IsUnused(PublisherUse use) => use.LastUsed < clock.Now - _absence;

    private IReadOnlyList<ulong> RoomsOf(PrincipalRecord principal)
    {
        var entries = LastEntries.Read(principal.Entries, principal.FirstEntry);
        return entries.AreUnsettled || IsLongAbsent(principal) ? entries.Rooms : [];
    }

    private bool IsLongAbsent(PrincipalRecord principal) => clock.Now - principal.LastSeen >= _absence;

    private ulong? OldestOf(ulong room, Dictionary<ulong, RoomRecord> extents) =>
        rooms.Find(room)?.Oldest ?? extents.GetValueOrDefault(room)?.Oldest;

    private ulong HeadOf(ulong room, Dictionary<ulong, RoomRecord> extents) =>
        rooms.Find(room)?.Assigned ?? extents.GetValueOrDefault(room)?.Head ?? 0;

    /// <summary>Principals as the log found them, and the mark of that time.</summary>
    private sealed record Page(DirectoryResult Found, long Mark)
    {
        public ILookup<ulong, PublisherUse> Uses { get; } = Found.Uses.ToLookup(use => use.Principal);
    }
}

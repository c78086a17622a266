namespace ChatProtocol.Hub;

/// <summary>
/// The roles and restrictions in a room, as the open batch leaves them: what is asked next is judged by them, and where that batch is
/// lost they fall back, with all that was built on them.
/// </summary>
internal sealed class RoomStandings
{
    /// <summary>The most principals with a role or a restriction in a room (CP-ROL-011).</summary>
    public const int Max = 1000;

    private readonly IdMap<RoomStanding> _byPrincipal = new();
    private readonly Dictionary<ulong, long> _changedBy = [];
    private readonly ulong? _creator;

    /// <summary>Takes those that are stored.</summary>
    /// <param name="record">The room.</param>
    public RoomStandings(RoomRecord record)
    {
        _creator = record.Kind == RoomKind.Private || record.Creator < PrincipalIds.FirstGuest ? null : record.Creator;
        foreach (var standing in record.Standings)
            _byPrincipal.Set(standing.Principal, standing);
    }

    public int Count => _byPrincipal.Count;

    /// <summary>The standing of a principal; null if it was never given a role or a restriction.</summary>
    public RoomStanding? Find(ulong principal) => _byPrincipal.Count == 0 ? null : _byPrincipal.Find(principal);

    /// <summary>The role of a principal; the creator of the room is its owner until it is given another one.</summary>
    public RoomRole RoleOf(ulong principal) => Find(principal)?.Role ?? (principal == _creator ? RoomRole.Owner : RoomRole.None);

    public bool HasRole(ulong principal) => RoleOf(principal) != RoomRole.None;

    public RoomRestriction RestrictionOf(ulong principal, long now) => Find(principal)?.RestrictionAt(now) ?? RoomRestriction.None;

    /// <summary>The standings behind a principal, by ascending principal.</summary>
    public IEnumerable<RoomStanding> After(ulong principal) => _byPrincipal.After(principal);

    /// <summary>The number of the batch that a principal's standing was changed by last, since the room is in memory; 0 for none.</summary>
    public long ChangedBy(ulong principal) => _changedBy.GetValueOrDefault(principal);

    public void Set(RoomStanding standing, long batch)
    {
        _byPrincipal.Set(standing.Principal, standing);
        _changedBy[standing.Principal] = batch;
    }

    /// <summary>Takes a standing back, as it could not be stored.</summary>
    public void Restore(ulong principal, RoomStanding? before, long changedBy)
    {
        _changedBy[principal] = changedBy;
        if (before is null)
            _byPrincipal.Remove(principal);
        else
            _byPrincipal.Set(principal, before);
    }
}

using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>A room's settings and standings as the entries of its log tell them, one after another.</summary>
internal sealed class RoomFold(ulong creator)
{
    private readonly SortedDictionary<ulong, RoleChanged> _standings = [];

    public RoomSettings Settings { get; private set; } = RoomSettings.None;

    public IEnumerable<RoleChanged> Standings => _standings.Values;

    /// <summary>The principals with a role, by ascending id.</summary>
    public IEnumerable<ulong> Insiders => _standings.Keys.Append(creator).Where(one => RoleOf(one) != RoomRole.None).Distinct().Order();

    public RoomRole RoleOf(ulong principal) =>
        Find(principal)?.Role ?? (principal == creator && creator >= PrincipalIds.FirstGuest ? RoomRole.Owner : RoomRole.None);

    public RoleChanged? Find(ulong principal) => _standings.GetValueOrDefault(principal);

    /// <summary>The restriction that certainly holds for an entry of this time: the hub's own time is no later.</summary>
    public RoomRestriction RestrictionAt(ulong principal, ulong time) =>
        Find(principal) is { } standing && (standing.Until == 0 || time < standing.Until) ? standing.Restriction : RoomRestriction.None;

    public void Apply(Entry entry)
    {
        if (entry is RoleChanged role)
            _standings[role.Principal] = role;
        else if (entry is RoomChanged change)
            Settings = new RoomSettings(
                change.Title ?? Settings.Title, change.Topic ?? Settings.Topic, change.Moderated is { } moderated ? moderated == 1 : Settings.IsModerated,
                change.Archived is { } archived ? archived == 1 : Settings.IsArchived, change.Slow ?? Settings.Slow, change.EditFor ?? Settings.EditFor);
    }

    /// <summary>Whether a stored record says the same.</summary>
    public bool Equals(RoomRecord record) =>
        record.Settings == Settings && record.Standings.Count == _standings.Count
        && record.Standings.All(one => Find(one.Principal) is { } told && (told.Role, told.Restriction, told.Until) == (one.Role, one.Restriction, (ulong)one.Until)
            // A restriction that is over by the time of another change is told as none.
            || Find(one.Principal) is { Restriction: RoomRestriction.None } over && over.Role == one.Role && one.Until != 0 && (ulong)one.Until <= over.Time);
}

namespace ChatProtocol.Hub;

/// <summary>The role and the restriction of a principal in a room, as they are stored.</summary>
/// <param name="Principal">The principal.</param>
/// <param name="Name">The name that it had then.</param>
/// <param name="Role">Its role.</param>
/// <param name="Restriction">Its restriction, which may be over.</param>
/// <param name="Until">When the restriction ends, in milliseconds since 1970 UTC; 0 for never.</param>
/// <param name="Reason">Why it has the restriction; may be empty.</param>
/// <param name="By">The name of the principal that changed this last.</param>
/// <param name="Made">When that was, in milliseconds since 1970 UTC.</param>
public sealed record RoomStanding(
    ulong Principal, string Name, RoomRole Role, RoomRestriction Restriction, long Until, string Reason, string By, long Made)
{
    /// <summary>Whether the principal has a role.</summary>
    public bool HasRole => Role != RoomRole.None;

    /// <summary>The restriction as it holds at a time.</summary>
    /// <param name="now">Milliseconds since 1970 UTC.</param>
    public RoomRestriction RestrictionAt(long now) => Until != 0 && Until <= now ? RoomRestriction.None : Restriction;
}

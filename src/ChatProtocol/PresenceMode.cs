namespace ChatProtocol;

/// <summary>How much of a room's presence a session receives (CP-PRE-002).</summary>
public enum PresenceMode
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>The number of members only.</summary>
    Count = 1,
    /// <summary>The principals that came, left or were renamed, while the room is small.</summary>
    Full = 2,
}

namespace ChatProtocol;

/// <summary>How much of a room's coming and going a session wants to hear (CP-PRE-002).</summary>
public enum PresenceMode
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>How many are there.</summary>
    Count = 1,
    /// <summary>Who came, left or was renamed, as long as the room is small.</summary>
    Full = 2,
}

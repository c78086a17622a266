namespace ChatProtocol;

/// <summary>The restriction of a principal in a room (<c>spec/16-room-roles.md</c>).</summary>
public enum RoomRestriction
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Posting, and changing anything.</summary>
    Muted = 1,
    /// <summary>Reading as well: it is not in the room.</summary>
    Banned = 2,
}

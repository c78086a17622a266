namespace ChatProtocol;

/// <summary>The role of a principal in a room; each may all that those before it may (<c>spec/16-room-roles.md</c>).</summary>
public enum RoomRole
{
    /// <summary>No role: what everybody may in a public room, nothing in one by invitation.</summary>
    None = 0,
    /// <summary>May read and post, in a moderated room too.</summary>
    Member = 1,
    /// <summary>May set the topic, give and take the role member, restrict principals, and erase.</summary>
    Moderator = 2,
    /// <summary>May change every setting and role, and remove the room.</summary>
    Owner = 3,
}

namespace ChatProtocol;

/// <summary>The kind of a room: who sees it, and how it is addressed.</summary>
public enum RoomKind
{
    /// <summary>Everybody may see the room; its address is its name.</summary>
    Public = 0,
    /// <summary>Only its two principals may see the room; its address is <c>@peer</c>, and each sees it under the other's name.</summary>
    Private = 1,
    /// <summary>Only those with a role in the room may see it; its address is its id in digits, and its name a title (CP-ROL-002).</summary>
    ByInvitation = 2,
}

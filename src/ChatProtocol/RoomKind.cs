namespace ChatProtocol;

/// <summary>Whether a room is public or private.</summary>
public enum RoomKind
{
    /// <summary>Everybody may see the room; its address is its name.</summary>
    Public = 0,
    /// <summary>Only its two principals may see the room; its address is <c>@peer</c>, and each sees it under the other's name.</summary>
    Private = 1,
}

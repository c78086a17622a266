namespace ChatProtocol;

/// <summary>Who may see a room.</summary>
public enum RoomKind
{
    /// <summary>Everybody; addressed by its name.</summary>
    Public = 0,
    /// <summary>Two principals; addressed as <c>@peer</c>, and shown to each under the other's name.</summary>
    Private = 1,
}

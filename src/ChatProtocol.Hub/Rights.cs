namespace ChatProtocol.Hub;

/// <summary>The one place that decides who may do what. Denied unless it is allowed here.</summary>
internal static class Rights
{
    /// <summary>Whether a role may make a request at all (CP-ADM-002).</summary>
    public static bool MayAsk(Role role, FrameCode request) => request switch
    {
        FrameCode.Join or FrameCode.Leave or FrameCode.Post or FrameCode.Open or FrameCode.History or FrameCode.Rooms
            or FrameCode.Members or FrameCode.Nick or FrameCode.Quit or FrameCode.Ping
            or FrameCode.Block or FrameCode.Unblock or FrameCode.Blocks => true,
        FrameCode.Sessions or FrameCode.Kick or FrameCode.Tell or FrameCode.Broadcast or FrameCode.Status
            or FrameCode.Shutdown or FrameCode.Backup or FrameCode.Verify or FrameCode.Erase or FrameCode.Retain
            or FrameCode.AcceptTime or FrameCode.RemoveRoom or FrameCode.Ban or FrameCode.Unban or FrameCode.Bans => role == Role.Admin,
        _ => false,
    };

    /// <summary>Whether a principal may know that a room exists; to others it is missing (CP-ROM-006).</summary>
    public static bool MaySee(Principal principal, Room room) =>
        !room.IsPrivate || principal == room.Low || principal == room.High;
}

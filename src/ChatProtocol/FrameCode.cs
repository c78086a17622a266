namespace ChatProtocol;

/// <summary>The first item of every frame's array. Odd codes may be ignored or refused by a peer that does not know them, even ones close the connection (CP-ENC-009).</summary>
public enum FrameCode
{
    /// <summary>Opens a session: versions, capabilities, program name.</summary>
    Hello = 2,
    /// <summary>Says who is speaking.</summary>
    Login = 4,
    /// <summary>Enters a room, from a cursor if one is given.</summary>
    Join = 6,
    /// <summary>Leaves a room.</summary>
    Leave = 8,
    /// <summary>Says something in a room.</summary>
    Post = 10,
    /// <summary>Asks for a room's id without entering it.</summary>
    Open = 12,
    /// <summary>Asks for a page of a room's past.</summary>
    History = 14,
    /// <summary>Asks for the rooms one may see.</summary>
    Rooms = 16,
    /// <summary>Asks who is in a room.</summary>
    Members = 18,
    /// <summary>Changes one's name.</summary>
    Nick = 20,
    /// <summary>Ends the session in good order.</summary>
    Quit = 22,
    /// <summary>Asks the other side for a sign of life.</summary>
    Ping = 24,
    /// <summary>Answers a ping.</summary>
    Pong = 26,
    /// <summary>Lists the connections (admin).</summary>
    Sessions = 32,
    /// <summary>Closes somebody's sessions (admin).</summary>
    Kick = 34,
    /// <summary>Sends one user a private message in the server's name (admin).</summary>
    Tell = 36,
    /// <summary>Says something to everybody in the server's name (admin).</summary>
    Broadcast = 38,
    /// <summary>Asks how the server is doing (admin).</summary>
    Status = 40,
    /// <summary>Ends the server (admin).</summary>
    Shutdown = 42,
    /// <summary>Copies everything stored to a file (admin).</summary>
    Backup = 44,
    /// <summary>Checks everything stored (admin).</summary>
    Verify = 46,
    /// <summary>Takes the text out of an entry (admin).</summary>
    Erase = 48,
    /// <summary>Changes or asks what a room keeps (admin).</summary>
    Retain = 50,
    /// <summary>Hears no more in private from somebody.</summary>
    Block = 52,
    /// <summary>Hears from somebody again.</summary>
    Unblock = 54,
    /// <summary>Asks whom one blocks.</summary>
    Blocks = 56,
    /// <summary>Lets somebody in no more (admin).</summary>
    Ban = 58,
    /// <summary>Takes back a ban (admin).</summary>
    Unban = 60,
    /// <summary>Lists the bans (admin).</summary>
    Bans = 62,
    /// <summary>Tells how much of a room was taken.</summary>
    Taken = 53,
    /// <summary>Answers hello.</summary>
    Welcome = 64,
    /// <summary>Somebody came to, left or was renamed in a room.</summary>
    Presence = 65,
    /// <summary>The request was carried out; there is nothing more to say.</summary>
    Ok = 66,
    /// <summary>The session fell behind in a room and is being fed.</summary>
    Lag = 67,
    /// <summary>The request was refused, or the connection is about to be closed.</summary>
    Error = 68,
    /// <summary>The server's own voice, outside of any room.</summary>
    Notice = 69,
    /// <summary>Answers login.</summary>
    LoggedIn = 70,
    /// <summary>A private room now delivers to this session.</summary>
    PrivateRoom = 71,
    /// <summary>Answers join and open.</summary>
    RoomInfo = 72,
    /// <summary>Entries of a room do not come.</summary>
    Gap = 73,
    /// <summary>Answers post once the entry is durable.</summary>
    Posted = 74,
    /// <summary>An entry has no text any more.</summary>
    Erased = 75,
    /// <summary>An entry of a room's log.</summary>
    Message = 76,
    /// <summary>Answers history; the entries follow directly.</summary>
    Page = 78,
    /// <summary>Answers rooms.</summary>
    RoomList = 80,
    /// <summary>Answers members.</summary>
    MemberList = 82,
    /// <summary>Answers sessions.</summary>
    SessionList = 84,
    /// <summary>Answers status.</summary>
    StatusReport = 86,
    /// <summary>The server ends the session.</summary>
    Bye = 88,
    /// <summary>Answers verify.</summary>
    Verified = 90,
    /// <summary>Answers retain.</summary>
    Retention = 92,
    /// <summary>Answers blocks.</summary>
    BlockList = 94,
    /// <summary>Answers bans and ban.</summary>
    BanList = 96,
    /// <summary>Removes a room with all that was said there (admin).</summary>
    RemoveRoom = 100,
    /// <summary>A room that this session had joined is no more.</summary>
    RoomRemoved = 105,
    /// <summary>Another session of the same principal has changed its name.</summary>
    Renamed = 103,
    /// <summary>Says that the time which the clock shows is right (admin).</summary>
    AcceptTime = 110,
}

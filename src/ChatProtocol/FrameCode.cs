namespace ChatProtocol;

/// <summary>
/// The first item of every frame's array. A peer ignores or refuses an odd code that it does not know; an unknown even code
/// closes the connection (CP-ENC-009).
/// </summary>
public enum FrameCode
{
    /// <summary>Opens a session: versions, capabilities, program name.</summary>
    Hello = 2,
    /// <summary>Identifies the client: its name and credential.</summary>
    Login = 4,
    /// <summary>Enters a room, from a cursor if one is given.</summary>
    Join = 6,
    /// <summary>Leaves a room.</summary>
    Leave = 8,
    /// <summary>Appends a message to a room.</summary>
    Post = 10,
    /// <summary>Asks for a room's id without entering it.</summary>
    Open = 12,
    /// <summary>Asks for a page of a room's past.</summary>
    History = 14,
    /// <summary>Lists the rooms that the client may see.</summary>
    Rooms = 16,
    /// <summary>Lists the members of a room.</summary>
    Members = 18,
    /// <summary>Changes the client's name.</summary>
    Nick = 20,
    /// <summary>Ends the session in good order.</summary>
    Quit = 22,
    /// <summary>Asks the other side for a sign of life.</summary>
    Ping = 24,
    /// <summary>Answers a ping.</summary>
    Pong = 26,
    /// <summary>Lists the connections (admin).</summary>
    Sessions = 32,
    /// <summary>Closes a session, or all sessions of a user (admin).</summary>
    Kick = 34,
    /// <summary>Sends one user a private message in the server's name (admin).</summary>
    Tell = 36,
    /// <summary>Sends everybody a message in the server's name (admin).</summary>
    Broadcast = 38,
    /// <summary>Asks for the server's state (admin).</summary>
    Status = 40,
    /// <summary>Shuts the server down (admin).</summary>
    Shutdown = 42,
    /// <summary>Copies all stored data to a file (admin).</summary>
    Backup = 44,
    /// <summary>Checks all stored entries (admin).</summary>
    Verify = 46,
    /// <summary>Erases the text of an entry (admin).</summary>
    Erase = 48,
    /// <summary>Changes or reads a room's retention limits (admin).</summary>
    Retain = 50,
    /// <summary>Blocks a user's private messages.</summary>
    Block = 52,
    /// <summary>Unblocks a user.</summary>
    Unblock = 54,
    /// <summary>Lists the principals that the client blocks.</summary>
    Blocks = 56,
    /// <summary>Bans a user or an address (admin).</summary>
    Ban = 58,
    /// <summary>Lifts a ban (admin).</summary>
    Unban = 60,
    /// <summary>Lists the bans (admin).</summary>
    Bans = 62,
    /// <summary>Says how many bytes of a room's entries the client has taken.</summary>
    Taken = 53,
    /// <summary>Answers hello.</summary>
    Welcome = 64,
    /// <summary>Users came to a room, left it or were renamed.</summary>
    Presence = 65,
    /// <summary>The request was carried out; the reply holds nothing else.</summary>
    Ok = 66,
    /// <summary>The session is behind in a room and is being fed from the log.</summary>
    Lag = 67,
    /// <summary>The request was refused, or the connection is about to be closed.</summary>
    Error = 68,
    /// <summary>A message from the server, outside of any room.</summary>
    Notice = 69,
    /// <summary>Answers login.</summary>
    LoggedIn = 70,
    /// <summary>A private room now delivers to this session.</summary>
    PrivateRoom = 71,
    /// <summary>Answers join and open.</summary>
    RoomInfo = 72,
    /// <summary>Entries of a room are missing.</summary>
    Gap = 73,
    /// <summary>Answers post once the entry is durable.</summary>
    Posted = 74,
    /// <summary>The text of an entry was erased.</summary>
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
    /// <summary>Removes a room and all its entries (admin).</summary>
    RemoveRoom = 100,
    /// <summary>A room that this session had joined was removed.</summary>
    RoomRemoved = 105,
    /// <summary>Another session of the same principal has changed the principal's name.</summary>
    Renamed = 103,
    /// <summary>Confirms that the clock's time is right (admin).</summary>
    AcceptTime = 110,
}

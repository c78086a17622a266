namespace ChatProtocol.Hub;

/// <summary>The permissions of a principal, as a set: a permission that is not in it is denied.</summary>
[Flags]
internal enum Permissions
{
    None = 0,

    /// <summary>To read a room and to be in it.</summary>
    See = 1 << 0,

    /// <summary>To post.</summary>
    Speak = 1 << 1,

    /// <summary>To change one's name.</summary>
    Rename = 1 << 2,

    /// <summary>To block principals, so that their private messages are not delivered.</summary>
    Block = 1 << 3,

    /// <summary>To see the sessions with their addresses, and the server's status.</summary>
    Observe = 1 << 4,

    /// <summary>To end sessions, ban principals and addresses, and erase entries.</summary>
    Moderate = 1 << 5,

    /// <summary>To post in the server's name.</summary>
    Announce = 1 << 6,

    /// <summary>To set retention, verify the log, and stop the server.</summary>
    Operate = 1 << 7,

    /// <summary>To store changes while the disk is almost full.</summary>
    UseReserve = 1 << 8,

    /// <summary>Not to be blocked, banned, renamed or written to in private by anybody: the server's own principals.</summary>
    Immune = 1 << 9,

    /// <summary>To learn that a room exists, and its id.</summary>
    Find = 1 << 10,

    /// <summary>To see and change one's own account, with its tokens and invitations.</summary>
    OwnAccount = 1 << 11,

    /// <summary>To see and change the accounts of those below.</summary>
    ManageAccounts = 1 << 12,

    /// <summary>To see accounts and their tokens, and to revoke these.</summary>
    SeeAccounts = 1 << 13,

    /// <summary>To name paths of the server's machine.</summary>
    UsePaths = 1 << 14,

    /// <summary>To see one's own sessions, and end them.</summary>
    OwnSessions = 1 << 15,

    /// <summary>In a room: to set its topic, mute and ban principals there, give and take the role member, and erase.</summary>
    ModerateRoom = 1 << 16,

    /// <summary>In a room: to change every setting and role, its retention, and to remove it.</summary>
    OwnRoom = 1 << 17,

    /// <summary>To create rooms.</summary>
    CreateRoom = 1 << 18,

    /// <summary>To read the audit log.</summary>
    Audit = 1 << 19,

    /// <summary>To report entries to the moderators of the server.</summary>
    Report = 1 << 20,

    /// <summary>To read what others write in a trace of their sessions, private rooms included.</summary>
    ReadTraffic = 1 << 21,
}

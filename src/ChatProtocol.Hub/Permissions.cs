namespace ChatProtocol.Hub;

/// <summary>What somebody is allowed, as a set: what is not in it is denied.</summary>
[Flags]
internal enum Permissions
{
    None = 0,

    /// <summary>To know that a room exists, to read it and to be in it.</summary>
    See = 1 << 0,

    /// <summary>To say something.</summary>
    Speak = 1 << 1,

    /// <summary>To have another name.</summary>
    Rename = 1 << 2,

    /// <summary>To hear no more in private from somebody.</summary>
    Block = 1 << 3,

    /// <summary>To know who is connected from where, and how the server is doing.</summary>
    Observe = 1 << 4,

    /// <summary>To end sessions, let somebody in no more, and take away what was said.</summary>
    Moderate = 1 << 5,

    /// <summary>To speak in the server's name.</summary>
    Announce = 1 << 6,

    /// <summary>To say what is kept, copied and checked, and when the server ends.</summary>
    Operate = 1 << 7,

    /// <summary>To store something while the disk is almost full.</summary>
    UseReserve = 1 << 8,

    /// <summary>Not to be blocked, banned, renamed or written to in private by anybody: the server's own.</summary>
    Immune = 1 << 9,
}

namespace ChatProtocol;

/// <summary>
/// Why a request was refused or a connection closed. The hundreds are the class: 100 protocol, 200 authentication,
/// 300 permission or object, 400 limits, 500 server, 600 log position. What each means, whether it may be retried and
/// whether it closes the connection stands in <c>spec/registry/errors.json</c>.
/// </summary>
public enum ErrorCode
{
    /// <summary>The bytes are no frame, or break the encoding profile. Closes.</summary>
    Malformed = 100,
    /// <summary>The frame is longer than the limit told. Closes.</summary>
    FrameTooLong = 101,
    /// <summary>The frame's code is unknown or not for this direction. Closes when the code is even.</summary>
    UnknownCode = 102,
    /// <summary>The request is not allowed in this state of the session. Closes before login.</summary>
    WrongState = 103,
    /// <summary>No common major version. Closes.</summary>
    UnsupportedVersion = 104,
    /// <summary>Hello and login did not come in time. Closes.</summary>
    HelloTimeout = 105,
    /// <summary>A field's value is outside of what the request allows.</summary>
    InvalidValue = 106,
    /// <summary>A frame that had begun did not end in time. Closes.</summary>
    FrameTimeout = 107,
    /// <summary>The credential's kind is unknown or not accepted on this connection.</summary>
    BadCredential = 200,
    /// <summary>Another key holds the name, or the name looks like that of somebody who is there.</summary>
    NameTaken = 201,
    /// <summary>The name breaks the rules for names, or looks like one that is reserved or another room's.</summary>
    BadName = 202,
    /// <summary>An admin has banned the key or the address. Closes.</summary>
    Banned = 203,
    /// <summary>The principal may not do this.</summary>
    Denied = 300,
    /// <summary>No such room, or none that this principal may see.</summary>
    NoSuchRoom = 301,
    /// <summary>Nobody of that name is there.</summary>
    NoSuchUser = 302,
    /// <summary>The session has not joined the room.</summary>
    NotJoined = 303,
    /// <summary>The session has joined the room already.</summary>
    AlreadyJoined = 304,
    /// <summary>No session has that number.</summary>
    NoSuchSession = 305,
    /// <summary>The room has no entry with that seq.</summary>
    NoSuchEntry = 306,
    /// <summary>The principal itself blocks the other one of this private room.</summary>
    Blocked = 307,
    /// <summary>No ban in force has that number, name or address.</summary>
    NoSuchBan = 308,
    /// <summary>The text is longer than the limit told.</summary>
    TextTooLong = 400,
    /// <summary>The text is empty.</summary>
    TextEmpty = 401,
    /// <summary>The session has joined, or the principal has created, as many rooms as it may.</summary>
    TooManyRooms = 402,
    /// <summary>The server has as many connections as it takes. Closes.</summary>
    TooManyConnections = 403,
    /// <summary>More than the bounds of the address or of the principal leave room for just now.</summary>
    RateLimited = 404,
    /// <summary>There are as many of these as there may be; the limit is told.</summary>
    TooMany = 405,
    /// <summary>The server failed in a way it did not expect.</summary>
    Internal = 500,
    /// <summary>The log could not be written; nothing was stored. Send it again.</summary>
    LogUnavailable = 501,
    /// <summary>The server is about to stop. Send it again after it is back.</summary>
    ShuttingDown = 502,
    /// <summary>The post's counter skips ahead; the expected one is told.</summary>
    OutOfOrder = 600,
    /// <summary>The post's counter was used for another text.</summary>
    CounterConflict = 601,
    /// <summary>A newer connection uses the publisher id.</summary>
    PublisherFenced = 602,
    /// <summary>The server does not know the publisher's counter any more.</summary>
    PublisherForgotten = 603,
    /// <summary>The cursor lies beyond the room's head.</summary>
    CursorAhead = 604,
    /// <summary>The cursor's epoch is over; the last seq that is still valid is told.</summary>
    EpochChanged = 605,
}

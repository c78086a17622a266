namespace ChatProtocol;

/// <summary>
/// Why a request was refused or a connection closed. The hundreds are the class: 100 protocol, 200 authentication,
/// 300 permission or object, 400 limits, 500 server, 600 log position. The meaning of each code, whether the request may be
/// retried and whether the connection closes stand in <c>spec/registry/errors.json</c>.
/// </summary>
public enum ErrorCode
{
    /// <summary>The bytes are no frame, or break the encoding profile. Closes the connection, as does every code marked "Closes".</summary>
    Malformed = 100,
    /// <summary>The frame is longer than the limit <c>frame</c>. Closes.</summary>
    FrameTooLong = 101,
    /// <summary>The frame's code is unknown or not for this direction. Closes when the code is even.</summary>
    UnknownCode = 102,
    /// <summary>The request is not allowed in this state of the session. Closes before login.</summary>
    WrongState = 103,
    /// <summary>No common major version. Closes.</summary>
    UnsupportedVersion = 104,
    /// <summary>Hello and login did not arrive in time. Closes.</summary>
    HelloTimeout = 105,
    /// <summary>A field's value is outside the range that the request allows.</summary>
    InvalidValue = 106,
    /// <summary>A frame was begun and not completed in time. Closes.</summary>
    FrameTimeout = 107,
    /// <summary>The credential's kind is unknown or not accepted on this connection.</summary>
    BadCredential = 200,
    /// <summary>Another key holds the name, or the name looks like that of a user who is present.</summary>
    NameTaken = 201,
    /// <summary>The name breaks the rules for names, or looks like a reserved name or another room's name.</summary>
    BadName = 202,
    /// <summary>An admin has banned the key or the address. Closes.</summary>
    Banned = 203,
    /// <summary>A password or token came over a connection that is not encrypted.</summary>
    NeedsTls = 204,
    /// <summary>The name or the password is wrong, or the token is not valid.</summary>
    LoginFailed = 205,
    /// <summary>An admin has disabled the account.</summary>
    AccountDisabled = 206,
    /// <summary>No account can be made here without an invitation, or none at all.</summary>
    RegistrationClosed = 207,
    /// <summary>The invitation is unknown, used up or over.</summary>
    BadInvitation = 208,
    /// <summary>The principal may not do this.</summary>
    Denied = 300,
    /// <summary>No room has that name or id, or this principal may not see it.</summary>
    NoSuchRoom = 301,
    /// <summary>There is no user of that name.</summary>
    NoSuchUser = 302,
    /// <summary>The session has not joined the room.</summary>
    NotJoined = 303,
    /// <summary>The session has joined the room already.</summary>
    AlreadyJoined = 304,
    /// <summary>No session has that number.</summary>
    NoSuchSession = 305,
    /// <summary>The room has no entry with that seq.</summary>
    NoSuchEntry = 306,
    /// <summary>The principal itself blocks the other principal of this private room.</summary>
    Blocked = 307,
    /// <summary>No ban in force has that number, name or address.</summary>
    NoSuchBan = 308,
    /// <summary>The account has no token with that number.</summary>
    NoSuchToken = 309,
    /// <summary>There is no invitation with that number that the asker may see.</summary>
    NoSuchInvitation = 310,
    /// <summary>There is a public room of that name.</summary>
    RoomExists = 311,
    /// <summary>The principal is muted in the room, or the room is moderated and the principal has no role in it.</summary>
    Muted = 312,
    /// <summary>The room is archived: nothing is posted there.</summary>
    RoomArchived = 313,
    /// <summary>The principal is banned from the room.</summary>
    BannedFromRoom = 314,
    /// <summary>The text is longer than the limit <c>text</c>.</summary>
    TextTooLong = 400,
    /// <summary>The text is empty.</summary>
    TextEmpty = 401,
    /// <summary>The session has joined, or the principal has created, as many rooms as it may.</summary>
    TooManyRooms = 402,
    /// <summary>The server has as many connections as it takes. Closes.</summary>
    TooManyConnections = 403,
    /// <summary>The rate limit of the address or of the principal is exceeded for now.</summary>
    RateLimited = 404,
    /// <summary>The limit on the number of such objects is reached; the error's value is the limit.</summary>
    TooMany = 405,
    /// <summary>The server failed unexpectedly.</summary>
    Internal = 500,
    /// <summary>The log could not be written; nothing was stored. Retry the request.</summary>
    LogUnavailable = 501,
    /// <summary>The server is about to stop. Retry the request when it is back.</summary>
    ShuttingDown = 502,
    /// <summary>The post's counter skips ahead; the error's value is the expected counter.</summary>
    OutOfOrder = 600,
    /// <summary>The post's counter was used for another text.</summary>
    CounterConflict = 601,
    /// <summary>A newer connection uses the publisher id.</summary>
    PublisherFenced = 602,
    /// <summary>The server no longer knows the publisher's counter.</summary>
    PublisherForgotten = 603,
    /// <summary>The cursor lies beyond the room's head.</summary>
    CursorAhead = 604,
    /// <summary>The cursor's epoch is over; the error's value is the last seq that is still valid.</summary>
    EpochChanged = 605,
    /// <summary>The post's key was used for another text.</summary>
    KeyConflict = 606,
}

namespace ChatProtocol.Hub;

/// <summary>A row of the table of verbs: a request, the permissions that it needs, and its handler.</summary>
/// <param name="Code">The request's frame code.</param>
/// <param name="Name">The request's name, as the registry has it.</param>
/// <param name="Needs">The permissions that the asker needs; others are answered <c>denied</c> (CP-ADM-002).</param>
/// <param name="NeedsFor">The permissions that the asker needs for a request, where they depend on it; null where they do not.</param>
/// <param name="When">The states of a session in which the request is handled (CP-STA-001).</param>
/// <param name="Handle">Answers the request, now or later.</param>
/// <param name="MayBeLong">Whether the reply may be long, so that sessions take turns with it (<see cref="LongReplies"/>).</param>
/// <param name="Audit">
/// What the audit log says of the request; the function is null where it needs no more than a member may and is about nobody else, and gives
/// null for requests that are not recorded (CP-AUD-001).
/// </param>
/// <param name="Wants">The next query that has to be answered before the request is handled (<see cref="RequestNeeds"/>); null if all is known.</param>
internal sealed record Verb(
    int Code, string Name, Permissions Needs, Func<Session, Request, Permissions>? NeedsFor, VerbTime When, Action<Session, Request> Handle, bool MayBeLong, Func<Session, Request, DirectoryQuery?> Wants,
    Func<Session, Request, AuditSubject?>? Audit)
{
    /// <summary>The permissions that a role in the room of the request gives for it, in place of one on the server; none for other requests.</summary>
    public Permissions RoleInRoom { get; private init; }

    /// <summary>
    /// A row for a request that is answered at once, or when it is stored. Where it depends on the asker whether the audit log has it,
    /// <paramref name="reads"/> says so in place of <paramref name="audit"/>.
    /// </summary>
    public static Verb Of<T>(
        Permissions needed, Action<Session, T> handle, VerbTime when = VerbTime.Ready, Func<Session, T, DirectoryQuery?>? wants = null, Func<T, AuditSubject?>? audit = null,
        Func<Session, T, AuditSubject?>? reads = null)
        where T : Request, IKnownFrame => Make(needed, handle, when, wants, mayBeLong: false, reads ?? Of(audit));

    /// <summary>A row for a request whose reply may be long.</summary>
    public static Verb OfLong<T>(
        Permissions needed, Action<Session, T> handle, Func<Session, T, DirectoryQuery?>? wants = null, Func<T, AuditSubject?>? audit = null, Func<Session, T, AuditSubject?>? reads = null)
        where T : Request, IKnownFrame => Make(needed, handle, VerbTime.Ready, wants, mayBeLong: true, reads ?? Of(audit));

    /// <summary>
    /// A row for a request about one's own account, or about another one that it names, which takes another permission; <paramref name="mayToken"/>
    /// says which requests about its own account a token may make whatever its scopes.
    /// </summary>
    public static Verb OfAccount<T>(
        Permissions ofOthers, Func<Session, T, bool> isOfOthers, Action<Session, T> handle, Func<Session, T, AuditSubject?> audit, Func<Session, T, DirectoryQuery?>? wants = null, bool mayBeLong = false,
        Func<TokenRecord, T, bool>? mayToken = null)
        where T : Request, IKnownFrame => Make(Permissions.OwnAccount, handle, VerbTime.Ready, wants, mayBeLong, audit) with
        {
            NeedsFor = (session, request) => isOfOthers(session, (T)request) ? ofOthers
                : session.Token is { } token && mayToken?.Invoke(token, (T)request) == true ? Permissions.None : Permissions.OwnAccount,
        };

    /// <summary>
    /// A row for a request about a room, which takes a permission on the server or, in that room, one by its asker's role there: the handler looks at
    /// the role (<see cref="RoomAccess"/>), the row at what a token is good for.
    /// </summary>
    public static Verb InRoom<T>(Permissions onServer, Permissions inRoom, Action<Session, T> handle, Func<Session, T, DirectoryQuery?> wants, Func<T, AuditSubject?> audit)
        where T : Request, IKnownFrame => InRoom(onServer, inRoom, handle, wants, (_, request) => audit(request));

    /// <summary>The same where it depends on the asker whether the audit log has the request.</summary>
    public static Verb InRoom<T>(Permissions onServer, Permissions inRoom, Action<Session, T> handle, Func<Session, T, DirectoryQuery?> wants, Func<Session, T, AuditSubject?> audit)
        where T : Request, IKnownFrame => Make(Permissions.Find, handle, VerbTime.Ready, wants, mayBeLong: false, audit) with
        {
            RoleInRoom = inRoom,
            NeedsFor = (session, _) => Rights.ScopesInclude(session.Token, inRoom) ? Permissions.None : onServer,
        };

    private static Verb Make<T>(
        Permissions needed, Action<Session, T> handle, VerbTime when, Func<Session, T, DirectoryQuery?>? wants, bool mayBeLong, Func<Session, T, AuditSubject?>? audit)
        where T : Request, IKnownFrame => new(
            T.FrameCode, NameOf<T>(), needed, NeedsFor: null, when, (session, request) => handle(session, (T)request), mayBeLong,
            (session, request) => wants?.Invoke(session, (T)request), audit is null ? null : (session, request) => audit(session, (T)request));

    private static Func<Session, T, AuditSubject?>? Of<T>(Func<T, AuditSubject?>? audit) => audit is null ? null : (_, request) => audit(request);

    /// <summary>The registry's name of a request: that of its record, as remove-room is of RemoveRoom.</summary>
    private static string NameOf<T>() => string.Concat(typeof(T).Name.Select((letter, i) => !char.IsUpper(letter) ? $"{letter}" : i == 0 ? $"{char.ToLowerInvariant(letter)}" : $"-{char.ToLowerInvariant(letter)}"));
}

/// <summary>The states of a session in which a request is handled.</summary>
internal enum VerbTime
{
    /// <summary>Once the session is logged in, until the server drains.</summary>
    Ready,

    /// <summary>In the states that the handler itself checks; until the server drains.</summary>
    LoggingIn,

    /// <summary>Once hello is said, logged in or not, until the server drains.</summary>
    Greeted,

    /// <summary>Whenever the session is connected.</summary>
    Always,
}

namespace ChatProtocol.Hub;

/// <summary>
/// The needs of requests, which have to be known before a request is handled: the next query that the log has to answer, or null if all
/// is in memory. A row of the table of verbs names one of these.
/// </summary>
internal sealed class RequestNeeds(HubClock clock, DirectoryLookups lookups, Principals principals, RoomDirectory rooms, PostKeys keys, AmendmentBook amendments)
{
    /// <summary>A room by its id. One that is hidden from the asker is looked up as one that is not in memory, or the time of the answer would tell (CP-ROL-002).</summary>
    public DirectoryQuery? Room(Session session, ulong id) =>
        rooms.Knows(id) && (rooms.Find(id) is null || Sees(session, id)) ? null : Unless(new DirectoryQuery.Room(id));

    /// <summary>The room of a post; and whether its key was used, if it has one, in a room that is hidden from the asker as well (CP-KEY-003).</summary>
    public DirectoryQuery? Post(Session session, Post post) =>
        post.Key is null || post.Counter is not null ? Room(session, post.Room) : keys.Needs(keys.Of(session.Principal!, post), withRoom: Room(session, post.Room) is not null);

    /// <summary>A room by its id and then, if the asker sees it, a message there with what has become of it.</summary>
    public DirectoryQuery? Message(Session session, ulong id, ulong seq) =>
        Room(session, id) ?? (Sees(session, id) ? amendments.Needs(id, seq, session.Principal!) : null);

    /// <summary>A room by its id and then, if the asker sees it, another query about it, be that answered or not.</summary>
    public DirectoryQuery? InRoom(Session session, ulong id, DirectoryQuery query) => Room(session, id) ?? (Sees(session, id) ? query : null);

    /// <summary>The same as <see cref="Message"/> for an asker that may act in rooms which it does not see (<see cref="RoomAccess.FindFor"/>).</summary>
    public DirectoryQuery? AnyMessage(Session session, ulong id, ulong seq) =>
        rooms.Find(id) is not null ? amendments.Needs(id, seq, session.Principal!) : rooms.Knows(id) ? null : Unless(new DirectoryQuery.Room(id));

    /// <summary>
    /// Rooms by their ids. Those behind one that there is not are not looked up: an answer that finds nothing is good for one turn, and two of them
    /// would be asked for by turns without an end.
    /// </summary>
    public DirectoryQuery? Rooms(Session session, IEnumerable<ulong> ids) =>
        ids.Where(id => !Sees(session, id)).Select(id => Room(session, id)).FirstOrDefault();

    /// <summary>A room by its id and then, if the asker sees it, the principals that hold or last held a name.</summary>
    public DirectoryQuery? RoomAndName(Session session, ulong id, string name) =>
        Room(session, id) ?? (Sees(session, id) ? Name(name) : null);

    /// <summary>The same for an asker that may act in rooms which it does not see (<see cref="RoomAccess.FindFor"/>).</summary>
    public DirectoryQuery? AnyRoomAndName(ulong id, string name) =>
        rooms.Find(id) is not null ? Name(name) : rooms.Knows(id) ? null : Unless(new DirectoryQuery.Room(id));

    private bool Sees(Session session, ulong id) =>
        rooms.Find(id) is { } room && session.Principal is { } principal && !Rights.IsHidden(principal, room, session.Token);

    /// <summary>A room by its name, or the private room with the principal that an address names.</summary>
    public DirectoryQuery? Address(Session session, string address)
    {
        var (kind, name) = RoomAddress.Parse(address);
        if (kind == RoomKind.ByInvitation)
            return RoomAddress.TryParseId(name, out var id) ? Room(session, id) : null;
        if (kind == RoomKind.Public)
            return rooms.Find(new RoomName(name)) is not null ? null : Unless(new DirectoryQuery.RoomNamed(name));
        var user = new UserName(name);
        return Name(user) ?? (principals.FindHolder(user, clock.Now) is { } peer ? Between(session.Principal!, peer) : null);
    }

    /// <summary>The principals that hold or last held a name.</summary>
    public DirectoryQuery? Name(string? name) => name is null ? null : Name(new UserName(name));

    /// <inheritdoc cref="Name(string?)"/>
    public DirectoryQuery? Name(UserName name) => principals.Knows(name) ? null : Unless(new DirectoryQuery.PrincipalNamed(name.Text));

    /// <summary>The name of a login with a key, a password, or by address; or the token.</summary>
    public DirectoryQuery? Login(Session session, Login login) => session.State != SessionState.Greeted ? null : login.Credential switch
    {
        CredentialKind.LocalAdmin => null,
        CredentialKind.Token => Token(login.Secret.Span),
        _ => Name(login.Name),
    };

    /// <summary>The name of an account that is to be made.</summary>
    public DirectoryQuery? Register(Session session, Register register) => session.State == SessionState.Open ? null : Name(register.Name);

    /// <summary>The account that has a token; what has not the form of one is not looked up.</summary>
    private DirectoryQuery? Token(ReadOnlySpan<byte> token)
    {
        if (!SecretCode.IsWellFormed(Secrets.TokenPrefix, token))
            return null;
        var hash = SecretCode.HashOf(token);
        return principals.Accounts.FindToken(hash) is not null ? null : Unless(new DirectoryQuery.TokenHashed(hash));
    }

    /// <summary>The private room of two principals that are in memory.</summary>
    public DirectoryQuery? Between(Principal one, Principal other) =>
        one == other || rooms.FindBetween(one, other) is not null ? null
        : Unless(new DirectoryQuery.RoomBetween(Math.Min(one.Id, other.Id), Math.Max(one.Id, other.Id)));

    /// <summary>The private room of the server and a principal that is present, and therefore in memory.</summary>
    public DirectoryQuery? FromServer(string name) =>
        principals.FindHolder(new UserName(name), clock.Now) is { IsPresent: true } to ? Between(principals.Server, to) : null;

    private DirectoryQuery? Unless(DirectoryQuery query) => lookups.Knows(query) ? null : query;
}

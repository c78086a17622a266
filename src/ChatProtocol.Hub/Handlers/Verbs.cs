namespace ChatProtocol.Hub;

/// <summary>The table of verbs: a new one is a row here, a frame, and a handler. Dispatch, rights and their tests come from it.</summary>
internal sealed class Verbs
{
    private readonly Verb?[] _byCode = new Verb?[256];

    public Verbs(
        RequestNeeds needs, SessionHandlers sessions, RoomHandlers rooms, PostHandlers posts, HistoryHandlers history, BlockHandlers blocks,
        AdminHandlers admin, LogHandlers log, BanHandlers bans, RemovalHandlers removals)
    {
        Add<Hello>(Permissions.None, sessions.Hello, VerbTime.LoggingIn);
        Add<Login>(Permissions.None, sessions.Login, VerbTime.LoggingIn, needs.Login);
        Add<Quit>(Permissions.None, sessions.Quit, VerbTime.Always);
        Add<Ping>(Permissions.None, SessionHandlers.Ping, VerbTime.Always);
        // The handler tells a principal without the right why.
        Add<Nick>(Permissions.See, sessions.Nick, wants: (_, nick) => needs.Name(nick.Name));

        Add<Open>(Permissions.See, rooms.Open, wants: (session, open) => needs.Address(session, open.Name));
        Add<Join>(Permissions.See, rooms.Join, wants: (session, join) => needs.Address(session, join.Name));
        Add<Leave>(Permissions.See, rooms.Leave);
        Add<Post>(Permissions.Speak, posts.Post, wants: (_, post) => needs.Room(post.Room));
        AddLong<Rooms>(Permissions.See, rooms.Rooms);
        AddLong<Members>(Permissions.See, rooms.Members, (_, members) => needs.Room(members.Room));
        AddLong<History>(Permissions.See, history.History, (_, history) => needs.Room(history.Room));

        Add<Block>(Permissions.Block, blocks.Block, wants: (_, block) => needs.Name(block.Name));
        Add<Unblock>(Permissions.Block, blocks.Unblock, wants: (_, unblock) => needs.Name(unblock.Name));
        AddLong<Blocks>(Permissions.Block, blocks.Blocks);

        AddLong<Sessions>(Permissions.Observe, admin.Sessions);
        Add<Status>(Permissions.Observe, admin.Status);
        Add<Kick>(Permissions.Moderate, admin.Kick);
        Add<Ban>(Permissions.Moderate, bans.Ban, wants: (_, ban) => needs.Name(ban.Name));
        Add<Unban>(Permissions.Moderate, bans.Unban, wants: (_, unban) => needs.Name(unban.Name));
        AddLong<Bans>(Permissions.Moderate, bans.Bans);
        Add<Erase>(Permissions.Moderate, log.Erase, wants: (_, erase) => needs.Room(erase.Room));
        Add<RemoveRoom>(Permissions.Moderate, removals.RemoveRoom, wants: (_, remove) => needs.Room(remove.Room));
        Add<Tell>(Permissions.Announce, admin.Tell, wants: (_, tell) => needs.FromServer(tell.Name));
        Add<Broadcast>(Permissions.Announce, admin.Broadcast);
        Add<Retain>(Permissions.Operate, log.Retain, wants: (_, retain) => needs.Room(retain.Room));
        Add<Backup>(Permissions.Operate, log.Backup);
        Add<Verify>(Permissions.Operate, log.Verify);
        Add<AcceptTime>(Permissions.Operate, admin.AcceptTime);
        Add<Shutdown>(Permissions.Operate, admin.Shutdown);
    }

    /// <summary>Every row, by code.</summary>
    public IEnumerable<Verb> All => _byCode.OfType<Verb>();

    public Verb this[int code] => _byCode[code] ?? throw new InvalidOperationException($"No verb has the code {code}.");

    private void Add<T>(Permissions needed, Action<Session, T> handle, VerbTime when = VerbTime.Ready, Func<Session, T, DirectoryQuery?>? wants = null)
        where T : Request, IKnownFrame => Add(needed, handle, when, wants, mayBeLong: false);

    private void AddLong<T>(Permissions needed, Action<Session, T> handle, Func<Session, T, DirectoryQuery?>? wants = null)
        where T : Request, IKnownFrame => Add(needed, handle, VerbTime.Ready, wants, mayBeLong: true);

    private void Add<T>(Permissions needed, Action<Session, T> handle, VerbTime when, Func<Session, T, DirectoryQuery?>? wants, bool mayBeLong)
        where T : Request, IKnownFrame => _byCode[T.FrameCode] = new Verb(
            T.FrameCode, needed, when, (session, request) => handle(session, (T)request), mayBeLong, (session, request) => wants?.Invoke(session, (T)request));
}

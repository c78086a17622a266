namespace ChatProtocol.Hub;

/// <summary>The table of verbs: a new one is a row here, a frame, and a handler. Dispatch, rights and their tests come from it.</summary>
internal sealed class Verbs
{
    private readonly Verb?[] _byCode = new Verb?[128];

    public Verbs(
        RequestNeeds needs, SessionHandlers sessions, RoomHandlers rooms, PostHandlers posts, HistoryHandlers history, BlockHandlers blocks,
        AdminHandlers admin, LogHandlers log, BanHandlers bans, RemovalHandlers removals)
    {
        Add<Hello>(FrameCode.Hello, Permissions.None, sessions.Hello, VerbTime.LoggingIn);
        Add<Login>(FrameCode.Login, Permissions.None, sessions.Login, VerbTime.LoggingIn, needs.Login);
        Add<Quit>(FrameCode.Quit, Permissions.None, sessions.Quit, VerbTime.Always);
        Add<Ping>(FrameCode.Ping, Permissions.None, SessionHandlers.Ping, VerbTime.Always);
        // The handler tells a principal without the right why.
        Add<Nick>(FrameCode.Nick, Permissions.See, sessions.Nick, wants: (_, nick) => needs.Name(nick.Name));

        Add<Open>(FrameCode.Open, Permissions.See, rooms.Open, wants: (session, open) => needs.Address(session, open.Name));
        Add<Join>(FrameCode.Join, Permissions.See, rooms.Join, wants: (session, join) => needs.Address(session, join.Name));
        Add<Leave>(FrameCode.Leave, Permissions.See, rooms.Leave);
        Add<Post>(FrameCode.Post, Permissions.Speak, posts.Post, wants: (_, post) => needs.Room(post.Room));
        AddLong<Rooms>(FrameCode.Rooms, Permissions.See, rooms.Rooms);
        AddLong<Members>(FrameCode.Members, Permissions.See, rooms.Members, (_, members) => needs.Room(members.Room));
        AddLong<History>(FrameCode.History, Permissions.See, history.History, (_, history) => needs.Room(history.Room));

        Add<Block>(FrameCode.Block, Permissions.Block, blocks.Block, wants: (_, block) => needs.Name(block.Name));
        Add<Unblock>(FrameCode.Unblock, Permissions.Block, blocks.Unblock, wants: (_, unblock) => needs.Name(unblock.Name));
        AddLong<Blocks>(FrameCode.Blocks, Permissions.Block, blocks.Blocks);

        AddLong<Sessions>(FrameCode.Sessions, Permissions.Observe, admin.Sessions);
        Add<Status>(FrameCode.Status, Permissions.Observe, admin.Status);
        Add<Kick>(FrameCode.Kick, Permissions.Moderate, admin.Kick);
        Add<Ban>(FrameCode.Ban, Permissions.Moderate, bans.Ban, wants: (_, ban) => needs.Name(ban.Name));
        Add<Unban>(FrameCode.Unban, Permissions.Moderate, bans.Unban, wants: (_, unban) => needs.Name(unban.Name));
        AddLong<Bans>(FrameCode.Bans, Permissions.Moderate, bans.Bans);
        Add<Erase>(FrameCode.Erase, Permissions.Moderate, log.Erase, wants: (_, erase) => needs.Room(erase.Room));
        Add<RemoveRoom>(FrameCode.RemoveRoom, Permissions.Moderate, removals.RemoveRoom, wants: (_, remove) => needs.Room(remove.Room));
        Add<Tell>(FrameCode.Tell, Permissions.Announce, admin.Tell, wants: (_, tell) => needs.FromServer(tell.Name));
        Add<Broadcast>(FrameCode.Broadcast, Permissions.Announce, admin.Broadcast);
        Add<Retain>(FrameCode.Retain, Permissions.Operate, log.Retain, wants: (_, retain) => needs.Room(retain.Room));
        Add<Backup>(FrameCode.Backup, Permissions.Operate, log.Backup);
        Add<Verify>(FrameCode.Verify, Permissions.Operate, log.Verify);
        Add<AcceptTime>(FrameCode.AcceptTime, Permissions.Operate, admin.AcceptTime);
        Add<Shutdown>(FrameCode.Shutdown, Permissions.Operate, admin.Shutdown);
    }

    /// <summary>Every row, by code.</summary>
    public IEnumerable<Verb> All => _byCode.OfType<Verb>();

    public Verb this[FrameCode code] => _byCode[(int)code] ?? throw new InvalidOperationException($"There is no verb {code}.");

    private void Add<T>(FrameCode code, Permissions needed, Action<Session, T> handle, VerbTime when = VerbTime.Ready, Func<Session, T, DirectoryQuery?>? wants = null)
        where T : Request => Add(code, needed, handle, when, wants, mayBeLong: false);

    private void AddLong<T>(FrameCode code, Permissions needed, Action<Session, T> handle, Func<Session, T, DirectoryQuery?>? wants = null)
        where T : Request => Add(code, needed, handle, VerbTime.Ready, wants, mayBeLong: true);

    private void Add<T>(FrameCode code, Permissions needed, Action<Session, T> handle, VerbTime when, Func<Session, T, DirectoryQuery?>? wants, bool mayBeLong)
        where T : Request => _byCode[(int)code] = new Verb(
            code, needed, when, (session, request) => handle(session, (T)request), mayBeLong, (session, request) => wants?.Invoke(session, (T)request));
}

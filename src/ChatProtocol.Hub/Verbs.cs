namespace ChatProtocol.Hub;

/// <summary>The table of verbs: a new one is a row here, a frame, and a handler. Dispatch, rights and their tests come from it.</summary>
internal sealed class Verbs
{
    private readonly Verb?[] _byCode = new Verb?[128];

    public Verbs(
        SessionHandlers sessions, RoomHandlers rooms, PostHandlers posts, HistoryHandlers history, BlockHandlers blocks,
        AdminHandlers admin, BanHandlers bans, RemovalHandlers removals)
    {
        Add<Hello>(FrameCode.Hello, Permissions.None, sessions.Hello, VerbTime.LoggingIn);
        Add<Login>(FrameCode.Login, Permissions.None, sessions.Login, VerbTime.LoggingIn);
        Add<Quit>(FrameCode.Quit, Permissions.None, sessions.Quit, VerbTime.Always);
        Add<Ping>(FrameCode.Ping, Permissions.None, SessionHandlers.Ping, VerbTime.Always);
        // The handler tells a principal without the right why.
        Add<Nick>(FrameCode.Nick, Permissions.See, sessions.Nick);

        Add<Open>(FrameCode.Open, Permissions.See, rooms.Open);
        Add<Join>(FrameCode.Join, Permissions.See, rooms.Join);
        Add<Leave>(FrameCode.Leave, Permissions.See, rooms.Leave);
        Add<Post>(FrameCode.Post, Permissions.Speak, posts.Post);
        AddLong<Rooms>(FrameCode.Rooms, Permissions.See, rooms.Rooms);
        AddLong<Members>(FrameCode.Members, Permissions.See, rooms.Members);
        AddLong<History>(FrameCode.History, Permissions.See, history.History);

        Add<Block>(FrameCode.Block, Permissions.Block, blocks.Block);
        Add<Unblock>(FrameCode.Unblock, Permissions.Block, blocks.Unblock);
        AddLong<Blocks>(FrameCode.Blocks, Permissions.Block, blocks.Blocks);

        AddLong<Sessions>(FrameCode.Sessions, Permissions.Observe, admin.Sessions);
        Add<Status>(FrameCode.Status, Permissions.Observe, admin.Status);
        Add<Kick>(FrameCode.Kick, Permissions.Moderate, admin.Kick);
        Add<Ban>(FrameCode.Ban, Permissions.Moderate, bans.Ban);
        Add<Unban>(FrameCode.Unban, Permissions.Moderate, bans.Unban);
        AddLong<Bans>(FrameCode.Bans, Permissions.Moderate, bans.Bans);
        Add<Erase>(FrameCode.Erase, Permissions.Moderate, admin.Erase);
        Add<RemoveRoom>(FrameCode.RemoveRoom, Permissions.Moderate, removals.RemoveRoom);
        Add<Tell>(FrameCode.Tell, Permissions.Announce, admin.Tell);
        Add<Broadcast>(FrameCode.Broadcast, Permissions.Announce, admin.Broadcast);
        Add<Retain>(FrameCode.Retain, Permissions.Operate, admin.Retain);
        Add<Backup>(FrameCode.Backup, Permissions.Operate, admin.Backup);
        Add<Verify>(FrameCode.Verify, Permissions.Operate, admin.Verify);
        Add<AcceptTime>(FrameCode.AcceptTime, Permissions.Operate, admin.AcceptTime);
        Add<Shutdown>(FrameCode.Shutdown, Permissions.Operate, admin.Shutdown);
    }

    /// <summary>Every row, by code.</summary>
    public IEnumerable<Verb> All => _byCode.OfType<Verb>();

    public Verb this[FrameCode code] => _byCode[(int)code] ?? throw new InvalidOperationException($"There is no verb {code}.");

    private void Add<T>(FrameCode code, Permissions needs, Action<Session, T> handle, VerbTime when = VerbTime.Ready)
        where T : Request => _byCode[(int)code] = new Verb(code, needs, when, (session, request) => handle(session, (T)request), MayBeLong: false);

    private void AddLong<T>(FrameCode code, Permissions needs, Action<Session, T> handle)
        where T : Request => _byCode[(int)code] = new Verb(code, needs, VerbTime.Ready, (session, request) => handle(session, (T)request), MayBeLong: true);
}

namespace ChatProtocol.Client;

/// <summary>
/// A session with a server, which outlives its connection: a lost connection is made again, rooms continue where they
/// stopped, and unanswered requests are sent again, without a second effect (CP-DEL-021). Thread-safe: requests are sent in the
/// order of the calls, as many at once as the server takes, and the others wait for their turn. Every call throws
/// <see cref="ChatException"/> for failures of the server or the network, once no attempt is left
/// (<see cref="ChatClientOptions.ReconnectFor"/>), and its <see cref="ChatException.Outcome"/> says whether the call may have had an
/// effect. Cancelling a call only ends the waiting: a request that was not sent yet is withdrawn, and one that was sent may still
/// be carried out (<see cref="CallCanceledException"/>). Only a caller's own mistakes are thrown before a task is returned.
/// </summary>
/// <remarks>
/// Answers never wait behind events: a room whose messages are not taken pauses once <see cref="ChatClientOptions.RoomWindow"/>
/// bytes of them wait, without holding back anything else, and continues where it stopped. Other events are merged as
/// <see cref="EventsAsync"/> says.
/// </remarks>
public sealed class ChatClient : IAsyncDisposable
{
    private readonly ReconnectingSession _session;
    private readonly EventBuffer _events;
    private readonly Outbox? _outbox;
    private readonly Lazy<Task> _disposal;

    private ChatClient(ChatClientOptions options, Outbox? outbox, EventHandler<ChatEvent>? eventOccurred)
    {
        EventOccurred = eventOccurred;
        // 122 random bits of the kernel's cannot be guessed, and a short command need not load OpenSSL, its longest step.
        options = options with { Publisher = options.Publisher ?? Guid.NewGuid().ToByteArray() };
        _outbox = outbox;
        HasInbox = options.Inbox;
        _events = new EventBuffer(happened => EventOccurred?.Invoke(this, happened));
        _session = ReconnectingSession.Start(options, _events, outbox, outbox is null ? null : stop => ReplayAsync(options, outbox, stop));
        Admin = new ChatAdmin(_session);
        Account = new ChatAccount(_session);
        _disposal = new Lazy<Task>(DisposeOnceAsync);
    }

    /// <summary>
    /// Whether there is a connection. It may have changed by the time that it is read: <see cref="WaitUntilConnectedAsync"/> and
    /// <see cref="Completion"/> wait for a change.
    /// </summary>
    public ChatClientState State => _session.State;

    /// <summary>
    /// Completes when the session is over, behind its last call; it fails with the <see cref="ChatException"/> that ended it, unless the
    /// client itself quit or was disposed.
    /// </summary>
    public Task Completion => _session.Completion;

    /// <summary>Whether private rooms are joined by themselves (<see cref="ChatClientOptions.Inbox"/>).</summary>
    public bool HasInbox { get; }

    /// <summary>
    /// Happens with each event that is no entry of a room, at once and whether or not anybody takes it from <see cref="EventsAsync"/>: for
    /// logs and figures. Handlers run on the thread that reads from the server, which waits for them, and their exceptions are lost.
    /// </summary>
    public event EventHandler<ChatEvent>? EventOccurred;

    /// <summary>The server's description of itself, from the latest connection.</summary>
    /// <exception cref="InvalidOperationException">The first connection is not made yet; the same for the other properties that the server tells.</exception>
    public ServerInfo Server => _session.Server;

    /// <summary>The session's number, by which admins name it; each connection has a new one.</summary>
    public ulong Session => _session.Me.Session;

    /// <summary>This client's principal, whatever the name: compare it with <see cref="ChatEntry.From"/>.</summary>
    public ulong Principal => _session.Me.Principal;

    /// <summary>The name as the server shows it.</summary>
    public string Name => _session.Me.Name;

    /// <summary>
    /// The posts found in the <see cref="ChatClientOptions.Outbox"/> and sent again before this client was connected, by
    /// room; empty in general, and before the client is connected.
    /// </summary>
    public IReadOnlyList<RecoveredPost> Recovered { get; private set; } = [];

    /// <summary>
    /// The <see cref="PostOptions.Tag"/> such that its post and all tagged ones before it, in the order of posting, are settled: acknowledged, or
    /// refused in a way that a repeat would not change. Read it once the client is connected. Null before the first, and without <see cref="ChatClientOptions.Outbox"/>, which keeps
    /// it: a program that was killed at any moment, or quit, connects with the same file, which sends again what was on its way, reads its input
    /// on from behind this tag, and posts nothing twice and leaves nothing out.
    /// </summary>
    /// <remarks>
    /// A post that was not sent, that may be tried again (<see cref="ChatException.MayRetry"/>), or that the server did not settle for its
    /// publisher's sake, keeps the tag before its own until another with the same tag is settled; with
    /// <see cref="ChatClientOptions.StopAtRefusal"/> so does every refused one, for the room takes no counted post behind it. After that, or
    /// where a room pauses for a refusal while others go on, a program that is killed finds posts behind this tag that are stored already:
    /// those with a <see cref="PostOptions.Key"/> it can post again without an effect. A post whose caller gave up goes on being awaited.
    /// </remarks>
    public ulong? LastSettledTag => _outbox?.SettledTag;

    /// <summary>How many posts wait for their turn or their acknowledgement; they are counted when this is read.</summary>
    public int PendingPosts => _session.PendingPosts;

    /// <summary>The requests of admins; the server refuses them to anybody else.</summary>
    public ChatAdmin Admin { get; }

    /// <summary>The user's own account, if it has one; a guest can make one.</summary>
    public ChatAccount Account { get; }

    /// <summary>
    /// Makes an account, as which <see cref="ConnectAsync"/> can log in with the same options then. Refused with
    /// <see cref="ErrorCode.RegistrationClosed"/> where it takes an invitation or only admins make accounts, and with
    /// <see cref="ErrorCode.NameTaken"/> for a name that somebody has; its own guest name becomes an account by
    /// <see cref="ChatAccount.RegisterAsync"/>.
    /// </summary>
    /// <param name="account">The server, the name and the password, as <see cref="ChatClientOptions.ForAccount"/> makes them.</param>
    /// <param name="invitation">The code of an invitation; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The options are not an account's, or that cannot be an invitation.</exception>
    /// <exception cref="ChatException">The connection or the registration failed; after <see cref="Outcome.Unknown"/> the account may be there.</exception>
    public static Task RegisterAsync(ChatClientOptions account, string? invitation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(account);
        account.Validate();
        if (account.Credential != CredentialKind.Password)
            throw new ArgumentException($"An account is made with a name and a password: {nameof(ChatClientOptions)}.{nameof(ChatClientOptions.ForAccount)} has them.", nameof(account));
        var code = invitation is null ? default(ReadOnlyMemory<byte>?) : Secrets.OfCode(invitation);
        return ArgumentChecks.ValidateNewPassword(account.Secret) is { } refusal
            ? Task.FromException(refusal)
            : ReconnectingSession.RegisterAsync(account, code, cancellationToken);
    }

    /// <summary>Connects and logs in. The caller disposes the client.</summary>
    /// <param name="options">The server and the user.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="IOException">The outbox cannot be opened, or another client has it.</exception>
    /// <exception cref="ChatException">The connection or the login failed, for as long as <see cref="ChatClientOptions.ConnectFor"/> says; <see cref="ChatException.Failure"/> says how.</exception>
    public static Task<ChatClient> ConnectAsync(ChatClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ConnectCheckedAsync(options, cancellationToken);
    }

    private static async Task<ChatClient> ConnectCheckedAsync(ChatClientOptions options, CancellationToken cancellationToken)
    {
        var client = Start(options);
        try
        {
            await client.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Makes a client that connects by itself, for a program that goes on meanwhile: calls wait for the connection, and fail if it is given up
    /// (<see cref="ChatClientOptions.ConnectFor"/>). The caller disposes the client.
    /// </summary>
    /// <param name="options">The server and the user.</param>
    /// <param name="eventOccurred">A handler of <see cref="EventOccurred"/> that misses nothing: attempts begin before this returns. Null for none.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="IOException">The outbox cannot be opened, or another client has it.</exception>
    public static ChatClient Start(ChatClientOptions options, EventHandler<ChatEvent>? eventOccurred = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new ChatClient(options, options.Outbox is { } path ? Outbox.Open(path, options.OutboxSync) : null, eventOccurred);
    }

    /// <summary>Completes once there is a connection, which may be at once.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ChatException">The session is over, and there will be none.</exception>
    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default) => _session.WaitUntilConnectedAsync(cancellationToken);

    /// <summary>
    /// Joins a room and has its messages delivered to <see cref="EventsAsync"/>. A public room that does not exist is
    /// created.
    /// </summary>
    /// <param name="room">
    /// A room's name or id, with or without <c>#</c>, or <c>@peer</c> for the private room with a user. A room by invitation has only its id.
    /// </param>
    /// <param name="options">The cursor and the presence wanted; null for messages from now on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ChatRoom> JoinAsync(string room, JoinOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new JoinOptions();
        ArgumentChecks.CheckNumber(options.From?.Seq);
        ArgumentChecks.CheckNumber(options.From?.Epoch);
        return TryAddress(room, out var address) is { } refusal
            ? Task.FromException<ChatRoom>(refusal)
            : _session.JoinAsync(address, options, cancellationToken);
    }

    /// <summary>
    /// Creates a room whose owner is this user, without joining it: <see cref="JoinAsync"/> takes its <see cref="ChatRoom.Address"/>.
    /// Refused with <see cref="ErrorCode.RoomExists"/> if a public room has the name; after <see cref="Outcome.Unknown"/> it may be there.
    /// </summary>
    /// <param name="name">The name, by which a public room is joined; several rooms by invitation may have the same.</param>
    /// <param name="kind">By invitation, which only those see whom <see cref="ChatRoom.InviteAsync"/> lets in, or public.</param>
    /// <param name="topic">What it is about, at most <see cref="RoomChange.MaxTopic"/> bytes of UTF-8; empty for nothing.</param>
    /// <param name="cancellationToken">Ends the waiting; the room may be made then, and is in <see cref="RoomsAsync"/>.</param>
    /// <exception cref="ArgumentException">The kind is private, or the topic too long.</exception>
    public Task<ChatRoom> CreateRoomAsync(
        string name, RoomKind kind = RoomKind.ByInvitation, string topic = "", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (kind is not (RoomKind.Public or RoomKind.ByInvitation))
            throw new ArgumentException($"A private room needs not be created: {nameof(OpenAsync)} finds it.", nameof(kind));
        new RoomChange { Topic = topic }.Validate();
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException<ChatRoom>(refusal)
            : _session.CreateRoomAsync(name, kind, topic, cancellationToken);
    }

    /// <summary>
    /// Finds a room without joining it: enough for posting there and reading its history. A joined room is returned as it
    /// is.
    /// </summary>
    /// <param name="room">
    /// A room's name or id, with or without <c>#</c>, or <c>@peer</c> for the private room with a user. A room by invitation has only its id.
    /// </param>
    /// <param name="create">Whether to create a public room that does not exist; otherwise it is refused.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ChatRoom> OpenAsync(string room, bool create = false, CancellationToken cancellationToken = default)
    {
        return TryAddress(room, out var address) is { } refusal
            ? Task.FromException<ChatRoom>(refusal)
            : _session.OpenAsync(address, create, cancellationToken);
    }

    /// <summary>Lists the public rooms, one's own private ones and those by invitation where one has a role, by ascending id, page by page.</summary>
    public IAsyncEnumerable<ChatRoomInfo> RoomsAsync(CancellationToken cancellationToken = default)
    {
        return ListPages.ReadAsync(
            (after, ct) => _session.CallAsync<RoomList, ListPage<ChatRoomInfo>>(
                id => new Rooms(id, after), list => new([.. list.Items.Select(ChatRoomInfo.Of)], list.More), ct),
            room => room.Id,
            cancellationToken);
    }

    /// <summary>
    /// Lists what is unread in the rooms in which this user has marked anything as read, its private ones, and those by invitation where it has a role, by
    /// ascending id, page by page. Rooms without anything unread are among them.
    /// </summary>
    public IAsyncEnumerable<ChatRoomUnread> UnreadAsync(CancellationToken cancellationToken = default)
    {
        return ListPages.ReadAsync(
            (after, ct) => _session.CallAsync<UnreadList, ListPage<ChatRoomUnread>>(
                id => new Unread(id, after), list => new([.. list.Items.Select(ChatRoomUnread.Of)], list.More), ct),
            room => room.RoomId,
            cancellationToken);
    }

    /// <summary>
    /// Finds what was said with some words, the last said first, in every public room, one's own private ones and those by invitation where one has a
    /// role; asks on as long as it is read. Words stand between spaces, and what is in double quotes is found as a whole; nothing else is special
    /// (CP-SEA-003). Fails with <see cref="ErrorCode.InvalidValue"/> if nothing in the query could be found, and with
    /// <see cref="ErrorCode.UnknownCode"/> on a server without search.
    /// </summary>
    /// <param name="query">The words; at most 1,024 bytes of UTF-8.</param>
    /// <param name="options">What else is asked of an entry; null for nothing.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public IAsyncEnumerable<SearchHit> SearchAsync(string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        return SearchPages.HitsAsync(SearchPagesAsync(query, options, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// The same as <see cref="SearchAsync"/>, one answer of the server at a time: a rare word in much that was said may take several that are empty, and
    /// an answer says if the server's index is behind.
    /// </summary>
    /// <param name="query">The words; at most 1,024 bytes of UTF-8.</param>
    /// <param name="options">What else is asked of an entry; null for nothing.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public IAsyncEnumerable<SearchPage> SearchPagesAsync(string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchPages.ReadAsync(_session, room: null, query, options, cancellationToken);
    }

    /// <summary>
    /// Blocks a user, whatever name that takes later: its private messages are not delivered, and to it this client looks
    /// absent. The block is the user's, not the session's, and lasts until it is removed (CP-BLK-001). Repeating it changes nothing.
    /// </summary>
    /// <param name="name">The user's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task BlockAsync(string name, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : _session.CallAsync<Ok, bool>(id => new Block(id, name), static _ => true, cancellationToken);
    }

    /// <summary>
    /// Removes a block. If no user of that name is blocked, it fails with <see cref="ErrorCode.NoSuchUser"/>, which may mean that a
    /// repeat was not needed.
    /// </summary>
    /// <param name="name">The user's present name, or the one that <see cref="BlocksAsync"/> lists.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task UnblockAsync(string name, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : _session.CallAsync<Ok, bool>(id => new Unblock(id, name), static _ => true, cancellationToken, mayRepeat: false);
    }

    /// <summary>Lists the users that this user blocks by ascending principal, page by page.</summary>
    public IAsyncEnumerable<ChatUser> BlocksAsync(CancellationToken cancellationToken = default)
    {
        return ListPages.ReadAsync(
            (after, ct) => _session.CallAsync<BlockList, ListPage<ChatUser>>(
                id => new Blocks(id, after), list => new([.. list.Items.Select(ChatUser.Of)], list.More), ct),
            user => user.Principal,
            cancellationToken);
    }

    /// <summary>Changes the name, and returns it as the server shows it.</summary>
    public Task<string> NickAsync(string name, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal ? Task.FromException<string>(refusal) : _session.NickAsync(name, cancellationToken);
    }

    /// <summary>Pings the server, and returns the time until its answer; the ping waits for its turn like any request.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        return _session.PingAsync(cancellationToken);
    }

    /// <summary>
    /// Ends the session in good order, once all earlier calls are answered; completes when the connection is closed. The publisher
    /// ends with it. The client still has to be disposed. While the connection is lost, the session ends at once if no call is
    /// unanswered, and otherwise when those are answered; a session that is over already has nothing to end.
    /// </summary>
    public Task QuitAsync(CancellationToken cancellationToken = default) => _session.QuitAsync(cancellationToken);

    /// <summary>
    /// The events, which come without a request, in order; <see cref="SessionEnded"/> is the last. One reader at a time; a reader that
    /// stops can continue later where it stopped. A room is joined before its first message appears here. No message is ever dropped;
    /// the number of other waiting events is bounded: a room's presence is merged into one change, of lost and restored connections
    /// the last 16 are kept, and of notices, erasures and invitations the last 1,024, which <see cref="EventsMissed"/> tells.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is a reader already.</exception>
    public IAsyncEnumerable<ChatEvent> EventsAsync(CancellationToken cancellationToken = default) => _events.ReadAllAsync(cancellationToken);

    /// <summary>
    /// Joins a room and reads its messages from a place on, those of the past and those that come, in order and each once, over lost
    /// connections too. A reader that is slow slows this room alone. The room is left when the reading ends. It fails with the
    /// <see cref="ChatException"/> that ended the session, or when the room is removed or may not be read any more.
    /// </summary>
    /// <param name="room">The room's address, as for <see cref="JoinAsync"/>.</param>
    /// <param name="from">The place; <see cref="ChatCursor.Beginning"/> for all there is, and null, the default, for messages from now on.</param>
    /// <param name="cursors">
    /// Where to keep how far the reading has come, under the room's address as it is given here, so that the next run goes on there; then
    /// <paramref name="from"/> is where the very first run begins. Null, the default, for nowhere. A message counts as handled when the next one
    /// is asked for, and is saved then, at the latest once nothing more waits: after a crash the last ones may come again, and none is left out.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>
    /// A server that was restored from a backup may have other entries than those that were read: then they are read from the last place on
    /// that both have in common. Entries of other kinds than messages are left out; <see cref="ChatRoom.EventsAsync"/> has all.
    /// </remarks>
    public IAsyncEnumerable<MessageReceived> MessagesAsync(
        string room, ChatCursor? from = null, ICursorStore? cursors = null, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(from?.Seq);
        ArgumentChecks.CheckNumber(from?.Epoch);
        var address = RoomAddress.Parse(room).ToString();
        var follower = new RoomFollower((options, stop) => JoinAsync(address, options, stop), address);
        return cursors is null ? follower.ReadAsync(from, cancellationToken) : follower.ReadAsync(cursors, from, cancellationToken);
    }

    /// <summary>
    /// Closes the connection at once: calls under way fail, those that were sent with an unknown outcome, and new calls are refused.
    /// Quit first to end in good order. May be called more than once; each call completes when all is closed.
    /// </summary>
    public ValueTask DisposeAsync() => new(_disposal.Value);

    private async Task DisposeOnceAsync()
    {
        await _session.DisposeAsync().ConfigureAwait(false);
        _outbox?.Dispose();
    }

    /// <summary>Sends an earlier run's posts again, before anything new.</summary>
    private async Task ReplayAsync(ChatClientOptions options, Outbox outbox, CancellationToken stop)
    {
        try
        {
            Recovered = await OutboxReplay.RunAsync(options, outbox, stop).ConfigureAwait(false);
            outbox.Begin(options.Publisher!.Value);
        }
        catch (IOException e)
        {
            throw ChatException.NotSent(ChatFailure.Refused, $"the outbox {options.Outbox} cannot be written: {FailureReason.Of(e)}");
        }
    }

    private static ChatException? TryAddress(string room, out string address)
    {
        var parsed = RoomAddress.Parse(room);
        address = parsed.ToString();
        return ArgumentChecks.ValidateAddress(parsed);
    }
}

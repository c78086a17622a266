using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// A session with a server, which outlives its connection: one that is lost is made again, rooms go on from where they
/// stood, and what was not answered is sent again, to no double effect (CP-DEL-021). Thread-safe: requests go out in the order of the calls, as many at once as the server takes,
/// and the others wait for their turn. Every call throws <see cref="ChatException"/> for what the server or the network
/// does, once there is no hope left (<see cref="ChatClientOptions.ReconnectFor"/>), and its <see cref="ChatException.Outcome"/>
/// says whether the call may have had an effect. Cancelling one only ends the waiting: it is taken back if it was not sent
/// yet, and may be carried out otherwise (<see cref="CallCanceledException"/>). Only a caller's own mistakes are thrown before a task is returned.
/// </summary>
/// <remarks>
/// Answers never wait behind events: a room whose messages nobody takes stands still once <see cref="ChatClientOptions.RoomWindow"/>
/// of them wait, on its own, and goes on where it stood. What else happens is merged as <see cref="EventsAsync"/> says.
/// </remarks>
public sealed class ChatClient : IAsyncDisposable
{
    private readonly ChatSession _session;
    private readonly EventBuffer _events;
    private readonly Outbox? _outbox;
    private readonly Lazy<Task> _disposal;

    private ChatClient(ChatSession session, EventBuffer events, Outbox? outbox, IReadOnlyList<RecoveredPost> recovered)
    {
        _session = session;
        _events = events;
        _outbox = outbox;
        Recovered = recovered;
        Admin = new ChatAdmin(session);
        _disposal = new Lazy<Task>(DisposeOnceAsync);
    }

    /// <summary>The server as it described itself, when it was last connected to.</summary>
    public ServerInfo Server => _session.Server;

    /// <summary>The session's number, by which admins name it; another one on each connection.</summary>
    public ulong Session => _session.Me.Session;

    /// <summary>The principal that this client is, whatever the name: compare it with <see cref="ChatEntry.From"/>.</summary>
    public ulong Principal => _session.Me.Principal;

    /// <summary>The name as the server shows it.</summary>
    public string Name => _session.Me.Name;

    /// <summary>The posts that were found in the <see cref="ChatClientOptions.Outbox"/> and sent again before this client was connected, by room; empty in general.</summary>
    public IReadOnlyList<RecoveredPost> Recovered { get; }

    /// <summary>The requests of admins; others are refused them.</summary>
    public ChatAdmin Admin { get; }

    /// <summary>Connects and logs in. The caller disposes the client.</summary>
    /// <param name="options">Where to and who as.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The options cannot be right.</exception>
    /// <exception cref="IOException">The outbox cannot be opened, or another client has it.</exception>
    /// <exception cref="ChatException">It did not work; <see cref="ChatException.Failure"/> says how.</exception>
    public static Task<ChatClient> ConnectAsync(ChatClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ConnectCheckedAsync(options, cancellationToken);
    }

    private static async Task<ChatClient> ConnectCheckedAsync(ChatClientOptions options, CancellationToken cancellationToken)
    {
        var outbox = options.Outbox is { } path ? Outbox.Open(path) : null;
        try
        {
            IReadOnlyList<RecoveredPost> recovered = outbox is null ? [] : await OutboxReplay.RunAsync(options, outbox, cancellationToken).ConfigureAwait(false);
            // 122 random bits of the kernel's: nobody guesses them, and a short command need not load OpenSSL, its longest step.
            options = options with { Publisher = options.Publisher ?? Guid.NewGuid().ToByteArray() };
            outbox?.Begin(options.Publisher.Value);
            var events = new EventBuffer();
            var session = await ChatSession.ConnectAsync(options, events, outbox, cancellationToken).ConfigureAwait(false);
            return new ChatClient(session, events, outbox, recovered);
        }
        catch
        {
            outbox?.Dispose();
            throw;
        }
    }

    /// <summary>Enters a room and has its messages delivered to <see cref="EventsAsync"/>. A public one that does not exist is created.</summary>
    /// <param name="room">A room's name, with or without <c>#</c>, or <c>@peer</c> for the private room with somebody.</param>
    /// <param name="options">Where to begin and what to hear; null for messages from now on.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ChatRoom> JoinAsync(string room, JoinOptions? options = null, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return TryAddress(room, out var name) is { } refusal
            ? Task.FromException<ChatRoom>(refusal)
            : _session.JoinAsync(name, options ?? new JoinOptions(), cancellationToken);
    }

    /// <summary>Finds a room without entering it: enough for posting there and reading its past. A joined one is given as it is.</summary>
    /// <param name="room">A room's name, with or without <c>#</c>, or <c>@peer</c> for the private room with somebody.</param>
    /// <param name="create">Whether to create a public one that does not exist; otherwise that is refused.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ChatRoom> OpenAsync(string room, bool create = false, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return TryAddress(room, out var name) is { } refusal
            ? Task.FromException<ChatRoom>(refusal)
            : _session.OpenAsync(name, create, cancellationToken);
    }

    /// <summary>Lists the public rooms and one's own private ones by ascending id, page by page.</summary>
    public IAsyncEnumerable<ChatRoomInfo> RoomsAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return Listing.ReadAsync(
            (after, ct) => _session.CallAsync<RoomList, Listing<ChatRoomInfo>>(
                id => new Rooms(id, after), list => new([.. list.Items.Select(ChatRoomInfo.Of)], list.More), ct),
            room => room.Id,
            cancellationToken);
    }

    /// <summary>
    /// Hears no more in private from somebody, whatever that one is called later: there this client looks like one who is not
    /// there. It is the user's, not the session's, and lasts until it is taken back (CP-BLK-001). Repeating it changes nothing.
    /// </summary>
    /// <param name="name">The user's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task BlockAsync(string name, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : _session.CallAsync<Ok, bool>(id => new Block(id, name), static _ => true, cancellationToken);
    }

    /// <summary>Hears from somebody again. Nobody of that name blocked is <see cref="ErrorCode.NoSuchUser"/>, and so may be a repeat.</summary>
    /// <param name="name">The user's name, as it is now or as <see cref="BlocksAsync"/> tells it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task UnblockAsync(string name, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : _session.CallAsync<Ok, bool>(id => new Unblock(id, name), static _ => true, cancellationToken, mayRepeat: false);
    }

    /// <summary>Lists whom this user blocks by ascending principal, page by page.</summary>
    public IAsyncEnumerable<ChatUser> BlocksAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return Listing.ReadAsync(
            (after, ct) => _session.CallAsync<BlockList, Listing<ChatUser>>(
                id => new Blocks(id, after), list => new([.. list.Items.Select(ChatUser.Of)], list.More), ct),
            user => user.Principal,
            cancellationToken);
    }

    /// <summary>Takes another name, and returns it as the server shows it.</summary>
    public Task<string> NickAsync(string name, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return ValidateName(name) is { } refusal ? Task.FromException<string>(refusal) : _session.NickAsync(name, cancellationToken);
    }

    /// <summary>Asks the server for a sign of life, and returns how long that took; it waits for its turn like any request.</summary>
    public Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _session.PingAsync(cancellationToken);
    }

    /// <summary>
    /// Ends the session in good order, once everything is answered that was called before; completes when the connection is closed.
    /// The publisher ends with it. The client still has to be disposed. While the connection is being made again it ends at
    /// once if nothing is unanswered, and otherwise when that is answered; one that is over already has nothing to end.
    /// </summary>
    public Task QuitAsync(CancellationToken cancellationToken = default) => _session.QuitAsync(cancellationToken);

    /// <summary>
    /// Everything that comes unasked, in order; <see cref="SessionEnded"/> is the last. One reader at a time; whoever stops
    /// can go on later where it stopped. A room is joined before its first message appears here. No message is ever dropped;
    /// of the rest, what waits is kept short: a room's presence is told as one change, of the connection's losses and returns
    /// the last 16 stay, and of notices and erasures the last 1,024, which <see cref="EventsMissed"/> tells.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is a reader already.</exception>
    public IAsyncEnumerable<ChatEvent> EventsAsync(CancellationToken cancellationToken = default) => _events.ReadAllAsync(cancellationToken);

    /// <summary>
    /// Closes the connection at once: calls under way fail, the outcome of those sent unknown, and none may be made any more.
    /// Quit first to end in good order. May be called more than once; each completes when all is closed.
    /// </summary>
    public ValueTask DisposeAsync() => new(_disposal.Value);

    private async Task DisposeOnceAsync()
    {
        await _session.DisposeAsync().ConfigureAwait(false);
        _outbox?.Dispose();
    }

    /// <summary>A name that the server could only refuse is refused here: one too long would cost the connection.</summary>
    internal static ChatException? ValidateName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.Validate(name) is { } complaint ? ChatException.Refused(ErrorCode.BadName, $"'{name}' cannot be a name: {complaint}") : null;
    }

    internal static void CheckReason(string reason, int maxBytes = 1024)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (Encoding.UTF8.GetByteCount(reason) > maxBytes)
            throw new ArgumentException($"This reason has at most {maxBytes} bytes of UTF-8.", nameof(reason));
    }

    private void ThrowIfDisposed() => _session.ThrowIfDisposed();

    private static ChatException? TryAddress(string room, out string name)
    {
        ArgumentNullException.ThrowIfNull(room);
        name = Names.WithoutHash(room);
        return ValidateName(name.StartsWith(Names.PrivateMark) ? name[1..] : name);
    }
}

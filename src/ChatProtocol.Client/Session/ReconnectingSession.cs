namespace ChatProtocol.Client;

/// <summary>
/// The part of a client that lasts longer than a connection: its user, its requests, and its rooms. When the
/// connection is lost it makes another, resumes every room at its cursor, and sends unanswered requests again.
/// Thread-safe.
/// </summary>
internal sealed class ReconnectingSession : IRoomRequests, IAsyncDisposable
{
    private readonly ChatClientOptions _options;
    private readonly EventBuffer _events;
    private readonly PendingRequests _requests;
    private readonly RoomRegistry _rooms;
    private readonly ReconnectPolicy _policy;
    private readonly SessionLife _life;
    private readonly CancellationTokenSource _stop = new();
    // Null until the first connection is made.
    private volatile ServerLink? _link;
    // The login of the next connection, and the one that leads to this principal instead if the answer to the request that changes
    // it was lost, but not the request.
    private volatile ChatClientOptions _login;
    private volatile ChatClientOptions? _changedLogin;
    private volatile bool _isDisposed;
    private Task _keeping = Task.CompletedTask;

    private ReconnectingSession(ChatClientOptions options, EventBuffer events, Outbox? outbox)
    {
        _options = options;
        _login = options;
        _events = events;
        _life = new SessionLife(options.Address);
        _requests = new PendingRequests(options, outbox);
        _rooms = new RoomRegistry(events, this);
        _policy = new ReconnectPolicy(options, (number, next, failure) => events.Add(new ReconnectAttempt(number, next, failure)));
    }

    public ServerInfo Server => Link.Server;

    public LoggedIn Me => Link.Me;

    public ChatAddress Address => _options.Address;

    public Limits Limits => Server.Limits;

    public ChatClientState State => _life.State;

    public int PendingPosts => _requests.PendingPosts;

    public TraceBuffer Traces => _events.Traces;

    /// <summary>Completes when the session is over; it fails with the reason, unless the client itself has ended it.</summary>
    public Task Completion => _life.Completion;

    private ServerLink Link => _link ?? throw new InvalidOperationException(
        $"The client is not connected yet, and knows nothing of its server: await {nameof(ChatClient)}.{nameof(ChatClient.WaitUntilConnectedAsync)}.");

    /// <summary>Begins a session, whose calls wait for its first connection.</summary>
    /// <param name="options">The server and the user.</param>
    /// <param name="events">Where its events go.</param>
    /// <param name="outbox">Where its posts are recorded; null for nowhere.</param>
    /// <param name="prepare">Runs before the first connection is made; null for nothing.</param>
    public static ReconnectingSession Start(ChatClientOptions options, EventBuffer events, Outbox? outbox, Func<CancellationToken, Task>? prepare = null)
    {
        var session = new ReconnectingSession(options, events, outbox);
        session._keeping = session.RunAsync(prepare);
        return session;
    }

    /// <summary>Begins a session and waits until it is connected.</summary>
    public static async Task<ReconnectingSession> ConnectAsync(ChatClientOptions options, CancellationToken cancellationToken)
    {
        var session = Start(options, new EventBuffer(), outbox: null);
        try
        {
            await session.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken) => _life.WaitUntilConnectedAsync(cancellationToken);

    /// <summary>Makes an account, in a session of its own that nobody logs in to.</summary>
    /// <param name="options">The server, and the name and the password of the account.</param>
    /// <param name="invitation">The code of an invitation; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task RegisterAsync(ChatClientOptions options, ReadOnlyMemory<byte>? invitation, CancellationToken cancellationToken)
    {
        var session = new ReconnectingSession(options with { ReconnectFor = TimeSpan.Zero }, new EventBuffer(), outbox: null);
        var link = await ServerLink.GreetAsync(options, session._requests, session._rooms, cancellationToken).ConfigureAwait(false);
        session.Use(link);
        session._keeping = session.KeepAsync(link, new RejectedConnections(options));
        await using (session.ConfigureAwait(false))
        {
            await session.CallAsync(
                new Call<Ok, bool>(id => new Register(id, options.Name, options.Secret, invitation), static _ => true) { MayRepeat = false, HasSecret = true },
                cancellationToken).ConfigureAwait(false);
            await session.QuitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<TResult> CallAsync<TReply, TResult>(
        Func<ulong, Request> request, Func<TReply, TResult> answer, CancellationToken cancellationToken, bool mayRepeat = true)
        where TReply : Reply =>
        CallAsync(new Call<TReply, TResult>(request, answer) { MayRepeat = mayRepeat }, cancellationToken);

    public Task<TResult> CallAsync<TResult>(Call<TResult> call, CancellationToken cancellationToken)
    {
        if (_isDisposed)
            return Task.FromException<TResult>(new ObjectDisposedException(nameof(ChatClient)));
        // One that is cancelled already is not sent, and has its place all the same: a tag is not passed over.
        if (cancellationToken.IsCancellationRequested)
            call.Cancel(cancellationToken);
        _requests.Add(call);
        return cancellationToken.CanBeCanceled ? CancellableAsync(call, cancellationToken) : call.Task;
    }

    public Task<ChatRoom> JoinAsync(string name, JoinOptions options, CancellationToken cancellationToken) => CallAsync<RoomInfo, ChatRoom>(
        id => new Join(id, name, options.Presence, options.From?.Seq, options.From?.Epoch), info => _rooms.Joined(info, options), cancellationToken);

    public Task<ChatRoom> OpenAsync(string name, bool create, CancellationToken cancellationToken) => CallAsync<RoomInfo, ChatRoom>(
        id => new Open(id, name, create), info => _rooms.Opened(info, create), cancellationToken);

    /// <summary>A repeat would make another room, or be refused for the one that it made.</summary>
    public Task<ChatRoom> CreateRoomAsync(string name, RoomKind kind, string topic, CancellationToken cancellationToken) => CallAsync<RoomInfo, ChatRoom>(
        id => new CreateRoom(id, kind, name, topic), info => _rooms.Opened(info, isWanted: false), cancellationToken, mayRepeat: false);

    public IAsyncEnumerable<ChatEvent> EventsAsync(RoomState room, CancellationToken cancellationToken) => _events.ReadAsync(room, cancellationToken);

    public async Task LeaveAsync(RoomState room, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync<Ok, bool>(
                id =>
                {
                    room.ReceiveWindow?.End();
                    return new Leave(id, room.Id);
                },
                _ =>
                {
                    _rooms.Left(room.Id);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.NotJoined && _rooms.IsPaused(room))
        {
            // The room was left only until its waiting messages are taken.
            _rooms.Left(room.Id);
        }
    }

    /// <summary>Posts in the room continue with this counter, after those of an earlier run.</summary>
    public void Continue(RoomState room, ulong counter) => _requests.Continue(room.Identity, counter);

    public async Task<string> NickAsync(string name, CancellationToken cancellationToken)
    {
        var me = await ChangeLoginAsync(
            new Call<LoggedIn, LoggedIn>(id => new Nick(id, name), me => Link.Me = me), login => login with { Name = name }, cancellationToken).ConfigureAwait(false);
        return me.Name;
    }

    /// <summary>Makes an account of this guest's principal, which logs in by the password from then on.</summary>
    public Task RegisterAsync(ReadOnlyMemory<byte> password, ReadOnlyMemory<byte>? invitation, CancellationToken cancellationToken) => ChangeLoginAsync(
        new Call<Ok, bool>(id => new Register(id, Me.Name, password, invitation), _ => SetPassword(password)) { MayRepeat = false, HasSecret = true },
        login => login with { Credential = CredentialKind.Password, Secret = password }, cancellationToken);

    public Task ChangePasswordAsync(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) => ChangeLoginAsync(
        new Call<Ok, bool>(id => new ChangePassword(id, old, password), _ => SetPassword(password)) { MayRepeat = false, HasSecret = true },
        login => login with { Credential = CredentialKind.Password, Secret = password }, cancellationToken);

    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        var sent = 0L;
        var time = _options.TimeProvider;
        return await CallAsync<Pong, TimeSpan>(
            id =>
            {
                sent = time.GetTimestamp();
                return new Ping(id);
            },
            _ => time.GetElapsedTime(sent),
            cancellationToken).ConfigureAwait(false);
    }

    public async Task QuitAsync(CancellationToken cancellationToken)
    {
        if (_requests.TryQuitAway())
            await _stop.CancelAsync().ConfigureAwait(false);
        if (_isDisposed || _keeping.IsCompleted || _requests.HasQuit)
        {
            // The session is over, or is ending.
            await _keeping.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        try
        {
            await CallAsync(new QuitCall(() => Link.Finish(CloseReason.ByClient)), cancellationToken).ConfigureAwait(false);
        }
        catch (ChatException e) when (_requests.HasQuit && e.Failure == ChatFailure.Disconnected)
        {
            // The answer was lost; all other calls had been answered.
        }
        await _keeping.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>Makes a request after which another login leads to this principal.</summary>
    private async Task<TResult> ChangeLoginAsync<TResult>(Call<TResult> call, Func<ChatClientOptions, ChatClientOptions> change, CancellationToken cancellationToken)
    {
        _changedLogin = change(_login with { Name = Me.Name });
        try
        {
            var result = await CallAsync(call, cancellationToken).ConfigureAwait(false);
            _changedLogin = null;
            return result;
        }
        catch (ChatException e) when (e.Outcome != Outcome.Unknown)
        {
            _changedLogin = null;
            throw;
        }
    }

    /// <summary>In the reading loop: the next connection logs in by it.</summary>
    private bool SetPassword(ReadOnlyMemory<byte> password)
    {
        _login = _login with { Credential = CredentialKind.Password, Secret = password };
        return true;
    }

    private async Task<TResult> CancellableAsync<TResult>(Call<TResult> call, CancellationToken cancellationToken)
    {
        using var cancelling = cancellationToken.UnsafeRegister((call, token) => _requests.Cancel((Call)call!, token), call);
        return await call.Task.ConfigureAwait(false);
    }

    /// <summary>Makes the first connection and keeps it until the session is over. Never throws.</summary>
    private async Task RunAsync(Func<CancellationToken, Task>? prepare)
    {
        try
        {
            if (prepare is not null)
                await prepare(_stop.Token).ConfigureAwait(false);
            var link = await _policy.ConnectAsync(stop => EnterAsync(_options, stop), _stop.Token).ConfigureAwait(false);
            Use(link);
            await KeepAsync(link, new RejectedConnections(_options)).ConfigureAwait(false);
        }
        catch (ChatException e)
        {
            Close(new CloseReason(e));
        }
        catch (OperationCanceledException)
        {
            Close(CloseReason.ByClient);
        }
    }

    /// <summary>Serves one connection after the other until the session is over. Never throws.</summary>
    private async Task KeepAsync(ServerLink link, RejectedConnections refusals)
    {
        while (true)
        {
            CloseReason why;
            refusals.Connected();
            using (_stop.Token.UnsafeRegister(static link => ((ServerLink)link!).End(CloseReason.ByClient), link))
                why = await link.Ended.ConfigureAwait(false);
            await link.DisposeAsync().ConfigureAwait(false);
            try
            {
                if (!MayComeBack(why))
                {
                    Close(_requests.HasQuit && why.Error is { MayRetry: true } ? CloseReason.ByClient : why);
                    return;
                }
                Lost(why.Error!);
                link = await _policy.ReconnectAsync(why.Error!, refusals.Spent(why.Error!), ComeBackAsync, _stop.Token).ConfigureAwait(false);
            }
            catch (ChatException e)
            {
                Close(new CloseReason(e));
                return;
            }
            catch (OperationCanceledException)
            {
                Close(CloseReason.ByClient);
                return;
            }
        }
    }

    private void Lost(ChatException why)
    {
        _life.Lost();
        _events.Add(new ConnectionLost(why));
    }

    /// <summary>Whether to reconnect: not after a quit, nor after a goodbye without a time to be back (CP-SES-018).</summary>
    private bool MayComeBack(CloseReason why) =>
        _options.ReconnectFor != TimeSpan.Zero && !_requests.HasQuit && why.Error is { MayRetry: true, Bye: null or { Back: not null } };

    private async Task<ServerLink> ComeBackAsync(CancellationToken cancellationToken)
    {
        var link = await EnterAgainAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var stopping = cancellationToken.UnsafeRegister(static link => ((ServerLink)link!).End(CloseReason.ByClient), link);
            _events.Add(new ConnectionRestored(link.Server));
            await new RoomRejoiner(_rooms, _requests).RunAsync(link.Postpones).ConfigureAwait(false);
            Use(link);
            return link;
        }
        catch (ChatException e)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            Lost(e);
            throw;
        }
    }

    /// <summary>Logs in as before; if that does not lead to this principal any more, as the request under way would have it.</summary>
    private async Task<ServerLink> EnterAgainAsync(CancellationToken cancellationToken)
    {
        var present = _login with { Name = Me.Name };
        if (_changedLogin is not { } changed)
            return await EnterAsync(present, cancellationToken).ConfigureAwait(false);
        try
        {
            var link = await EnterAsync(present, cancellationToken).ConfigureAwait(false);
            if (link.Me.Principal == Me.Principal)
                return link;
            await link.DisposeAsync().ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code is ErrorCode.LoginFailed or ErrorCode.NameTaken)
        {
            // The name has another password by now, or the principal another name.
        }
        var entered = await EnterAsync(changed, cancellationToken).ConfigureAwait(false);
        _login = changed;
        return entered;
    }

    private Task<ServerLink> EnterAsync(ChatClientOptions login, CancellationToken cancellationToken) =>
        ServerLink.ConnectAsync(login, _requests, _rooms, cancellationToken);

    private void Use(ServerLink link)
    {
        _link = link;
        _life.Connected();
        link.OpenSession();
    }

    private void Close(CloseReason why)
    {
        _requests.Close(why.ForCalls);
        _rooms.LeaveAll();
        _life.End(why);
        _events.Complete(new SessionEnded(why.Error?.Bye, why.Error));
    }
}

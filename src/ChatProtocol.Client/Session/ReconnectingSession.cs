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
    private readonly CancellationTokenSource _stop = new();
    private volatile ServerLink _link = null!;
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
        _requests = new PendingRequests(options, outbox);
        _rooms = new RoomRegistry(events, this);
    }

    public ServerInfo Server => _link.Server;

    public LoggedIn Me => _link.Me;

    public Limits Limits => Server.Limits;

    public TraceBuffer Traces => _events.Traces;

    /// <summary>Completes when the session is over.</summary>
    public Task Completion => _keeping;

    public static async Task<ReconnectingSession> ConnectAsync(ChatClientOptions options, EventBuffer events, Outbox? outbox, CancellationToken cancellationToken)
    {
        var session = new ReconnectingSession(options, events, outbox);
        var link = await session.EnterAsync(options, cancellationToken).ConfigureAwait(false);
        session.Use(link);
        session._keeping = session.KeepAsync(link);
        return session;
    }

    /// <summary>Makes an account, in a session of its own that nobody logs in to.</summary>
    /// <param name="options">The server, and the name and the password of the account.</param>
    /// <param name="invitation">The code of an invitation; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task RegisterAsync(ChatClientOptions options, ReadOnlyMemory<byte>? invitation, CancellationToken cancellationToken)
    {
        var session = new ReconnectingSession(options with { ReconnectFor = TimeSpan.Zero }, new EventBuffer(), outbox: null);
        var link = await ServerLink.GreetAsync(options, session._requests, session._rooms, cancellationToken).ConfigureAwait(false);
        session.Use(link);
        session._keeping = session.KeepAsync(link);
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
        id => new Join(id, name, options.Presence, options.After, options.Epoch), info => _rooms.Joined(info, options.Presence), cancellationToken);

    public Task<ChatRoom> OpenAsync(string name, bool create, CancellationToken cancellationToken) => CallAsync<RoomInfo, ChatRoom>(
        id => new Open(id, name, create), info => _rooms.Opened(info, create), cancellationToken);

    /// <summary>A repeat would make another room, or be refused for the one that it made.</summary>
    public Task<ChatRoom> CreateRoomAsync(string name, RoomKind kind, string topic, CancellationToken cancellationToken) => CallAsync<RoomInfo, ChatRoom>(
        id => new CreateRoom(id, kind, name, topic), info => _rooms.Opened(info, isWanted: false), cancellationToken, mayRepeat: false);

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
            new Call<LoggedIn, LoggedIn>(id => new Nick(id, name), me => _link.Me = me), login => login with { Name = name }, cancellationToken).ConfigureAwait(false);
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
            await CallAsync(new QuitCall(() => _link.Finish(CloseReason.ByClient)), cancellationToken).ConfigureAwait(false);
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

    /// <summary>Serves one connection after the other until the session is over. Never throws.</summary>
    private async Task KeepAsync(ServerLink link)
    {
        var refusals = new RejectedConnections(_options);
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
                _events.Add(new ConnectionLost(why.Error!));
                link = await ReconnectPolicy.RetryAsync(why.Error!, _options.ReconnectFor, refusals.Spent(why.Error!), _options.TimeProvider, ComeBackAsync, _stop.Token).ConfigureAwait(false);
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
            _events.Add(new ConnectionLost(e));
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
        link.OpenSession();
    }

    private void Close(CloseReason why)
    {
        _requests.Close(why.ForCalls);
        _rooms.LeaveAll();
        _events.Complete(new SessionEnded(why.Error?.Bye, why.Error));
    }
}

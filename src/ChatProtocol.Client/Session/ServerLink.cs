namespace ChatProtocol.Client;

/// <summary>
/// One connection to a server from hello to its end. It dispatches received frames: replies to their calls, a page's
/// entries to the request for it, all others to the rooms.
/// </summary>
internal sealed class ServerLink : IConnectionHandler, IAsyncDisposable
{
    private readonly ChatClientOptions _options;
    private readonly Connection _connection;
    private readonly PendingRequests _requests;
    private readonly RoomRegistry _rooms;
    private readonly KeepAlive _keepAlive;
    private readonly RoomPauses _pauses;
    private readonly TaskCompletionSource<CloseReason> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _pausing = Task.CompletedTask;
    private volatile LoggedIn _me = null!;
    private IFollowedCall? _page;

    private ServerLink(ChatClientOptions options, PendingRequests requests, RoomRegistry rooms, Transport transport)
    {
        _options = options;
        _requests = requests;
        _rooms = rooms;
        _connection = new Connection(transport);
        _keepAlive = new KeepAlive(options, _connection, _requests);
        _pauses = new RoomPauses(rooms, requests, End);
    }

    public ServerInfo Server { get; private set; } = null!;

    /// <summary>The logged-in user; set in the reading loop, so that an earlier frame does not undo a rename.</summary>
    public LoggedIn Me
    {
        get => _me;
        set => _me = value;
    }

    /// <summary>Completes, with the reason, when no more frames come and the calls were told.</summary>
    public Task<CloseReason> Ended => _ended.Task;

    /// <summary>Connects and logs in. Requests in general are sent only once they are told that the session is open.</summary>
    /// <param name="options">The server and the user.</param>
    /// <param name="requests">The requests to send on it.</param>
    /// <param name="rooms">The rooms, which get the frames that are not replies.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<ServerLink> ConnectAsync(
        ChatClientOptions options, PendingRequests requests, RoomRegistry rooms, CancellationToken cancellationToken) =>
        ConnectAsync(options, requests, rooms, static link => link.LogInAsync(), cancellationToken);

    /// <summary>Connects without a login, for what can be asked before it.</summary>
    /// <param name="options">The server.</param>
    /// <param name="requests">The requests to send on it.</param>
    /// <param name="rooms">The rooms.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static Task<ServerLink> GreetAsync(
        ChatClientOptions options, PendingRequests requests, RoomRegistry rooms, CancellationToken cancellationToken) =>
        ConnectAsync(options, requests, rooms, static link => link.GreetAsync(), cancellationToken);

    private static Task<ServerLink> ConnectAsync(
        ChatClientOptions options, PendingRequests requests, RoomRegistry rooms, Func<ServerLink, Task> enter, CancellationToken cancellationToken) =>
        Connector.ConnectAsync(options, (transport, stop) => EnterAsync(new ServerLink(options, requests, rooms, transport), enter, stop), cancellationToken);

    /// <summary>Sends requests in general from here on, as far as the connection is still there.</summary>
    public void OpenSession() => _requests.Open(_connection.Output, Server.Limits, Server.Capabilities);

    /// <summary>Ends the connection at once; the first reason counts.</summary>
    public void End(CloseReason why) => _connection.End(why);

    /// <summary>Ends the connection behind the present frame: the server has agreed to the end.</summary>
    public void Finish(CloseReason why) => _connection.Finish(why);

    public async ValueTask DisposeAsync()
    {
        _connection.End(CloseReason.ByClient);
        await _keepAlive.DisposeAsync().ConfigureAwait(false);
        await _connection.Completion.ConfigureAwait(false);
        await _pausing.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether the room is joined later, as too many of its bytes wait to be taken.</summary>
    public bool Postpones(ChatRoom room)
    {
        if (room.State.Backlog <= _options.RoomWindow)
            return false;
        _pauses.Await(room);
        return true;
    }

    void IConnectionHandler.Heard() => _keepAlive.Heard();

    void IConnectionHandler.WriteTaken() => _requests.Continue();

    void IConnectionHandler.Ended(CloseReason why)
    {
        _requests.Disconnect(why.ForCalls, _page);
        _pauses.End();
        _ended.SetResult(why);
    }

    void IConnectionHandler.Receive(Frame frame, int bytes)
    {
        if (_page is not null)
            Continue(_page, frame);
        else
            Dispatch(frame, bytes);
    }

    private static async Task<ServerLink> EnterAsync(ServerLink link, Func<ServerLink, Task> enter, CancellationToken cancellationToken)
    {
        link._requests.Connect(link._connection.Output);
        // The first frames are queued before the loops begin, and are sent from here: no thread has to be woken for it.
        var entering = enter(link);
        link._connection.Start(link);
        link._keepAlive.Start();
        link._pausing = link._pauses.RunAsync();
        try
        {
            await entering.WaitAsync(cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            await entering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private async Task GreetAsync()
    {
        CheckConfidential();
        Server = await SayHelloAsync().ConfigureAwait(false);
    }

    private async Task LogInAsync()
    {
        CheckConfidential();
        var welcomed = SayHelloAsync();
        // A guest's key depends on the server's id; all others log in without waiting for the welcome (CP-TRA-010).
        var key = _options.Credential == CredentialKind.GuestKey ? _options.KeyFor((await welcomed.ConfigureAwait(false)).Id)
            : _options.SendsSecret ? _options.Secret
            : ReadOnlyMemory<byte>.Empty;
        var loggedIn = _requests.AskAsync<LoggedIn, LoggedIn>(
            id => new Login(id, _options.Name, _options.Credential, key, _options.Publisher, _options.Inbox, (ulong)_options.RoomWindow), LoggedIn);
        // If both fail, the failure of the hello is reported.
        await Task.WhenAll(welcomed, loggedIn).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Server = await welcomed.ConfigureAwait(false);
        await loggedIn.ConfigureAwait(false);
    }

    /// <summary>Before anything is sent (CP-ACC-006).</summary>
    private void CheckConfidential()
    {
        if (_options.SendsSecret && !_connection.Output.IsConfidential)
            throw ArgumentChecks.NeedsTls(_options.Address.ToString());
    }

    private Task<ServerInfo> SayHelloAsync() =>
        _requests.AskAsync<Welcome, ServerInfo>(id => new Hello(id, ProtocolVersion.Major, ProtocolVersion.Minor, Capability.All, _options.Agent), Welcomed);

    private ServerInfo Welcomed(Welcome welcome)
    {
        if (welcome.Major != ProtocolVersion.Major || welcome.Minor > ProtocolVersion.Minor)
            throw ChatException.BrokenProtocol(
                $"it chose version {welcome.Major}.{welcome.Minor} and was offered {ProtocolVersion.Major}.{ProtocolVersion.Minor}");
        if (welcome.Minor < ProtocolVersion.LowestMinor)
            throw ChatException.UnsupportedMinor(welcome.Minor); // CP-SES-028
        if (welcome.Server.Length != 16)
            throw ChatException.BrokenProtocol($"a server's id has 16 bytes and this one {welcome.Server.Length}");
        // Set in the reading loop, so that the limits hold for the very next frame.
        _connection.MaxFrame = welcome.Limits.Frame;
        return ServerInfo.From(welcome, _options.TimeProvider.GetUtcNow());
    }

    /// <summary>Set in the reading loop too: a room that an inbox joins may come next.</summary>
    private LoggedIn LoggedIn(LoggedIn me)
    {
        _rooms.Connected(_connection.Output, me);
        return Me = me;
    }

    private void Pause(ChatRoom room)
    {
        _rooms.Pause(room);
        _pauses.Leave(room);
    }

    private void Continue(IFollowedCall page, Frame frame)
    {
        if (!page.TryAdd(frame))
            throw ChatException.BrokenProtocol($"a frame of code {frame.Code} stands among the entries of an answer");
        if (!page.IsOpen)
            _page = null;
    }

    private void Dispatch(Frame frame, int bytes)
    {
        switch (frame)
        {
            case Page page when (long)page.Count + page.Gaps > Server.Limits.Page:
                throw ChatException.BrokenProtocol($"a page has {page.Count} entries and {page.Gaps} gaps, and at most {Server.Limits.Page}");
            case Page page when page.Amended > page.Count:
                throw ChatException.BrokenProtocol($"a page has {page.Count} entries and tells of {page.Amended} what has become of them");
            case Reply reply:
                if (_requests.Answer(reply) is IFollowedCall { IsOpen: true } open)
                    _page = open;
                break;
            case Error { Id: { } id } error:
                _requests.Refuse(id, error);
                break;
            case Error error:
                _connection.Finish(new CloseReason(ChatException.ClosedWith(error)));
                break;
            case Ping ping:
                _connection.Output.Write(new Pong(ping.Id));
                break;
            case Renamed renamed:
                Me = Me with { Name = renamed.Name };
                _rooms.Renamed(renamed.Name);
                break;
            case Bye bye:
                _connection.Finish(new CloseReason(ChatException.ClosedWith(bye)));
                break;
            default:
                if (_rooms.Receive(frame, bytes) is { State.ReceiveWindow: null } room && room.State.Backlog > _options.RoomWindow)
                    Pause(room);
                if (frame is Erased or Retracted or PurgedEntries)
                    _requests.DropTexts();
                break;
        }
    }
}

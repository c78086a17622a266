namespace ChatProtocol.Simulation;

/// <summary>
/// A client that obeys the spec, written from its text: it reconnects after breaks, repeats posts of unknown outcome, and
/// continues reading from its cursors.
/// </summary>
internal sealed class Client
{
    private readonly World _world;
    private readonly List<ClientRoom> _clientRooms = [];
    private readonly Dictionary<ulong, Poster> _posters = [];
    private readonly ClientActions _habits;
    private readonly AccountActions _accounts;
    private Link? _link;
    private long _backAt;
    private bool _isQuitting;

    public Client(World world, int number, Identity identity, bool counts, bool hasInbox, double readingRate)
    {
        _world = world;
        Number = number;
        Identity = identity;
        Counts = counts;
        HasInbox = hasInbox;
        ReadingRate = readingRate;
        Pager = new Pager(world, this);
        _habits = new ClientActions(world, this);
        _accounts = new AccountActions(world, this);
    }

    public int Number { get; }

    public Identity Identity { get; }

    /// <summary>Whether it posts with counters.</summary>
    public bool Counts { get; }

    public bool HasInbox { get; }

    public bool IsOperator { get; init; }

    /// <summary>The window of its login in bytes; null for no credit.</summary>
    public ulong? Window { get; init; }

    /// <summary>The probability that it reads in a turn.</summary>
    public double ReadingRate { get; }

    public Pager Pager { get; }

    public Publisher? Publisher => Counts ? Identity.Publisher ??= new Publisher(_world) : null;

    public IReadOnlyList<ClientRoom> ClientRooms => _clientRooms;

    public Link? Link => _link;

    public bool IsReady { get; private set; }

    /// <summary>Whether no request is open and every room is read to its end.</summary>
    public bool IsSettled => IsReady && !_isQuitting && !_link!.IsBroken && _link.IsEmpty && !_link.Conversation.IsOpen && !Pager.IsBusy && (!IsOperator || _habits.HasPardoned) && !HasNarrowToken && _clientRooms.All(clientRoom => clientRoom.IsSettled);

    private bool HasNarrowToken => _link?.Login?.Token is { IsWide: false };

    public ClientRoom Add(string address, bool isReader, ulong? cursor)
    {
        var clientRoom = new ClientRoom(_world, this, address, isReader) { Cursor = cursor };
        _clientRooms.Add(clientRoom);
        return clientRoom;
    }

    /// <summary>Goes to a room by invitation by its id; whoever has no role there is refused.</summary>
    public void ComeTo(RoomLedger room)
    {
        var address = $"#{room.Id}";
        if (_clientRooms.Find(one => one.Address == address) is { } known)
            known.IsWanted = true;
        else if (room.Law.IsByInvitation && !IsOperator && _clientRooms.Count < 15)
            Add(address, isReader: true, null);
    }

    /// <summary>The poster of a room, whichever address the room was reached by.</summary>
    public Poster PosterIn(ulong room)
    {
        if (!_posters.TryGetValue(room, out var poster))
            _posters.Add(room, poster = new Poster(_world, this));
        return poster;
    }

    /// <summary>Whether it posts through this room: a client that knows a room by two addresses posts through the first.</summary>
    public bool SpeaksAt(ClientRoom clientRoom) => clientRoom.State == ClientRoom.Standing.Inside && _clientRooms.Find(first => first.Room == clientRoom.Room) == clientRoom;

    public void Turn()
    {
        if (_link is null)
        {
            if (_world.Clock.Elapsed >= _backAt && _world.Server.IsUp)
                Connect();
            return;
        }
        if (!IsReady || _isQuitting)
            return;
        if (Identity.Account is { } account && !_world.IsHealing)
            _accounts.Act(_link, account);
        if (_link?.Login?.Token is { IsWide: false })
        {
            // What the token is good for is too little to live with.
            if (_world.IsHealing || _world.Dice.Chance(0.05))
                Reconnect();
            return;
        }
        if (_link is null)
            return;
        foreach (var clientRoom in _clientRooms)
            if (clientRoom is { IsWanted: true, State: ClientRoom.Standing.Outside } && _world.Clock.Elapsed >= clientRoom.NotBefore)
                clientRoom.Enter(_link);
            else if (SpeaksAt(clientRoom))
                clientRoom.Poster.Send(_link, clientRoom);
        foreach (var clientRoom in _clientRooms)
            clientRoom.Take(_link);
        if (!_world.IsHealing)
            _habits.Act(_link);
        else if (IsOperator)
            _habits.Pardon(_link);
    }

    public void Receive(Link link, OutputItem item)
    {
        if (item.Segment is { } segment)
            TakeEntries(link, segment.Room, segment.First + (ulong)item.Index, item.Count, item.Bytes);
        else if (item.Frame is Gap gap)
            TakeGap(link, gap);
        else if (Pager.IsInPage)
            throw new Violation(Checker.Protocol, $"{item.Frame} stands in a page that {this} gets");
        else
            Take(link, item.Frame!);
    }

    /// <summary>Handles the end of the connection, from either side.</summary>
    public void Lost(Link link)
    {
        if (link != _link)
            return;
        _link = null;
        IsReady = false;
        _isQuitting = false;
        _backAt = _world.Clock.Elapsed + _world.Dice.Skewed(500);
        Pager.Stop();
        _habits.Lost();
        foreach (var clientRoom in _clientRooms)
            clientRoom.Lost();
        foreach (var poster in _posters.Values)
            poster.Lost();
    }

    /// <summary>Replaces its publisher, which cannot be used any more: waiting posts are given up.</summary>
    public void RenewPublisher(Link link)
    {
        if (link != _link)
            return;
        Identity.Publisher?.GiveUp();
        Identity.Publisher = null;
        foreach (var client in _world.Clients.Where(client => client.Identity == Identity))
            client.BeginAnew();
    }

    /// <summary>Handles the fencing by another client with the same publisher; it reconnects at some time and so fences the other.</summary>
    public void Fenced(Link link)
    {
        if (link == _link && _world.Dice.Chance(0.02))
            Reconnect();
    }

    public void Quit(Link link)
    {
        _isQuitting = true;
        if (Publisher is { } publisher)
        {
            publisher.IsEnded = true;
            Identity.Publisher = null;
            publisher.GiveUp();
            DetachPosters();
        }
        link.Conversation.Ask(new PendingRequest(new Quit(link.Conversation.NextId)));
    }

    public void Reconnect() => _link?.Leave(_world.Dice.Skewed(100));

    public override string ToString() => $"client {Number} ({Identity.Name})";

    private void BeginAnew()
    {
        DetachPosters();
        Reconnect();
    }

    private void DetachPosters()
    {
        foreach (var poster in _posters.Values)
            poster.Detach();
    }

    private void Connect()
    {
        _link = _world.Open(this);
        var talk = _link.Conversation;
        talk.Ask(new PendingRequest(new Hello(talk.NextId, 1, 1, [], "sim")));
        if (Identity.Account is { } account)
            _accounts.LogIn(_link, account);
        else
            talk.Ask(new PendingRequest(IsOperator
            ? new Login(talk.NextId, "", CredentialKind.LocalAdmin, default, null, false)
            : new Login(talk.NextId, Identity.Name, CredentialKind.GuestKey, Identity.Key, Publisher?.Id, HasInbox, Window)));
        // Requests behind a login wait for it (CP-SES-020).
        if (Identity.Account is null && _world.Dice.Chance(0.5))
            foreach (var clientRoom in _clientRooms.Where(clientRoom => clientRoom.IsWanted))
                clientRoom.Enter(_link);
    }

    private void TakeEntries(Link link, ulong room, ulong first, int count, int bytes)
    {
        if (!Pager.IsInPage)
        {
            FindJoined(room, first).Advance(first, count, bytes);
            return;
        }
        Pager.Take(room, first, count);
        if (!Pager.IsInPage)
            Pager.GoOn(link);
    }

    private void TakeGap(Link link, Gap gap)
    {
        if (!Pager.IsInPage)
        {
            FindJoined(gap.Room, gap.First).Pass(gap);
            return;
        }
        Pager.Take(gap);
        if (!Pager.IsInPage)
            Pager.GoOn(link);
    }

    private ClientRoom FindJoined(ulong room, ulong first) => _clientRooms.Find(clientRoom => clientRoom.Room == room && clientRoom.IsJoined)
        ?? throw new Violation(Checker.Protocol, $"entry {first} of room {room} comes to {this}, who is not there");

    private void Take(Link link, Frame frame)
    {
        switch (frame)
        {
            case Ping ping: link.Say(new Pong(ping.Id)); break;
            case Expelled expelled: FindJoined(expelled.Room, 0).Expelled(); break;
            case RoomRemoved removed: FindJoined(removed.Room, 0).Removed(); break;
            case PrivateRoom invitation: Accept(link, invitation); break;
            case Error { Id: { } id } error: TakeRefusal(link, link.Conversation[id], error); break;
            case Reply reply: TakeReply(link, link.Conversation[reply.Id], reply); break;
        }
    }

    private void Accept(Link link, PrivateRoom invitation)
    {
        var clientRoom = _clientRooms.Find(clientRoom => clientRoom.Room == invitation.Room && clientRoom.IsReader)
            ?? _clientRooms.Find(clientRoom => clientRoom is { IsReader: true, IsJoined: false } && clientRoom.Address == Names.PrivateMark + invitation.Name)
            ?? Add(Names.PrivateMark + invitation.Name, isReader: true, null);
        clientRoom.Invited(link, invitation);
    }

    /// <summary>
    /// The room for the answer to a join; an invitation may meanwhile have led the asked room to the room of the name's
    /// previous holder.
    /// </summary>
    private ClientRoom ClientRoomFor(ClientRoom asked, ulong room) => asked.IsJoined && asked.Room != room ? Add(asked.Address, asked.IsReader, null) : asked;

    private void TakeReply(Link link, PendingRequest asked, Reply reply)
    {
        switch (reply)
        {
            case LoggedIn when asked.Request is Nick nick: Identity.Name = nick.Name; break;
            case LoggedIn loggedIn: Begin(loggedIn); break;
            case RoomInfo info when asked.Request is CreateRoom: ComeTo(_world.Ledger.RoomOf(info.Room)); break;
            case RoomInfo info when asked.ClientRoom is { } clientRoom: ClientRoomFor(clientRoom, info.Room).Entered(link, info); break;
            case Page page:
                Pager.Take(page);
                if (!Pager.IsInPage)
                    Pager.GoOn(link);
                break;
            case Posted when asked.Intended is { Key: null } intended: PosterIn(intended.Room).Answered(link, asked, reply); break;
            case Ok when asked.Request is Leave leave: asked.ClientRoom!.Left(leave.Room); break;
            case BanList list when asked.Request is Bans: _habits.Pardon(link, list); break;
        }
    }

    private void Begin(LoggedIn loggedIn)
    {
        IsReady = true;
        // A publisher belongs to a principal: the same bytes of another principal are another publisher.
        if (!HasNarrowToken && Publisher is { } publisher && publisher.Principal != loggedIn.Principal)
            RenewPublisher(_link!);
    }

    private void TakeRefusal(Link link, PendingRequest asked, Error error)
    {
        if (asked.IsProbe || asked.Intended is { Key: not null })
            return;
        switch (asked.Request)
        {
            case Post post:
                if (error.Reason == ErrorCode.NoSuchRoom)
                    asked.ClientRoom!.Vanished(link, post.Room);
                PosterIn(post.Room).Answered(link, asked, error);
                break;
            case Join or Open: asked.ClientRoom?.Refused(link, error); break;
            case History: Pager.Stop(); break;
            case Leave leave when error.Reason == ErrorCode.NotJoined: asked.ClientRoom!.Left(leave.Room); break;
            case Leave: asked.ClientRoom!.Stays(); break;
            case Login:
                if (error.Reason == ErrorCode.NameTaken && Identity.Account is null)
                {
                    Identity.MayHaveLostItself = true;
                    Identity.Name = Identity.NextName();
                }
                Reconnect();
                break;
        }
    }
}

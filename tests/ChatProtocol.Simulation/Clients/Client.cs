namespace ChatProtocol.Simulation;

/// <summary>
/// A client that keeps to the spec, written from its text: it comes back after breaks, says again what it does not know the
/// outcome of, and goes on reading from its cursors.
/// </summary>
internal sealed class Client
{
    private readonly World _world;
    private readonly List<Place> _places = [];
    private readonly Dictionary<ulong, Poster> _posters = [];
    private readonly Habits _habits;
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
        _habits = new Habits(world, this);
    }

    public int Number { get; }

    public Identity Identity { get; }

    /// <summary>Whether it posts with counters.</summary>
    public bool Counts { get; }

    public bool HasInbox { get; }

    public bool IsOperator { get; init; }

    /// <summary>How likely it reads anything in a turn.</summary>
    public double ReadingRate { get; }

    public Pager Pager { get; }

    public Publisher? Publisher => Counts ? Identity.Publisher ??= new Publisher(_world) : null;

    public IReadOnlyList<Place> Places => _places;

    public Link? Link => _link;

    public bool IsReady { get; private set; }

    /// <summary>Nothing is open, and every room is read to its end.</summary>
    public bool IsSettled => IsReady && !_isQuitting && !_link!.IsBroken && _link.IsEmpty && !_link.Conversation.IsOpen && !Pager.IsBusy && _places.All(place => place.IsSettled);

    public Place Add(string address, bool isReader, ulong? cursor)
    {
        var place = new Place(_world, this, address, isReader) { Cursor = cursor };
        _places.Add(place);
        return place;
    }

    /// <summary>Who says what is to be said in a room, by whichever address the room was reached.</summary>
    public Poster PosterIn(ulong room)
    {
        if (!_posters.TryGetValue(room, out var poster))
            _posters.Add(room, poster = new Poster(_world, this));
        return poster;
    }

    /// <summary>One who knows a room by two addresses says what is to be said by the first.</summary>
    public bool SpeaksAt(Place place) => place.State == Place.Standing.Inside && _places.Find(first => first.Room == place.Room) == place;

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
        foreach (var place in _places)
            if (place is { IsWanted: true, State: Place.Standing.Outside })
                place.Enter(_link);
            else if (SpeaksAt(place))
                place.Poster.Send(_link, place);
        if (!_world.IsHealing)
            _habits.Act(_link);
    }

    public void Receive(Link link, Parcel parcel)
    {
        if (parcel.Segment is { } segment)
            TakeEntries(link, segment.Room, segment.First + (ulong)parcel.Index, parcel.Count);
        else if (Pager.IsInPage)
            throw new Violation(Checker.Protocol, $"{parcel.Frame} stands in a page that {this} gets");
        else
            Take(link, parcel.Frame!);
    }

    /// <summary>The connection has ended, from whichever side.</summary>
    public void Lost(Link link)
    {
        if (link != _link)
            return;
        _link = null;
        IsReady = false;
        _isQuitting = false;
        _backAt = _world.Clock.Elapsed + _world.Dice.Skewed(500);
        Pager.Stop();
        foreach (var place in _places)
            place.Lost();
        foreach (var poster in _posters.Values)
            poster.Lost();
    }

    /// <summary>Its publisher is of no use any more: what waits is given up, and a new one begun.</summary>
    public void RenewPublisher(Link link)
    {
        if (link != _link)
            return;
        Identity.Publisher?.GiveUp();
        Identity.Publisher = null;
        foreach (var client in _world.Clients.Where(client => client.Identity == Identity))
            client.BeginAnew();
    }

    /// <summary>Another client posts with its publisher; it takes it back by coming again, some time.</summary>
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
        link.Conversation.Ask(new Asked(new Quit(link.Conversation.NextId)));
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
        talk.Ask(new Asked(new Hello(talk.NextId, 1, 1, [], "sim")));
        talk.Ask(new Asked(IsOperator
            ? new Login(talk.NextId, "", CredentialKind.LocalAdmin, default, null, false)
            : new Login(talk.NextId, Identity.Name, CredentialKind.GuestKey, Identity.Key, Publisher?.Id, HasInbox)));
        // What stands behind a login waits for it (CP-SES-020).
        if (_world.Dice.Chance(0.5))
            foreach (var place in _places.Where(place => place.IsWanted))
                place.Enter(_link);
    }

    private void TakeEntries(Link link, ulong room, ulong first, int count)
    {
        if (!Pager.IsInPage)
        {
            var place = _places.Find(place => place.Room == room && place.IsJoined)
                ?? throw new Violation(Checker.Protocol, $"entry {first} of room {room} comes to {this}, who is not there");
            place.Advance(first, count);
            return;
        }
        Pager.Take(room, first, count);
        if (!Pager.IsInPage)
            Pager.GoOn(link);
    }

    private void Take(Link link, Frame frame)
    {
        switch (frame)
        {
            case Ping ping: link.Say(new Pong(ping.Id)); break;
            case PrivateRoom invitation: Accept(link, invitation); break;
            case Error { Id: { } id } error: TakeRefusal(link, link.Conversation[id], error); break;
            case Reply reply: TakeReply(link, link.Conversation[reply.Id], reply); break;
        }
    }

    private void Accept(Link link, PrivateRoom invitation)
    {
        var place = _places.Find(place => place.Room == invitation.Room && place.IsReader)
            ?? _places.Find(place => place is { IsReader: true, IsJoined: false } && place.Address == Names.PrivateMark + invitation.Name)
            ?? Add(Names.PrivateMark + invitation.Name, isReader: true, null);
        place.Invited(link, invitation);
    }

    /// <summary>The place that was asked for; but an invitation may have taken it to the room of one who had the name before.</summary>
    private Place PlaceFor(Place asked, ulong room) => asked.IsJoined && asked.Room != room ? Add(asked.Address, asked.IsReader, null) : asked;

    private void TakeReply(Link link, Asked asked, Reply reply)
    {
        switch (reply)
        {
            case LoggedIn when asked.Request is Nick nick: Identity.Name = nick.Name; break;
            case LoggedIn loggedIn: Begin(loggedIn); break;
            case RoomInfo info: PlaceFor(asked.Place!, info.Room).Entered(link, info); break;
            case Page page:
                Pager.Take(page);
                if (!Pager.IsInPage)
                    Pager.GoOn(link);
                break;
            case Posted when asked.Saying is { } saying: PosterIn(saying.Room).Answered(link, asked, reply); break;
            case Ok when asked.Request is Leave: asked.Place!.Left(); break;
        }
    }

    private void Begin(LoggedIn loggedIn)
    {
        IsReady = true;
        // Publishers go by principals: the same bytes of another one are another publisher.
        if (Publisher is { } publisher && publisher.Principal != loggedIn.Principal)
            RenewPublisher(_link!);
    }

    private void TakeRefusal(Link link, Asked asked, Error error)
    {
        if (asked.IsProbe)
            return;
        switch (asked.Request)
        {
            case Post post:
                if (error.Reason == ErrorCode.NoSuchRoom)
                    asked.Place!.Vanished(post.Room);
                PosterIn(post.Room).Answered(link, asked, error);
                break;
            case Join or Open: asked.Place!.Refused(link, error); break;
            case History: Pager.Stop(); break;
            case Leave: asked.Place!.Stays(); break;
            case Login:
                if (error.Reason == ErrorCode.NameTaken)
                {
                    Identity.MayHaveLostItself = true;
                    Identity.Name = Identity.NextName();
                }
                Reconnect();
                break;
        }
    }
}

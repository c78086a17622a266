using System.Globalization;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The conversation of a plain text client: which request each of its messages makes, and what it is told of answers and
/// events. It is a guest with a cursor in the lobby. Hub's thread only.
/// </summary>
internal sealed class LegacyGateway
{
    private const int HistoryByDefault = 10;

    /// <summary>How many names are tried before the client is refused as having none.</summary>
    private const int MaxNames = 20;

    /// <summary>With more people than this in the lobby, only their number is told.</summary>
    private const int MaxNamed = 100;

    private const string Action = "/me ";

    private readonly LegacyOutput _output;
    private readonly EndpointIndex _endpoints;
    private readonly string _firstName;
    private readonly LegacyOptions _options;
    private readonly LegacyWords _words;
    private readonly Limits _limits;
    private readonly PresenceTracker _present = new();
    private LegacyRenderer? _renderer;
    private ulong _lobby;
    private ulong _self;
    private string _name = "";
    private int _names;

    // Entries that are still to come of a page that the client asked for.
    private int _pageEntries;

    /// <param name="link">The client's connection.</param>
    /// <param name="output">Takes the lines that the client is sent.</param>
    /// <param name="port">The client's port, which makes its first name.</param>
    /// <param name="endpoints">The sessions by endpoint.</param>
    /// <param name="options">How plain text clients are served.</param>
    /// <param name="limits">The limits of clients.</param>
    public LegacyGateway(IGatewayLink link, LegacyOutput output, int port, EndpointIndex endpoints, LegacyOptions options, Limits limits)
    {
        Session = new GatewaySession<LegacyMessage>(link, Handle);
        _output = output;
        _endpoints = endpoints;
        _firstName = $"guest-{port.ToString(CultureInfo.InvariantCulture)}";
        _options = options;
        _words = LegacyWords.In(options.Language);
        _limits = limits;
    }

    /// <summary>Takes the client's messages.</summary>
    public GatewaySession<LegacyMessage> Session { get; }

    /// <summary>Lets the client in: as a guest by its address, in the lobby. What it says meanwhile waits.</summary>
    public void Begin() => Session.AskLater(new(
        id => new Hello(id, ProtocolVersion.Major, ProtocolVersion.Minor, [], "legacy"),
        answer => answer is Error ? Done(answer) : LogIn(),
        HoldsInput: true));

    /// <summary>Tells the client the content of a frame from the hub.</summary>
    public void Send(Frame frame)
    {
        if (Session.TryAnswer(frame))
            return;
        switch (frame)
        {
            case Presence presence when presence.Room == _lobby:
                Tell(presence);
                break;
            case Gap gap:
                _output.Say(_words.Describe(gap));
                break;
            case Notice notice:
                _output.Say(notice.Text.ToString());
                break;
            case Invited invited:
                _output.Say(_words.Describe(invited));
                break;
            case Expelled expelled:
                // CP-LEG-024: a client that is there and hears nothing would not know when it may come back.
                _output.Say(_words.Describe(expelled));
                Session.AskLater(new(id => new Quit(id), Done, HoldsInput: true));
                break;
            case Error error:
                _output.Say(_words.DescribeEnd(error));
                break;
            case Bye bye:
                _output.Say(_words.DescribeEnd(bye));
                break;
        }
    }

    /// <summary>Sends entries of the lobby or of a private room; its own are passed over unless the server echoes.</summary>
    public void Send(Segment segment, int index, int count)
    {
        if (_pageEntries > 0)
        {
            // A page that was read for this client alone is rendered only as far as the client asked, with its own messages.
            _pageEntries -= count;
            _renderer!.Render(segment, index, count).SendTo(_output, 0, count, passedOver: null);
            return;
        }
        segment.As(_renderer!).SendTo(_output, index, count, _options.Echo ? null : _self);
    }

    /// <summary>
    /// Tries the next name: a client at another address may have the same port, and anybody may have taken the name (CP-LEG-003).
    /// </summary>
    private GatewayRequest LogIn()
    {
        var name = _names == 0 ? _firstName : $"{_firstName}-{_names + 1}";
        _names++;
        return new(id => new Login(id, name, CredentialKind.Address, default, null, Inbox: true), IsLoggedIn, HoldsInput: true);
    }

    private GatewayRequest? IsLoggedIn(Frame answer)
    {
        if (answer is Error { Reason: ErrorCode.NameTaken } && _names < MaxNames)
            return LogIn();
        if (answer is not LoggedIn me)
            return Done(answer);
        (_self, _name) = (me.Principal, me.Name);
        return new(id => new Open(id, Names.Lobby, Create: false), lobby => Enter(me.Name, lobby), HoldsInput: true);
    }

    private GatewayRequest? Enter(string name, Frame answer)
    {
        if (answer is not RoomInfo lobby)
            return Done(answer);
        _lobby = lobby.Room;
        _renderer = new LegacyRenderer(_options.Charset, _options.Language, _lobby);
        var after = lobby.Head - Math.Min(lobby.Head, (ulong)_options.History);
        return new(id => new Join(id, Names.Lobby, PresenceMode.Full, after, lobby.Epoch), joined => Entered(name, joined), HoldsInput: true);
    }

    /// <summary>The client is in the lobby. Its cursor then brings the end of the past, and after it each new message.</summary>
    private GatewayRequest? Entered(string name, Frame answer)
    {
        if (answer is not RoomInfo joined)
            return Done(answer);
        _output.Say(joined.Cursor < joined.Head ? [_words.Greet(name), _words.Past] : [_words.Greet(name)]);
        return ListMembers(TellMembers);
    }

    private GatewayStep? Handle(ChatHub hub, LegacyMessage message) => message switch
    {
        LegacyMessage.Say say when say.MayBeFor.Count > 0 => PostUnlessMeantForOne(say),
        LegacyMessage.Say say => Post(say),
        LegacyMessage.Whisper whisper => Whisper(hub, whisper),
        LegacyMessage.Command command => Do(command),
        LegacyMessage.Rejected rejected => Answer(_words.Rejections[rejected.Reason]),
        _ => throw new ArgumentOutOfRangeException(nameof(message)),
    };

    private GatewayRequest Post(LegacyMessage.Say say) => Post(_lobby, say.Text.ToString());

    /// <summary>A text that says what its author does begins with a word of its own (CP-LEG-065).</summary>
    private GatewayRequest Post(ulong room, string text) => text.StartsWith(Action, StringComparison.Ordinal) && text[Action.Length..].Trim() is { Length: > 0 } deed
        ? new(id => new Post(id, room, deed, null, Action: true), Done)
        : new(id => new Post(id, room, text, null), Done);

    /// <summary>Signs beside a name or an address, of a user who is present or not, may be meant as the separator (CP-LEG-061).</summary>
    private GatewayStep? PostUnlessMeantForOne(LegacyMessage.Say say)
    {
        var names = say.MayBeFor.Where(target => LegacyTarget.ToAddress(target) is null).Select(target => target.Trim()).ToList();
        if (say.MayBeFor.Any(target => LegacyTarget.ToAddress(target) is { } endpoint && _endpoints.Find(endpoint) is not null))
            return Answer(_words.Rejections[LegacyRejection.OtherSigns]);
        // A text that may be meant for one alone is not told to all, so none is told if the names cannot be looked up.
        return new UserLookup(names, found => found is [] ? Post(say) : Answer(_words.Rejections[LegacyRejection.OtherSigns]));
    }

    /// <summary>
    /// The part that names a present user is the recipient, the first part if both do; if neither does, nobody is told
    /// (CP-LEG-016, CP-LEG-017).
    /// </summary>
    private GatewayRequest? Whisper(ChatHub hub, LegacyMessage.Whisper whisper)
    {
        if (FindRecipient(hub, whisper.One) is { } first)
            return WriteTo(first, whisper.Other);
        if (FindRecipient(hub, whisper.Other) is { } second)
            return WriteTo(second, whisper.One);
        return Answer(_words.NobodyHere);
    }

    /// <summary>Opens the private room, which refuses whom the recipient blocks as if it were absent (CP-BLK-002), and posts there.</summary>
    private GatewayRequest WriteTo(UserInfo recipient, string text) => new(
        id => new Open(id, Names.PrivateMark + recipient.Name, Create: true),
        answer => answer switch
        {
            RoomInfo room when room.Peer == recipient.Principal => Post(room.Room, text),
            // The name has passed to somebody else meanwhile.
            RoomInfo => Answer(_words.NobodyHere),
            _ => Done(answer),
        },
        HoldsInput: true);

    /// <summary>The present user with this name or address.</summary>
    private UserInfo? Find(ChatHub hub, string target) =>
        LegacyTarget.ToAddress(target) is { } endpoint ? _endpoints.Find(endpoint) : hub.FindPresentUser(target.Trim());

    /// <summary>The server and admins are written to by nobody.</summary>
    private UserInfo? FindRecipient(ChatHub hub, string target) =>
        Find(hub, target) is { IsPresent: true } found && !PrincipalIds.IsServers(found.Principal) ? found : null;

    private GatewayRequest? Do(LegacyMessage.Command command) => command.Name switch
    {
        "nick" when command.Argument.Length > 0 => new(id => new Nick(id, command.Argument), TellName),
        "nick" => Answer(_words.NeedsName),
        "who" => ListMembers(TellWho),
        "rooms" => ListRooms(after: 0),
        "history" when TryCount(command.Argument, out var count) => new(id => new History(id, _lobby, count, null, null), BeginPage),
        "history" => Answer(_words.NeedsNumber),
        "block" when command.Argument.Length > 0 => new(id => new Block(id, command.Argument), answer => TellBlock(answer, _words.Blocked)),
        "unblock" when command.Argument.Length > 0 => new(id => new Unblock(id, command.Argument), answer => TellBlock(answer, _words.Unblocked)),
        "block" or "unblock" => Answer(_words.AskWhom(command.Name)),
        "help" => Answer([.. _words.Help]),
        "quit" => new(id => new Quit(id), answer => answer is Error ? Done(answer) : Answer(_words.Goodbye)),
        _ => Answer(_words.DescribeUnknown(command.Name)),
    };

    private bool TryCount(string argument, out int count)
    {
        count = HistoryByDefault;
        if (argument.Length > 0 && !(int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0))
            return false;
        count = Math.Min(count, _limits.Page);
        return true;
    }

    private GatewayRequest ListMembers(Func<Frame, GatewayRequest?> answered) => new(id => new Members(id, _lobby, 0), answered);

    private GatewayRequest ListRooms(ulong after) => new(id => new Rooms(id, after), TellRooms);

    private GatewayRequest? TellName(Frame answer) => answer is LoggedIn me ? Answer(_words.DescribeName(me.Name)) : Done(answer);

    private GatewayRequest? TellMembers(Frame answer)
    {
        Keep(answer);
        return TellWho(answer is MemberList members ? WithItself(members) : answer);
    }

    /// <summary>The list with the client in it, which counts for nobody else before it has spoken (CP-LEG-063).</summary>
    private MemberList WithItself(MemberList members) =>
        members.More || members.Items.Any(member => member.Principal == _self) ? members : members with { Items = [.. members.Items, new MemberListItem(_self, _name, 1)] };

    private GatewayRequest? TellWho(Frame answer) => answer is not MemberList members ? Done(answer)
        : Answer(AreNamed(members) ? _words.Describe(members) : _words.DescribeCount(members, _present.Count));

    /// <summary>Keeps the list if all of it came and it is short enough.</summary>
    private GatewayRequest? Keep(Frame answer)
    {
        if (answer is MemberList members && AreNamed(members))
            _present.Fill(members.Items.Select(member => new PresentUser(member.Principal, member.Name)));
        else
            _present.Lose();
        return null;
    }

    private static bool AreNamed(MemberList members) => !members.More && members.Items.Count <= MaxNamed;

    private GatewayRequest? TellRooms(Frame answer)
    {
        if (answer is not RoomList rooms)
            return Done(answer);
        _output.Say([.. rooms.Items.Select(_words.Describe)]);
        return rooms.More ? ListRooms(rooms.Items[^1].Room) : null;
    }

    /// <summary>The page's entries follow.</summary>
    private GatewayRequest? BeginPage(Frame answer)
    {
        if (answer is not Page page)
            return Done(answer);
        _pageEntries = page.Count;
        return page.Count + page.Gaps == 0 ? Answer(_words.NoPast) : null;
    }

    private GatewayRequest? TellBlock(Frame answer, string done) => Answer(answer is Error error ? _words.ExplainBlock(error) : done);

    private void Tell(Presence presence)
    {
        _output.Say([.. _present.Apply(presence, _self, out var needsList).Select(_words.Describe)]);
        if (needsList)
            Session.AskLater(ListMembers(Keep));
    }

    /// <summary>Nothing follows from the answer; an error is explained.</summary>
    private GatewayRequest? Done(Frame answer) => answer is Error error ? Answer(_words.Explain(error)) : null;

    /// <summary>Says a word to the client, from which nothing follows.</summary>
    private GatewayRequest? Answer(params ReadOnlySpan<string> lines)
    {
        _output.Say(lines);
        return null;
    }
}

using System.Globalization;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Stands between the hub and a plain text client: the client's lines become requests, and the hub's frames become lines. To
/// the hub it is a client like any other, with a cursor in the lobby. Belongs to the hub's thread.
/// </summary>
internal sealed class LegacyGateway
{
    private const int HistoryByDefault = 10;

    /// <summary>How many names are tried before the client is refused as having none.</summary>
    private const int MaxNames = 20;

    /// <summary>With more people than this in the lobby, only their number is told.</summary>
    private const int MaxNamed = 100;

    private readonly LegacyProtocol _client;
    private readonly LegacyOptions _options;
    private readonly LegacyWords _words;
    private readonly Limits _limits;
    private readonly Func<Segment, LegacyRendering> _render;

    /// <summary>The purpose of each request that is in flight, by its id.</summary>
    private readonly Dictionary<ulong, Purpose> _asked = [];

    /// <summary>Messages that came before the client was in the lobby. The requests in flight bound them.</summary>
    private readonly Queue<LegacyMessage> _held = new();

    /// <summary>The other members of the lobby, by the names last shown; empty while there are too many to be told.</summary>
    private readonly Dictionary<ulong, string> _present = [];

    private ulong _lastId;
    private ulong _lobby;
    private LoggedIn? _me;
    private int _names;
    private int _pageEntries;

    // The count of members that was told last.
    private ulong _presentCount;
    private bool _isIn;

    public LegacyGateway(LegacyProtocol client, LegacyOptions options, Limits limits)
    {
        _client = client;
        _options = options;
        _words = LegacyWords.In(options.Language);
        _limits = limits;
        _render = segment => Render(segment, 0, segment.Count);
    }

    private enum Purpose
    {
        Enter,
        Say,
        Nick,
        WhoIsThere,
        Recall,
        Who,
        Rooms,
        History,
        Block,
        Unblock,
        Quit,
    }

    /// <summary>Lets the client in: as a guest by its address, in the lobby.</summary>
    public void Begin()
    {
        AskLater(Purpose.Enter, id => new Hello(id, ProtocolVersion.Major, ProtocolVersion.Minor, [], "legacy"));
        LogIn();
    }

    /// <summary>Carries out a message of the client.</summary>
    public void Receive(ChatHub hub, LegacyMessage message)
    {
        if (!_isIn)
        {
            _held.Enqueue(message);
            return;
        }
        switch (message)
        {
            case LegacyMessage.Say say:
                var post = new Post(NewId(Purpose.Say), _lobby, say.Text, null);
                hub.PostUnlessMeantForOne(_client.Session, post, say.MayBeFor, () =>
                {
                    _asked.Remove(post.Id);
                    Say(_words.Doubts[LegacyDoubt.OtherSigns]);
                    _client.Settled();
                });
                break;
            case LegacyMessage.Whisper whisper:
                hub.Whisper(_client.Session, NewId(Purpose.Say), whisper.One, whisper.Other);
                break;
            case LegacyMessage.Command command:
                Do(hub, command);
                break;
            case LegacyMessage.Unclear unclear:
                Say(_words.Doubts[unclear.Doubt]);
                _client.Settled();
                break;
        }
    }

    /// <summary>Tells the client the content of a frame from the hub.</summary>
    public void Send(Frame frame)
    {
        switch (frame)
        {
            case Reply reply when _asked.Remove(reply.Id, out var purpose):
                Answer(purpose, reply);
                break;
            case Error { Id: { } id } error when _asked.Remove(id, out var purpose):
                Refuse(purpose, error);
                break;
            case Error error:
                Say(LegacyWords.Fill(_words.Closing, error.Reason == ErrorCode.Malformed ? _words.NoText : error.Text));
                break;
            case Presence presence when presence.Room == _lobby:
                Tell(presence);
                break;
            case Gap gap:
                Say(LegacyWords.Fill(gap.Why == GapReason.Expired ? _words.Expired : _words.Damaged, gap.Last - gap.First + 1));
                break;
            case Notice notice:
                Say(notice.Text.ToString());
                break;
            case Bye bye:
                Say(LegacyWords.Fill(bye.Why == ByeCode.Kicked ? _words.Kicked : _words.Stopping, bye.Reason));
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
            Render(segment, index, count).SendTo(_client, 0, count, passedOver: null);
            return;
        }
        segment.As(_options, _render).SendTo(_client, index, count, _options.Echo ? null : _me!.Principal);
    }

    private LegacyRendering Render(Segment segment, int index, int count) =>
        LegacyRendering.Of(segment, index, count, _options.Charset, segment.Room == _lobby ? "" : _words.PrivateMark, _words.Erased);

    private void LogIn()
    {
        // A client at another address may have the same port, and anybody may have taken the name.
        var name = $"guest-{_client.Port.ToString(CultureInfo.InvariantCulture)}{(_names == 0 ? "" : $"-{_names + 1}")}";
        _names++;
        AskLater(Purpose.Enter, id => new Login(id, name, CredentialKind.Address, default, null, Inbox: true));
    }

    private void Do(ChatHub hub, LegacyMessage.Command command)
    {
        switch (command.Name)
        {
            case "nick" when command.Argument.Length > 0:
                Ask(hub, Purpose.Nick, id => new Nick(id, command.Argument));
                return;
            case "who":
                Ask(hub, Purpose.Who, id => new Members(id, _lobby, 0));
                return;
            case "rooms":
                Ask(hub, Purpose.Rooms, id => new Rooms(id, 0));
                return;
            case "history" when TryCount(command.Argument, out var count):
                Ask(hub, Purpose.History, id => new History(id, _lobby, count, null, null));
                return;
            case "block" when command.Argument.Length > 0:
                Ask(hub, Purpose.Block, id => new Block(id, command.Argument));
                return;
            case "unblock" when command.Argument.Length > 0:
                Ask(hub, Purpose.Unblock, id => new Unblock(id, command.Argument));
                return;
            case "quit":
                Ask(hub, Purpose.Quit, id => new Quit(id));
                return;
            case "help":
                Say([.. _words.Help]);
                break;
            case "nick":
                Say(_words.NeedsName);
                break;
            case "block" or "unblock":
                Say(LegacyWords.Fill(_words.NeedsWhom, command.Name));
                break;
            case "history":
                Say(_words.NeedsNumber);
                break;
            default:
                Say(LegacyWords.Fill(_words.UnknownCommand, command.Name));
                break;
        }
        _client.Settled();
    }

    private bool TryCount(string argument, out int count)
    {
        count = HistoryByDefault;
        if (argument.Length > 0 && !(int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0))
            return false;
        count = Math.Min(count, _limits.Page);
        return true;
    }

    private void Answer(Purpose purpose, Reply reply)
    {
        switch (reply)
        {
            case LoggedIn me when purpose == Purpose.Enter:
                _me = me;
                AskLater(Purpose.Enter, id => new Open(id, Names.Lobby, Create: false));
                break;
            case LoggedIn me:
                _me = me;
                Say(LegacyWords.Fill(_words.YourName, me.Name));
                break;
            case RoomInfo lobby when _lobby == 0:
                _lobby = lobby.Room;
                var past = Math.Min(lobby.Head, (ulong)_options.History);
                AskLater(Purpose.Enter, id => new Join(id, Names.Lobby, PresenceMode.Full, lobby.Head - past, lobby.Epoch));
                break;
            case RoomInfo joined:
                Enter(joined);
                break;
            case MemberList members:
                Tell(purpose, members);
                return;
            case RoomList rooms:
                Tell(rooms);
                return;
            case Page page:
                _pageEntries = page.Count;
                if (page.Count + page.Gaps == 0)
                    Say(_words.NoPast);
                break;
            case Ok when purpose is Purpose.Block or Purpose.Unblock:
                Say(purpose == Purpose.Block ? _words.Blocked : _words.Unblocked);
                break;
            case Ok when purpose == Purpose.Quit:
                Say(_words.Goodbye);
                break;
        }
        Settle(purpose);
    }

    private void Refuse(Purpose purpose, Error error)
    {
        if (purpose == Purpose.Enter && error.Reason == ErrorCode.NameTaken && _names < MaxNames)
        {
            LogIn();
            return;
        }
        Say(purpose is Purpose.Block or Purpose.Unblock ? _words.ExplainBlock(error) : _words.Explain(error));
        Settle(purpose);
    }

    /// <summary>The client is in the lobby. Its cursor then brings the end of the past, and after it each new message.</summary>
    private void Enter(RoomInfo joined)
    {
        var welcome = LegacyWords.Fill(_words.Welcome, _me!.Name);
        Say(joined.Cursor < joined.Head ? [welcome, _words.Past] : [welcome]);
        AskLater(Purpose.WhoIsThere, id => new Members(id, _lobby, 0));
        _client.Later(hub =>
        {
            _isIn = true;
            while (_held.TryDequeue(out var message))
                Receive(hub, message);
        });
    }

    private void Tell(Purpose purpose, MemberList members)
    {
        var areNamed = !members.More && members.Items.Count <= MaxNamed;
        if (areNamed)
            foreach (var member in members.Items.Where(member => member.Principal != _me!.Principal))
                _present[member.Principal] = member.Name;
        if (purpose != Purpose.Recall)
            Say(areNamed
                ? LegacyWords.Fill(_words.Present, string.Join(", ", members.Items.Select(member => member.Name)))
                : LegacyWords.Fill(_words.PresentMany, members.More ? Math.Max(_presentCount, (ulong)members.Items.Count) : (ulong)members.Items.Count));
        Settle(purpose);
    }

    private void Tell(RoomList rooms)
    {
        Say([.. rooms.Items.Select(room => LegacyWords.Fill(
            _words.Room, room.Kind == RoomKind.Private ? _words.PrivateMark + room.Name : room.Name, room.Members, room.Head))]);
        if (rooms.More)
            AskLater(Purpose.Rooms, id => new Rooms(id, rooms.Items[^1].Room));
        else
            Settle(Purpose.Rooms);
    }

    private void Tell(Presence presence)
    {
        var news = new List<string>();
        var wereTooMany = _presentCount > MaxNamed;
        _presentCount = presence.Count;
        if (presence.Count > MaxNamed)
            _present.Clear();
        else if (wereTooMany)
            // Members were not named for a while, so the list of those present has to be fetched again.
            AskLater(Purpose.Recall, id => new Members(id, _lobby, 0));
        foreach (var (principal, name) in presence.Arrived)
        {
            if (principal == _me!.Principal)
                continue;
            if (!_present.TryGetValue(principal, out var before))
                news.Add(LegacyWords.Fill(_words.Entered, name));
            else if (before != name)
                news.Add(LegacyWords.Fill(_words.Renamed, before, name));
            _present[principal] = name;
        }
        foreach (var (principal, name) in presence.Left)
            if (_present.Remove(principal))
                news.Add(LegacyWords.Fill(_words.Left, name));
        Say([.. news]);
    }

    /// <summary>A request of the client is done; requests that the gateway makes by itself are not counted.</summary>
    private void Settle(Purpose purpose)
    {
        if (purpose is not (Purpose.Enter or Purpose.WhoIsThere or Purpose.Recall))
            _client.Settled();
    }

    private void Ask(ChatHub hub, Purpose purpose, Func<ulong, Request> request) => hub.Receive(_client.Session, request(NewId(purpose)));

    /// <summary>Makes a request because of a frame that the hub is just sending, once the hub is done with that.</summary>
    private void AskLater(Purpose purpose, Func<ulong, Request> request) => _client.Later(hub => Ask(hub, purpose, request));

    private ulong NewId(Purpose purpose)
    {
        _asked.Add(++_lastId, purpose);
        return _lastId;
    }

    /// <summary>Sends notices, the server's own words, in one piece.</summary>
    private void Say(params ReadOnlySpan<string> lines)
    {
        if (lines.IsEmpty)
            return;
        var text = new LegacyTextBuilder(_options.Charset);
        foreach (var line in lines)
        {
            text.Append(LegacyWords.Notice + line.ReplaceLineEndings(" "));
            text.EndLine();
        }
        _client.Write(text.Build(), 0, text.Length);
    }
}

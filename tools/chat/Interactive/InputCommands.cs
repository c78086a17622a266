using System.Collections.Concurrent;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Carries out the lines that the user types: text for the current room, or a command.</summary>
internal sealed class InputCommands
{
    /// <summary>How many past messages of a room are shown on entry.</summary>
    private const int ShownOnEntry = 10;

    /// <summary>And the most where more of them are new.</summary>
    private const int NewShownOnEntry = 100;

    private readonly ChatClient _client;
    private readonly RoomMembers _people;
    private readonly EventPrinter _view;
    private readonly ShownMarks _marks;
    private readonly ConcurrentDictionary<string, ChatRoom> _joined = new(new RoomNameComparer());
    private readonly InputCommand[] _commands;
    private readonly List<Task> _posts = [];

    public InputCommands(ChatClient client, RoomMembers people, EventPrinter view, ShownMarks marks)
    {
        (_client, _people, _view, _marks) = (client, people, view, marks);
        _commands =
        [
            new("/join", "ROOM", "enter a room, or return to one", EnterAsync),
            new("/part", "[ROOM]", "leave a room, this one if none is given", PartAsync),
            new("/msg", "NAME [TEXT]", "send one user a private message", TellAsync),
            new("/block", "NAME", "block a user's private messages", BlockAsync),
            new("/unblock", "NAME", "unblock a user", UnblockAsync),
            new("/blocks", "", "the users you have blocked", BlocksAsync),
            new("/nick", "NAME", "change your name", NickAsync),
            new("/who", "[ROOM]", "the users in a room", WhoAsync),
            new("/rooms", "", "the rooms", RoomsAsync),
            new("/history", "[N]", "the last messages of this room", HistoryAsync),
            new("/search", "WORDS", "messages with these words, the last first", new SearchInput(client, view).SearchAsync),
            new("/show", "SEQ [ROOM]", "one message in full", ShowAsync),
            .. new MessageCommands(client, view, Say).All,
            .. new RoomCommands(client, view, EnterAsync).All,
            new("/register", "", "how to make an account of your name", RegisterAsync),
            new("/help", "", "this list", HelpAsync),
            new("/quit", "", "leave", (_, _) => Task.CompletedTask),
        ];
    }

    /// <summary>
    /// Whether there is a connection now. Without one, texts wait for it; commands are refused, since they would block the
    /// input.
    /// </summary>
    public bool IsConnected { get; set; } = true;

    /// <summary>Carries out one line; false if the user wants to leave.</summary>
    public async Task<bool> HandleAsync(string line, CancellationToken stop)
    {
        try
        {
            var (text, given) = SlashPrefix.Read(line);
            if (text is not null)
            {
                Say(text);
                return true;
            }
            var (name, rest) = SlashPrefix.Split(given!);
            if (name == "/quit")
                return false;
            if (Array.Find(_commands, command => command.Name == name) is not { } known)
                _view.ShowError($"there is no command {name}; /help lists them, and // at the beginning of a line stands for /");
            else if (IsConnected || known.Act == HelpAsync || known.Act == RegisterAsync)
                await known.Act(rest, stop);
            else
                _view.ShowError($"there is no connection just now; {name} has to wait for it");
        }
        catch (ChatException e) when (e.Failure is ChatFailure.Refused or ChatFailure.TimedOut)
        {
            _view.ShowError(e.Message);
        }
        catch (ArgumentException e)
        {
            // What was typed is more than the SDK takes.
            _view.ShowError(FailureReason.Of(e));
        }
        return true;
    }

    /// <summary>The completions of a word: commands at the beginning of a line, names of users and rooms elsewhere.</summary>
    public IEnumerable<string> Complete(string before, string word)
    {
        if (before.Length == 0 && word.StartsWith('/'))
            return _commands.Select(command => command.Name);
        return before.TrimEnd() is "/join" or "/part" or "/who"
            ? _joined.Values.Select(room => room.Label()).Concat(_people.Names.Select(name => Names.PrivateMark + name))
            : RoomCommands.Complete(before) ?? _people.Names;
    }

    /// <summary>Enters a room, shows its last messages, and makes it the current room.</summary>
    public async Task EnterAsync(string address, CancellationToken stop)
    {
        if (address.Length == 0)
        {
            _view.ShowError("which room? /join ROOM");
            return;
        }
        address = RoomWords.ToAddress(address);
        var opened = await _client.OpenAsync(address, create: true, stop);
        if (_joined.TryGetValue(opened.ToString(), out var known) && known.Joined || (known = opened).Joined)
        {
            _joined[known.ToString()] = known;
            _view.Current = known;
            _view.Say($"you are in {known.Label()}");
            return;
        }
        // History is shown before new messages, and delivery begins at its end, so that no message is missed between the two.
        using var inOrder = _view.Hold();
        var head = opened.Head;
        var room = await _client.JoinAsync(address, new JoinOptions { From = ChatCursor.At(head), Presence = PresenceMode.Full }, stop);
        _joined[room.ToString()] = room;
        _view.Current = room;
        await ShowNewsAsync(room, head, stop);
        var members = await room.MembersAsync(stop).ToListAsync(stop);
        _people.Fill(room, members);
        // Presence in a private room means having entered it, and says nothing about being online.
        _view.Say(room.Kind == RoomKind.Private ? $"you are in {room}" : $"you are {_client.Name} in {room.Label()}, {Others(members)}");
        foreach (var line in RoomCommands.About(room))
            _view.Say(line);
    }

    /// <summary>
    /// Handles the removal of a room, or the user's own from it. If it was the current one there is none until the user chooses: a draft was meant for those
    /// who were in it, and not for another room.
    /// </summary>
    public void Gone(ChatRoom room)
    {
        _joined.TryRemove(new KeyValuePair<string, ChatRoom>(room.ToString(), room));
        _people.Forget(room);
        if (room == _view.Current)
            _view.Current = null;
    }

    /// <summary>Fetches the members of all rooms anew after a lost connection. It never throws.</summary>
    public async Task LookAroundAsync(CancellationToken stop, ChatRoom? only = null)
    {
        try
        {
            foreach (var room in _joined.Values.Where(room => room.Joined && (only is null || room == only)))
            {
                var members = await room.MembersAsync(stop).ToListAsync(stop);
                // The members told before the connection was lost are void.
                if (only is null)
                    _people.Forget(room);
                _people.Fill(room, members);
            }
        }
        catch (Exception e) when (e is ChatException or OperationCanceledException)
        {
            // The next reconnection tries again.
        }
    }

    /// <summary>Completes when the outcome of every post is known, and each failure has been shown.</summary>
    public Task PostsAsync() => Task.WhenAll(_posts);

    /// <summary>Posts a text without waiting for the one before: the order of the calls is that of the posts.</summary>
    private void Say(string text, PostOptions? options = null)
    {
        _posts.RemoveAll(post => post.IsCompleted);
        if (_view.Current is { } room)
            _posts.Add(TellIfLostAsync(room.PostAsync(text, options), text));
        else
            _view.ShowError("you are in no room; /join one first");
    }

    private async Task TellIfLostAsync(Task post, string text)
    {
        try
        {
            await post;
        }
        catch (ChatException e)
        {
            var shown = text.Length <= 40 ? text : text[..40] + "…";
            _view.ShowError(e.Outcome switch
            {
                Outcome.Refused => e.Message,
                Outcome.NotSent => $"not sent: {shown} ({e.Message})",
                _ => $"not known to be stored: {shown} ({e.Message})",
            });
        }
    }

    private async Task PartAsync(string address, CancellationToken stop)
    {
        var room = address.Length == 0 ? _view.Current : _joined.GetValueOrDefault(RoomAddress.Parse(RoomWords.ToAddress(address)).ToString());
        if (room is null)
        {
            _view.ShowError(address.Length == 0 ? "you are in no room" : $"you are not in {address}");
            return;
        }
        await room.LeaveAsync(stop);
        _joined.TryRemove(room.ToString(), out _);
        _people.Forget(room);
        _view.Say($"you have left {room.Label()}");
        if (room == _view.Current)
            _view.Current = _joined.Values.FirstOrDefault();
    }

    private async Task TellAsync(string rest, CancellationToken stop)
    {
        var (name, text) = SlashPrefix.Split(rest);
        if (name.Length == 0)
        {
            _view.ShowError("to whom? /msg NAME TEXT");
            return;
        }
        var address = Names.PrivateMark + WithoutMark(name);
        if (text.Length == 0)
            await EnterAsync(address, stop);
        else
            // The client has an inbox, so the private room delivers its own post too, which shows it.
            await (await _client.OpenAsync(address, cancellationToken: stop)).PostAsync(text, stop);
    }

    private async Task BlockAsync(string name, CancellationToken stop)
    {
        if (IsNobody(name, "/block"))
            return;
        await _client.BlockAsync(WithoutMark(name), stop);
        _view.Say($"you hear no more from {WithoutMark(name)} in private; /unblock {WithoutMark(name)} undoes it");
    }

    private async Task UnblockAsync(string name, CancellationToken stop)
    {
        if (IsNobody(name, "/unblock"))
            return;
        await _client.UnblockAsync(WithoutMark(name), stop);
        _view.Say($"you hear from {WithoutMark(name)} again");
    }

    private async Task BlocksAsync(string _, CancellationToken stop)
    {
        var blocked = await _client.BlocksAsync(stop).Select(item => item.Name).ToListAsync(stop);
        _view.Say(blocked.Count == 0 ? "you have blocked nobody" : $"you have blocked {string.Join(", ", blocked)}");
    }

    private bool IsNobody(string name, string command)
    {
        if (name.Length == 0)
            _view.ShowError($"whom? {command} NAME");
        return name.Length == 0;
    }

    private static string WithoutMark(string name) => name.TrimStart(Names.PrivateMark);

    private async Task NickAsync(string name, CancellationToken stop)
    {
        if (name.Length == 0)
            _view.ShowError("which name? /nick NAME");
        else
            _view.Say($"you are now called {await _client.NickAsync(name, stop)}");
    }

    private async Task WhoAsync(string address, CancellationToken stop)
    {
        var room = address.Length == 0 ? _view.Current : await _client.OpenAsync(RoomWords.ToAddress(address), cancellationToken: stop);
        if (room is null)
        {
            _view.ShowError("you are in no room; /who ROOM shows the users of another");
            return;
        }
        var members = await room.MembersAsync(stop).ToListAsync(stop);
        _view.Say(members.Count == 0 ? $"nobody is in {room.Label()}" : $"in {room.Label()}: {string.Join(", ", members.Select(member => member.Name))}");
    }

    private async Task RoomsAsync(string _, CancellationToken stop)
    {
        await foreach (var room in _client.RoomsAsync(stop))
            _view.Say($"{room.Label()}  {room.Members} present, {room.Head} message{(room.Head == 1 ? "" : "s")}");
    }

    private async Task HistoryAsync(string count, CancellationToken stop)
    {
        if ((count.Length == 0 ? 20 : Numbers.Parse(count)) is not { } wanted)
        {
            _view.ShowError("/history takes a number");
            return;
        }
        if (_view.Current is not { } room)
        {
            _view.ShowError("you are in no room");
            return;
        }
        await ShowPastAsync(room, (await _client.OpenAsync(room.ToString(), cancellationToken: stop)).Head, wanted, new NewLine(0), stop);
    }

    /// <summary>Shows the last messages of a room that was entered, with a line before those that are new; they count as read then.</summary>
    private async Task ShowNewsAsync(ChatRoom room, ulong head, CancellationToken stop)
    {
        var unread = await UnreadAsync(room, stop);
        var line = new NewLine(unread.Count > 0 ? unread.Marker : 0);
        if (unread is { Marker: > 0, Count: > NewShownOnEntry })
            _view.Say($"{(unread.IsExact ? "" : "up to ")}{unread.Count} messages are new; these are the last of them, and /history {unread.Count} shows all");
        await ShowPastAsync(room, head, unread.Marker == 0 ? ShownOnEntry : Math.Clamp(unread.Count, ShownOnEntry, NewShownOnEntry), line, stop);
        _marks.Shown(room, head);
    }

    private static async Task<ChatUnread> UnreadAsync(ChatRoom room, CancellationToken stop)
    {
        try
        {
            return await room.MarkReadAsync(0, stop);
        }
        catch (ChatException e) when (e.Code == ErrorCode.UnknownCode)
        {
            // An older server knows no markers.
            return new ChatUnread();
        }
    }

    private async Task ShowPastAsync(ChatRoom room, ulong head, ulong wanted, NewLine line, CancellationToken stop)
    {
        await foreach (var page in room.PagesAsync(await room.SeqBeforeLastAsync(wanted, head, stop), head, cancellationToken: stop))
            _view.Page(room, page, line);
    }

    private async Task ShowAsync(string rest, CancellationToken stop)
    {
        var (number, address) = SlashPrefix.Split(rest);
        if (Numbers.Parse(number) is not ({ } seq and > 0))
        {
            _view.ShowError("/show takes the number of a message: /show SEQ [ROOM]");
            return;
        }
        var room = address.Length == 0 ? _view.Current : await _client.OpenAsync(RoomWords.ToAddress(address), cancellationToken: stop);
        if (room is null)
        {
            _view.ShowError("you are in no room; /show SEQ ROOM shows a message of another");
            return;
        }
        if (await room.MessagesAsync(seq - 1, seq, cancellationToken: stop).FirstOrDefaultAsync(stop) is { } message && message.Seq == seq)
            _view.Single(room, message);
        else
            _view.ShowError($"there is no message {seq} in {room.Label()}");
    }

    /// <summary>A password typed here would stand on the screen and among the lines that come back.</summary>
    private Task RegisterAsync(string given, CancellationToken stop)
    {
        if (given.Length > 0)
            _view.ShowError("type no password here, where it stays on the screen; if that was one, choose another");
        _view.Say($"leave with /quit, and make the account with: chat register {_client.Name}, and the same --server; it asks for the password without showing it");
        return Task.CompletedTask;
    }

    private Task HelpAsync(string _, CancellationToken stop)
    {
        foreach (var command in _commands)
            _view.Say($"{DisplayWidth.PadRight($"{command.Name} {command.Arguments}", 26)} {command.Meaning}");
        return Task.CompletedTask;
    }

    private string Others(List<ChatMember> members)
    {
        var others = members.Where(member => member.Principal != _client.Principal).Select(member => member.Name).ToList();
        return others.Count switch
        {
            0 => "alone so far",
            <= 10 => "with " + string.Join(", ", others),
            _ => $"with {others.Count} others",
        };
    }
}

using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands that change the current room: its settings, and who may what in it.</summary>
/// <param name="client">The session.</param>
/// <param name="view">The screen, which has the current room.</param>
/// <param name="enter">Enters a room by its address.</param>
internal sealed class RoomCommands(ChatClient client, EventPrinter view, Func<string, CancellationToken, Task> enter)
{
    /// <summary>The most messages that are looked at for a user's last one.</summary>
    private const int Searched = 100;

    public IEnumerable<InputCommand> All =>
    [
        new("/create", "NAME [TOPIC]", "make a room for those you invite", CreateAsync),
        new("/invite", "NAME", "let a user into this room", InviteAsync),
        new("/topic", "[TEXT]", "this room's topic; - takes it away", TopicAsync),
        new("/title", "[TEXT]", "this room's title; - takes it away", TitleAsync),
        new("/roles", "", "who has a role in this room", RolesAsync),
        new("/role", "NAME ROLE", "give a role: member, moderator, owner or none", RoleAsync),
        new("/mute", "NAME [TIME] [REASON]", "let a user only read here, as for 10m", (rest, stop) => RestrictAsync("/mute", rest, stop)),
        new("/unmute", "NAME", "let a user post again", (name, stop) => LiftAsync("/unmute", name, stop)),
        new("/ban", "NAME [TIME] [REASON]", "remove a user from this room, as for 2h", (rest, stop) => RestrictAsync("/ban", rest, stop)),
        new("/unban", "NAME", "let a user in again", (name, stop) => LiftAsync("/unban", name, stop)),
        new("/report", "NAME|SEQ [REASON]", "tell the server's moderators of a user's last message here, or of one", ReportAsync),
        new("/slow", "TIME|off", "let each user post once in so long, as in 30s", SlowAsync),
        new("/moderated", "on|off", "let only those with a role post", (rest, stop) => SwitchAsync("/moderated", rest, on => new RoomChange { IsModerated = on }, stop)),
        new("/archive", "on|off", "let nobody post", (rest, stop) => SwitchAsync("/archive", rest, on => new RoomChange { IsArchived = on }, stop)),
    ];

    /// <summary>The words that may stand at a place of a line; null if any name may.</summary>
    public static IEnumerable<string>? Complete(string before) => before.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["/role", _] => RoomWords.RoleNames,
        ["/moderated" or "/archive"] => ["on", "off"],
        ["/slow"] => ["off"],
        _ => null,
    };

    /// <summary>The lines that tell what a room is about, and what it forbids.</summary>
    public static IEnumerable<string> About(ChatRoom room)
    {
        if (room.Title.Length > 0)
            yield return $"title of {room.Label()}: {room.Title}";
        if (room.Topic.Length > 0)
            yield return $"topic of {room.Label()}: {room.Topic}";
        if (room.IsArchived)
            yield return $"{room.Label()} is archived: it can be read, and nobody posts";
        else if (room.Restriction == RoomRestriction.Muted)
            yield return MutedInWords(room);
        else if (room is { IsModerated: true, Role: RoomRole.None })
            yield return $"{room.Label()} is moderated, and you have no role in it: you can read, and a moderator can make you a member";
        if (room is { SlowMode: { } slow, Role: < RoomRole.Moderator })
            yield return $"slow mode: what you post here goes out once in {Seconds(slow)}";
    }

    /// <summary>The restriction of the user, and what to do.</summary>
    public static string MutedInWords(ChatRoom room) => string.Create(
        CultureInfo.InvariantCulture,
        $"you are muted in {room.Label()}{(room.RestrictedUntil is { } until ? $" until {until.ToLocalTime():yyyy-MM-dd HH:mm}" : "")}: you can read, and what you post is refused; a moderator can lift it (/roles)");

    private async Task CreateAsync(string rest, CancellationToken stop)
    {
        var (name, topic) = SlashPrefix.Split(rest);
        if (name.Length == 0)
        {
            view.ShowError("which name? /create NAME [TOPIC]");
            return;
        }
        var room = await client.CreateRoomAsync(name, topic: topic, cancellationToken: stop);
        await enter(room.Address, stop);
        view.Say($"nobody else sees {room.Label()} until you invite somebody: /invite NAME");
    }

    private Task InviteAsync(string rest, CancellationToken stop) => WithUserAsync("/invite NAME", rest, async (room, name, _) =>
    {
        if ((await room.InviteAsync(name, stop)).Seq is null)
            view.Say($"{name} has a role in {room.Label()} already");
    });

    private Task TopicAsync(string text, CancellationToken stop) => InRoomAsync(room =>
    {
        if (text.Length > 0)
            return DoneAsync(room.SetTopicAsync(text == "-" ? "" : text, stop));
        view.Say(room.Topic.Length == 0 ? $"{room.Label()} has no topic" : $"topic of {room.Label()}: {room.Topic}");
        return Task.CompletedTask;
    });

    private Task TitleAsync(string text, CancellationToken stop) => InRoomAsync(room =>
    {
        if (text.Length > 0)
            return DoneAsync(room.SetTitleAsync(text == "-" ? "" : text, stop));
        view.Say(room.Title.Length == 0 ? $"{room.Label()} has no title" : $"title of {room.Label()}: {room.Title}");
        return Task.CompletedTask;
    });

    private Task RolesAsync(string _, CancellationToken stop) => InRoomAsync(async room =>
    {
        var hasAny = false;
        await foreach (var one in room.RolesAsync(stop))
        {
            hasAny = true;
            view.Say($"{one.Name}  {RoomWords.Of(one.Role)}{RestrictionInWords(one)}");
        }
        if (!hasAny)
            view.Say($"nobody has a role in {room.Label()}");
    });

    private Task RoleAsync(string rest, CancellationToken stop)
    {
        const string Usage = "/role NAME ROLE, which is member, moderator, owner or none";
        return WithUserAsync(Usage, rest, (room, name, word) =>
        {
            if (RoomWords.ToRole(word) is { } role)
                return DoneAsync(room.SetRoleAsync(name, role, cancellationToken: stop));
            view.ShowError(Usage);
            return Task.CompletedTask;
        });
    }

    private Task RestrictAsync(string command, string rest, CancellationToken stop) => WithUserAsync($"{command} NAME [TIME] [REASON]", rest, (room, name, more) =>
    {
        var (word, behind) = SlashPrefix.Split(more);
        var lasts = Times.ParseSpan(word);
        var reason = lasts is null ? more : behind;
        if (lasts is not { Ticks: <= 0 })
            return DoneAsync(command == "/ban" ? room.BanAsync(name, lasts, reason, stop) : room.MuteAsync(name, lasts, reason, stop));
        view.ShowError($"{word} is no time; {command} {name} holds until it is lifted, and {command} {name} 10m for ten minutes");
        return Task.CompletedTask;
    });

    private Task LiftAsync(string command, string rest, CancellationToken stop) =>
        WithUserAsync($"{command} NAME", rest, (room, name, _) => DoneAsync(room.UnmuteAsync(name, stop)));

    private Task SlowAsync(string rest, CancellationToken stop) => InRoomAsync(room =>
    {
        if ((rest == "off" ? TimeSpan.Zero : Times.ParseSpan(rest)) is { } slow)
            return DoneAsync(room.ChangeAsync(new RoomChange { SlowMode = slow }, stop));
        view.ShowError($"/slow takes off, or {Times.SpanForms}");
        return Task.CompletedTask;
    });

    private Task SwitchAsync(string command, string rest, Func<bool, RoomChange> change, CancellationToken stop) => InRoomAsync(room =>
    {
        if (rest is "on" or "off")
            return DoneAsync(room.ChangeAsync(change(rest == "on"), stop));
        view.ShowError($"{command} takes on or off");
        return Task.CompletedTask;
    });

    private Task InRoomAsync(Func<ChatRoom, Task> act)
    {
        if (view.Current is { } room)
            return act(room);
        view.ShowError("you are in no room; /join one first");
        return Task.CompletedTask;
    }

    private Task WithUserAsync(string usage, string rest, Func<ChatRoom, string, string, Task> act) => InRoomAsync(room =>
    {
        var (name, more) = SlashPrefix.Split(rest);
        if (name.Length > 0)
            return act(room, name.TrimStart(Names.PrivateMark), more);
        view.ShowError($"whom? {usage}");
        return Task.CompletedTask;
    });

    /// <summary>A change is shown by its entry.</summary>
    private async Task DoneAsync(Task<PostReceipt> changing)
    {
        if ((await changing).Seq is null)
            view.Say("that is so already");
    }

    private static string RestrictionInWords(ChatRoleInfo one) => one.Restriction == RoomRestriction.None ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $", {RoomWords.Of(one.Restriction)}{(one.Until is { } until ? $" until {until.ToLocalTime():yyyy-MM-dd HH:mm}" : "")} by {one.By}{(one.Reason.Length == 0 ? "" : $": {one.Reason}")}");

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");

    private async Task ReportAsync(string rest, CancellationToken stop)
    {
        var (which, reason) = SlashPrefix.Split(rest);
        if (which.Length == 0)
            view.ShowError("whose message? /report NAME [REASON]");
        else if (view.Current is not { } room)
            view.ShowError("which room? /join ROOM");
        else if (await FindReportedAsync(room, which, stop) is not { } message)
            view.ShowError(Numbers.Parse(which) is { } none ? $"{room.Label()} has no message {none}" : $"{which} has posted none of the last {Searched} messages here: /history shows them, and /report SEQ takes any");
        else
        {
            await room.ReportAsync(message.Seq, reason, stop);
            view.Say($"reported message {message.Seq} of {message.Name} to the moderators of the server, who see it with your name");
        }
    }

    /// <summary>The message of a seq, or the last one of a user: names are not digits alone.</summary>
    private static async Task<ChatMessage?> FindReportedAsync(ChatRoom room, string which, CancellationToken stop)
    {
        if (Numbers.Parse(which) is { } seq)
            return seq == 0 ? null : (await room.HistoryAsync(1, after: seq - 1, cancellationToken: stop)).Entries.FirstOrDefault(entry => entry.Seq == seq)?.ToMessage();
        var page = await room.HistoryAsync(Searched, cancellationToken: stop);
        return page.Entries.OfType<ChatMessage>().LastOrDefault(message => !message.IsErased && message.Name.Equals(which, StringComparison.OrdinalIgnoreCase));
    }
}

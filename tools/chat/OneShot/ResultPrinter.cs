using System.Globalization;
using System.Text.Json;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Prints the results of a one-shot command, for people or for programs. The fields are those of the manual's table.</summary>
internal sealed class ResultPrinter(TextWriter writer, bool isJson, TerminalStyle style)
{
    /// <summary>The option that chooses the form.</summary>
    public static OutputOption CreateOption() => new("text", "ndjson", ": one JSON object a line");

    /// <summary>The placeholder of an erased text.</summary>
    public const string ErasedText = "[erased]";

    public bool IsJson => isJson;

    public Task FlushAsync() => writer.FlushAsync();

    /// <summary>Prints an entry of any kind: its words for people, if it has any; for programs always an object (CP-MSG-015).</summary>
    public void Entry(ChatRoom room, ChatEntry entry)
    {
        if (isJson)
            writer.WriteLine(Json.Object(json => WriteEntry(json, room, entry)));
        else if ((ChangeInWords(entry) ?? AmendmentInWords(entry, null)) is { } change)
            writer.WriteLine($"{style.Dim(LocalTime(entry.Time))} {style.Dim("* " + Escaped.Line(change))}");
        else if (entry.ToMessage() is { } message)
        {
            var text = message.IsErased ? style.Dim(ErasedText) : Escaped.Block(message.Text + StateInWords(message)).ReplaceLineEndings("\n    ");
            var name = style.Name(message.From, message.Name);
            writer.WriteLine($"{style.Dim(LocalTime(message.Time))} {(message.IsAction ? $"* {name}" : $"{name}:")} {text}");
        }
    }

    /// <summary>Prints what a search found: a line around the words for people; for programs the entry, with the words' places in characters.</summary>
    public void Hit(ChatRoom room, SearchHit hit)
    {
        if (!isJson)
        {
            var entry = hit.Entry;
            writer.WriteLine($"{style.Dim(LocalTime(entry.Time))} {style.Dim($"[{Escaped.Line(room.Label())}]")} {style.Name(entry.From, entry.Name)}: {new HitExcerpt(hit).With(style.Highlight)}");
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            WriteEntry(json, room, hit.Entry);
            json.WriteStartArray("marks");
            foreach (var mark in hit.Marks)
            {
                json.WriteStartArray();
                json.WriteNumberValue(CountCharacters(hit.Text.AsSpan(0, mark.Start)));
                json.WriteNumberValue(CountCharacters(hit.Text.AsSpan(mark.Start, mark.Length)));
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }));
    }

    private static int CountCharacters(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }

    /// <summary>The sentence of an entry that tells a change in a room, with its author; null for another entry.</summary>
    public static string? ChangeInWords(ChatEntry entry) =>
        entry is ChatPurge purge ? $"{purge.Name} has purged what one user posted{(purge.First == purge.Last ? $", message {purge.First}" : $" from message {purge.First} to {purge.Last}")}"
        : entry is not (ChatRoomChange or ChatRoleChange) ? null : TextOf(entry) is { } text ? $"{entry.Name} {text}" : $"{entry.Name}: {ErasedText}";

    /// <summary>The sentence of an entry that tells what became of a message, which has a name for people or goes by its number; null for another entry.</summary>
    public static string? AmendmentInWords(ChatEntry entry, string? target)
    {
        if (entry is not ChatAmendment amendment)
            return null;
        target ??= $"message {amendment.Target}";
        return amendment switch
        {
            ChatEdit { IsErased: true } => null,
            ChatEdit edit => $"{edit.Name} edited {target}: {edit.Text}",
            ChatRetraction => $"{amendment.Name} took message {amendment.Target} back",
            ChatPin pin => $"{pin.Name} {(pin.IsPinned ? "pinned" : "unpinned")} {target}",
            ChatReaction { Changes: [.., { IsOn: true } last] } => $"{last.Name} {last.Reaction} {target}",
            _ => null,
        };
    }

    /// <summary>What is shown behind the text of a message that was edited, is pinned or has reactions.</summary>
    public static string StateInWords(ChatMessage message) =>
        (message.Edited is null ? "" : " (edited)") + (message.IsPinned ? " (pinned)" : "")
        + (message.Reactions.Count == 0 ? "" : $" [{string.Join(", ", message.Reactions.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Reaction} {one.Count}")))}]");

    /// <summary>Reports that a message, which may have been printed before, was erased; a program that keeps it should drop it.</summary>
    public void Erased(ChatRoom room, ulong seq) => About(room, seq, "erased", $"* message {seq} was erased");

    /// <summary>Reports missing entries, in their place among the others.</summary>
    public void Gap(ChatRoom room, ulong first, ulong last, GapReason why)
    {
        if (!isJson)
        {
            writer.WriteLine(style.Dim($"-- {InWords(first, last, why)} --"));
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            WriteAbout(json, room, first, "gap");
            json.WriteNumber("last", last);
            json.WriteString("why", why == GapReason.Expired ? "expired" : "damaged");
        }));
    }

    /// <summary>The sentence about missing entries, for people.</summary>
    public static string InWords(ulong first, ulong last, GapReason why)
    {
        var (which, them, are) = first == last ? ($"message {first} is missing", "it", "it is") : ($"messages {first} to {last} are missing", "them", "they are");
        return which + (why == GapReason.Expired ? $": the server does not keep {them} any more" : $": {are} damaged on the server");
    }

    /// <summary>Reports that the server was restored from a backup: the messages printed above this seq are void.</summary>
    public void Rewound(ChatRoom room, ulong seq) =>
        About(room, seq, "rewound", $"-- the server was restored: the messages above after message {seq} are void --");

    /// <summary>Prints a text from a server of plain text, which sends neither author nor time.</summary>
    public void LegacyMessage(string text, DateTimeOffset now)
    {
        if (!isJson)
        {
            writer.WriteLine($"{style.Dim(LocalTime(now))} {Escaped.Block(text).ReplaceLineEndings("\n    ")}");
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            foreach (var unknown in (string[])["room", "epoch", "seq"])
                json.WriteNull(unknown);
            json.WriteString("time", Json.Time(now));
            json.WriteNull("from");
            json.WriteNull("principal");
            json.WriteString("kind", "message");
            json.WriteText("text", text);
        }));
    }

    /// <summary>Reports a durable post: its place for programs, nothing for people.</summary>
    public void Receipt(ChatRoom room, PostReceipt receipt)
    {
        if (!isJson)
            return;
        writer.WriteLine(Json.Object(json =>
        {
            json.WriteText("room", room.ToString());
            json.WriteNumber("epoch", receipt.Epoch);
            if (receipt.Seq is { } seq)
                json.WriteNumber("seq", seq);
            else
                json.WriteNull("seq");
            if (receipt.Time is { } time)
                json.WriteString("time", Json.Time(time));
            else
                json.WriteNull("time");
        }));
    }

    /// <summary>Reports a room that was made: its address.</summary>
    public void Made(ChatRoom room)
    {
        if (!isJson)
        {
            writer.WriteLine(Escaped.Line(room.Address));
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            json.WriteText("room", room.Address);
            json.WriteString("kind", RoomWords.Of(room.Kind));
            json.WriteText("name", room.Name);
        }));
    }

    public void Unread(IEnumerable<(ChatRoomInfo Room, ChatUnread Unread)> rooms)
    {
        if (!isJson)
        {
            var table = new Table("ROOM", "UNREAD");
            foreach (var (room, unread) in rooms)
                table.Add(room.Label(), (unread.IsExact ? "" : "<=") + unread.Count.ToString(CultureInfo.InvariantCulture));
            table.WriteTo(writer, style);
            return;
        }
        foreach (var (room, unread) in rooms)
            writer.WriteLine(Json.Object(json =>
            {
                json.WriteString("schema", "chat.unread.v1");
                json.WriteText("room", room.Address);
                json.WriteString("kind", RoomWords.Of(room.Kind));
                json.WriteText("name", room.Name);
                json.WriteNumber("unread", unread.Count);
                json.WriteBoolean("exact", unread.IsExact);
                json.WriteNumber("marker", unread.Marker);
                json.WriteNumber("head", unread.Head);
            }));
    }

    public void Rooms(IEnumerable<ChatRoomInfo> rooms)
    {
        if (!isJson)
        {
            var table = new Table("ROOM", "MESSAGES", "PRESENT", "LAST");
            foreach (var room in rooms)
                table.Add(room.Label(), room.Head.ToString(CultureInfo.InvariantCulture), room.Members.ToString(CultureInfo.InvariantCulture),
                    room.LastSaid is { } last ? LocalTime(last) : "-");
            table.WriteTo(writer, style);
            return;
        }
        foreach (var room in rooms)
            writer.WriteLine(Json.Object(json =>
            {
                json.WriteText("room", room.Address);
                json.WriteString("kind", RoomWords.Of(room.Kind));
                json.WriteText("name", room.Name);
                json.WriteNumber("head", room.Head);
                json.WriteNumber("members", room.Members);
                if (room.LastSaid is { } last)
                    json.WriteString("time", Json.Time(last));
                else
                    json.WriteNull("time");
            }));
    }

    public void Member(ChatMember member)
    {
        if (!isJson)
        {
            writer.WriteLine(style.Name(member.Principal, member.Name) + (member.Sessions > 1 ? style.Dim($" ({member.Sessions} sessions)") : ""));
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            json.WriteText("name", member.Name);
            json.WriteNumber("principal", member.Principal);
            json.WriteNumber("sessions", member.Sessions);
        }));
    }

    /// <summary>Prints a warning when the connection is lost, with the reason; the command goes on.</summary>
    public void TellOfConnection(ChatEvent happened, TextWriter error)
    {
        if (happened is ConnectionLost lost)
            CommandLine.Warn($"{ByeMessage.InWords(lost.Error)}; trying to get it back", error, isJson);
        else if (happened is ConnectionRestored)
            CommandLine.Warn("connected again", error, isJson);
    }

    private static string LocalTime(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Reports an event about a message; for programs in the form of a message.</summary>
    private void About(ChatRoom room, ulong seq, string kind, string inWords)
    {
        if (!isJson)
        {
            writer.WriteLine(style.Dim(inWords));
            return;
        }
        writer.WriteLine(Json.Object(json => WriteAbout(json, room, seq, kind)));
    }

    private static void WriteAbout(Utf8JsonWriter json, ChatRoom room, ulong seq, string kind)
    {
        json.WriteText("room", room.ToString());
        json.WriteNumber("epoch", room.Epoch);
        json.WriteNumber("seq", seq);
        json.WriteNull("time");
        json.WriteNull("from");
        json.WriteNull("principal");
        json.WriteString("kind", kind);
        json.WriteNull("text");
    }

    private static void WriteEntry(Utf8JsonWriter json, ChatRoom room, ChatEntry entry)
    {
        var text = TextOf(entry);
        json.WriteText("room", room.ToString());
        json.WriteNumber("epoch", room.Epoch);
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("time", Json.Time(entry.Time));
        json.WriteText("from", entry.Name);
        json.WriteNumber("principal", entry.From);
        json.WriteString("kind", entry switch
        {
            UnknownChatEntry => "unknown",
            ChatRoomChange => "room-changed",
            ChatRoleChange => "role-changed",
            ChatPurge => "purged",
            ChatEdit => "edited",
            ChatRetraction => "retracted",
            ChatReaction => "reacted",
            ChatPin => "pinned",
            _ => text is null ? "erased" : "message",
        });
        if (entry is UnknownChatEntry unknown)
            json.WriteNumber("code", unknown.Code);
        if (text is null)
            json.WriteNull("text");
        else
            json.WriteText("text", text);
        IReadOnlyList<Column<ChatEntry>> more = entry is ChatRoomChange ? RoomChangeColumns : entry is ChatRoleChange ? RoleChangeColumns
            : entry is ChatPurge ? PurgeColumns : [];
        foreach (var column in more)
            column.Write(json, column.Name, entry);
        if (entry is ChatAmendment amendment)
            MessageFields.Write(json, amendment);
        else if (entry is ChatMessage message)
            MessageFields.Write(json, message);
    }

    /// <summary>The words of an entry without its author; null if they were erased, or it has none.</summary>
    private static string? TextOf(ChatEntry entry)
    {
        var text = entry switch
        {
            ChatRoomChange change => change.Text,
            ChatRoleChange change => change.Text,
            ChatEdit edit => edit.Text,
            _ => entry.ToMessage()?.Text ?? default,
        };
        return text.Length == 0 ? null : text.ToString();
    }

    private static readonly IReadOnlyList<Column<ChatEntry>> RoomChangeColumns =
    [
        .. ((Column<RoomChange>[])
        [
            Column<RoomChange>.Text("title", c => c.Title),
            Column<RoomChange>.Text("topic", c => c.Topic),
            Column<RoomChange>.Flag("moderated", c => c.IsModerated),
            Column<RoomChange>.Flag("archived", c => c.IsArchived),
            Column<RoomChange>.Span("slow", c => c.SlowMode),
            Column<RoomChange>.Span("edit_for", c => c.EditTime),
        ]).Select(column => column.Of<ChatEntry>(entry => ((ChatRoomChange)entry).Change)),
    ];

    private static readonly IReadOnlyList<Column<ChatEntry>> RoleChangeColumns =
    [
        .. ((Column<ChatRoleChange>[])
        [
            Column<ChatRoleChange>.Text("whom", c => c.Whom),
            Column<ChatRoleChange>.Number("whom_principal", c => c.Principal),
            Column<ChatRoleChange>.Text("role", c => RoomWords.Of(c.Role)),
            Column<ChatRoleChange>.Text("restriction", c => RoomWords.Of(c.Restriction)),
            Column<ChatRoleChange>.Time("until", c => c.Until),
        ]).Select(column => column.Of<ChatEntry>(entry => (ChatRoleChange)entry)),
    ];

    private static readonly IReadOnlyList<Column<ChatEntry>> PurgeColumns =
    [
        Column<ChatEntry>.Number("whom_principal", entry => ((ChatPurge)entry).Principal),
        Column<ChatEntry>.Number("first", entry => ((ChatPurge)entry).First),
        Column<ChatEntry>.Number("last", entry => ((ChatPurge)entry).Last),
    ];
}

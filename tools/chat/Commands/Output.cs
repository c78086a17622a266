using System.Globalization;
using System.Text.Json;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Prints what a one-shot command found, for people or for programs. The fields are those of the manual's table.</summary>
internal sealed class Output(TextWriter writer, bool isJson, Style style)
{
    /// <summary>The option that chooses.</summary>
    public static OutputOption CreateOption() => new("text", "ndjson", ": one JSON object a line");

    /// <summary>What stands for a text that was erased.</summary>
    public const string ErasedText = "[erased]";

    public bool IsJson => isJson;

    public Task FlushAsync() => writer.FlushAsync();

    /// <summary>An entry of whatever kind: people see what it says, if anything, and programs that it is there (CP-MSG-015).</summary>
    public void Entry(ChatRoom room, Entry entry)
    {
        var message = entry.ToMessage();
        if (!isJson)
        {
            if (message is null)
                return;
            var text = message.IsErased ? style.Dim(ErasedText) : Safe.Block(message.Text.ToString()).ReplaceLineEndings("\n    ");
            writer.WriteLine($"{style.Dim(LocalTime(message.Time))} {style.Name(message.From, message.Name)}: {text}");
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            json.WriteText("room", room.ToString());
            json.WriteNumber("epoch", room.Epoch);
            json.WriteNumber("seq", entry.Seq);
            json.WriteString("time", Json.Time(entry.Time));
            json.WriteText("from", entry.Name);
            json.WriteNumber("principal", entry.From);
            json.WriteString("kind", entry is UnknownEntry ? "unknown" : message!.IsErased ? "erased" : "message");
            if (entry is UnknownEntry unknown)
                json.WriteNumber("code", (ulong)unknown.RawCode);
            if (message is null or { IsErased: true })
                json.WriteNull("text");
            else
                json.WriteText("text", message.Text.ToString());
        }));
    }

    /// <summary>A message that may have been printed before has no text any more: whoever keeps it shall drop it.</summary>
    public void Erased(ChatRoom room, ulong seq) => About(room, seq, "erased", $"* message {seq} was erased");

    /// <summary>Entries that do not come, in their place among the others.</summary>
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

    /// <summary>What people are told of entries that do not come.</summary>
    public static string InWords(ulong first, ulong last, GapReason why)
    {
        var which = first == last ? $"message {first} is missing" : $"messages {first} to {last} are missing";
        return which + (why == GapReason.Expired ? ": the server does not keep them any more" : ": they are damaged on the server");
    }

    /// <summary>The server was restored from a backup: what was printed above this seq is void.</summary>
    public void Rewound(ChatRoom room, ulong seq) =>
        About(room, seq, "rewound", $"-- the server was restored: what stands above from behind message {seq} is void --");

    /// <summary>What a server of plain text has sent: it tells neither who nor when.</summary>
    public void LegacyMessage(string text, DateTimeOffset now)
    {
        var time = (ulong)now.ToUnixTimeMilliseconds();
        if (!isJson)
        {
            writer.WriteLine($"{style.Dim(LocalTime(time))} {Safe.Block(text).ReplaceLineEndings("\n    ")}");
            return;
        }
        writer.WriteLine(Json.Object(json =>
        {
            foreach (var unknown in (string[])["room", "epoch", "seq"])
                json.WriteNull(unknown);
            json.WriteString("time", Json.Time(time));
            json.WriteNull("from");
            json.WriteNull("principal");
            json.WriteString("kind", "message");
            json.WriteText("text", text);
        }));
    }

    /// <summary>A post is durable: programs are told where it stands, people only when something goes wrong.</summary>
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

    public void Rooms(IEnumerable<RoomListItem> rooms)
    {
        if (!isJson)
        {
            var table = new Table("ROOM", "MESSAGES", "PRESENT", "LAST");
            foreach (var room in rooms)
                table.Add(Address(room), room.Head.ToString(CultureInfo.InvariantCulture), room.Members.ToString(CultureInfo.InvariantCulture),
                    room.Time == 0 ? "-" : LocalTime(room.Time));
            table.WriteTo(writer, style);
            return;
        }
        foreach (var room in rooms)
            writer.WriteLine(Json.Object(json =>
            {
                json.WriteText("room", Address(room));
                json.WriteNumber("head", room.Head);
                json.WriteNumber("members", room.Members);
                if (room.Time == 0)
                    json.WriteNull("time");
                else
                    json.WriteString("time", Json.Time(room.Time));
            }));
    }

    public void Member(MemberListItem member)
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

    public static string LocalTime(ulong milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>What is no message, but about one: for programs in the same form.</summary>
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

    private static string Address(RoomListItem room) => room.Kind == RoomKind.Private ? Names.PrivateMark + room.Name : room.Name;
}

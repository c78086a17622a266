using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Writes an export, line by line. A new fact about something is a field of its line's case here and of the same case in
/// <see cref="ExportLineParser"/>; one that may be absent needs no other version.
/// </summary>
internal sealed class ExportWriter(Stream output) : IDisposable
{
    /// <summary>The name of the format, in the first line.</summary>
    public const string Schema = "export.v1";

    // Texts stay readable: everything outside of ASCII is written as it is.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ExportHash _hash = new();
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>The hash of the last line.</summary>
    public byte[] Hash => _hash.Last;

    public void Write(ExportLine line)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, Options))
        {
            json.WriteStartObject();
            Write(json, line);
            json.Flush();
        }
        output.Write(_line.WrittenSpan);
        output.Write(_hash.Add(_line.WrittenSpan));
        output.WriteByte((byte)'\n');
    }

    public void Dispose() => _hash.Dispose();

    private static void Write(Utf8JsonWriter json, ExportLine line)
    {
        switch (line)
        {
            case ExportLine.Header header: Write(json, header); break;
            case ExportLine.Principal principal: Write(json, principal); break;
            case ExportLine.Block { Record: var block }:
                json.WriteString("line", "block");
                json.WriteNumber("owner", block.Owner);
                json.WriteNumber("blocked", block.Blocked);
                json.WriteString("name", block.Name);
                break;
            case ExportLine.Room { Record: var room }: Write(json, room); break;
            case ExportLine.Entry entry: Write(json, entry); break;
            case ExportLine.Gap gap:
                json.WriteString("line", "gap");
                json.WriteNumber("room", gap.RoomId);
                json.WriteNumber("first", gap.First);
                json.WriteNumber("last", gap.Last);
                json.WriteString("why", gap.Why == GapReason.Expired ? "expired" : "damaged");
                break;
            case ExportLine.Head head:
                json.WriteString("line", "head");
                json.WriteNumber("room", head.RoomId);
                json.WriteNumber("head", head.Seq);
                json.WriteNumber("entries", head.Entries);
                break;
            case ExportLine.End end:
                json.WriteString("line", "end");
                json.WriteNumber("principals", end.Principals);
                json.WriteNumber("blocks", end.Blocks);
                json.WriteNumber("rooms", end.Rooms);
                json.WriteNumber("entries", end.Entries);
                break;
            default: throw new InvalidOperationException($"There is no form for {line}.");
        }
    }

    private static void Write(Utf8JsonWriter json, ExportLine.Header header)
    {
        json.WriteString("line", "header");
        json.WriteString("schema", Schema);
        json.WriteString("scope", header.IsWhole ? "server" : "room");
        json.WriteString("server", Convert.ToHexStringLower(header.Server.Span));
        json.WriteString("agent", header.Agent);
        json.WriteNumber("time", header.Time);
    }

    private static void Write(Utf8JsonWriter json, ExportLine.Principal principal)
    {
        json.WriteString("line", "principal");
        json.WriteNumber("id", principal.Id);
        json.WriteString("name", principal.Name);
        json.WriteNumber("seen", principal.Seen);
        if (principal.Account is not { } account)
            return;
        json.WriteString("role", ExportWords.Of(account.Role));
        json.WriteNumber("made", account.Made);
        if (account.IsDisabled)
            json.WriteBoolean("disabled", true);
    }

    private static void Write(Utf8JsonWriter json, RoomRecord room)
    {
        json.WriteString("line", "room");
        json.WriteNumber("id", room.Id);
        json.WriteString("kind", ExportWords.RoomKinds[(int)room.Kind]);
        json.WriteString("name", room.Name);
        json.WriteNumber("creator", room.Creator);
        if (room.Kind == RoomKind.Private)
            json.WriteNumber("peer", room.Peer);
        json.WriteNumber("epoch", room.Epoch);
        json.WriteNumber("epoch-first", room.EpochFirst);
        json.WriteNumber("oldest", room.Oldest);
        json.WriteNumber("head", room.Head);
        WriteOptional(json, "keep-age", room.Keeps?.Age);
        WriteOptional(json, "keep-count", room.Keeps?.Count);
        WriteOptional(json, "keep-bytes", room.Keeps?.Bytes);
        Write(json, room.Settings);
        if (room.Standings.Count == 0)
            return;
        json.WriteStartArray("roles");
        foreach (var standing in room.Standings)
            Write(json, standing);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RoomSettings settings)
    {
        if (settings.Title.Length > 0)
            json.WriteString("title", settings.Title);
        if (settings.Topic.Length > 0)
            json.WriteString("topic", settings.Topic);
        if (settings.IsModerated)
            json.WriteBoolean("moderated", true);
        if (settings.IsArchived)
            json.WriteBoolean("archived", true);
        if (settings.Slow > 0)
            json.WriteNumber("slow", settings.Slow);
        if (settings.EditFor > 0)
            json.WriteNumber("edit-for", settings.EditFor);
    }

    private static void Write(Utf8JsonWriter json, RoomStanding standing)
    {
        json.WriteStartObject();
        json.WriteNumber("principal", standing.Principal);
        json.WriteString("name", standing.Name);
        json.WriteString("role", ExportWords.RoomRoles[(int)standing.Role]);
        json.WriteString("restriction", ExportWords.Restrictions[(int)standing.Restriction]);
        json.WriteNumber("until", standing.Until);
        json.WriteString("reason", standing.Reason);
        json.WriteString("by", standing.By);
        json.WriteNumber("made", standing.Made);
        json.WriteEndObject();
    }

    /// <summary>A message by its fields, and whatever these do not say in full by its bytes too.</summary>
    private static void Write(Utf8JsonWriter json, ExportLine.Entry line)
    {
        var entry = line.Value;
        json.WriteString("line", "entry");
        json.WriteNumber("room", entry.Room);
        json.WriteNumber("seq", entry.Seq);
        json.WriteNumber("time", entry.Time);
        json.WriteNumber("from", entry.From);
        json.WriteString("name", entry.Name);
        json.WriteNumber("kind", entry.Code);
        if (entry is Message message && EntryFrame.Encode(message).AsSpan().SequenceEqual(line.Frame.Span))
            json.WriteString("text", message.Text.Utf8.Span);
        else
            json.WriteString("frame", Convert.ToHexStringLower(line.Frame.Span[FrameBuffer.LengthSize..]));
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, ulong? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
    }
}

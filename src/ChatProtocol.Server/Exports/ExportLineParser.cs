using System.Text;
using System.Text.Json;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Parses the lines of an export. Fields that it does not know are passed over, so that a later version can have more of them
/// (CP-EXP-007).
/// </summary>
internal static class ExportLineParser
{
    /// <summary>The longest agent, in bytes of UTF-8.</summary>
    private const int MaxAgent = 64;

    /// <summary>The most principals with a role or a restriction in a room (CP-ROL-011).</summary>
    private const int MaxRoles = 1000;

    /// <summary>Ids up to this are taken: the rest is for those that are given later.</summary>
    private const ulong MaxId = Limits.MaxInteger / 2;

    /// <exception cref="ExportException">It is no line of an export; says why, without its number.</exception>
    public static ExportLine Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return Parse(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ExportException("it is no JSON object of UTF-8");
        }
    }

    private static ExportLine Parse(JsonElement line) => Text(line, "line", 16) switch
    {
        "header" => Header(line),
        "principal" => new ExportLine.Principal(Id(line, "id"), Name(line, "name"), (long)Number(line, "seen"), Account(line)),
        "block" => new ExportLine.Block(new BlockRecord(Id(line, "owner"), Id(line, "blocked"), Name(line, "name"))),
        "room" => new ExportLine.Room(Room(line)),
        "entry" => Entry(line),
        "gap" => Gap(line),
        "head" => new ExportLine.Head(Id(line, "room"), Number(line, "head"), Number(line, "entries")),
        "end" => new ExportLine.End(Number(line, "principals"), Number(line, "blocks"), Number(line, "rooms"), Number(line, "entries")),
        var other => throw new ExportException($"the kind '{other}' is not known here"),
    };

    private static ExportLine.Header Header(JsonElement line)
    {
        if (Text(line, "schema", 64) is var schema && schema != ExportWriter.Schema)
            throw new ExportException($"the schema is '{schema}', and this chatd reads {ExportWriter.Schema}");
        var server = Hex(line, "server");
        if (server.Length != 16)
            throw new ExportException("'server' has to be 16 bytes");
        return new ExportLine.Header(server, Text(line, "agent", MaxAgent), Number(line, "time"), Word(line, "scope", "server", "room"));
    }

    private static AccountRecord? Account(JsonElement line)
    {
        if (!line.TryGetProperty("role", out _))
            return null;
        var role = ExportWords.Role(Text(line, "role", 16)) ?? throw new ExportException("'role' has to be member, admin or owner");
        var isDisabled = line.TryGetProperty("disabled", out var disabled) && disabled.GetBoolean();
        return new AccountRecord(Id(line, "id"), role, default, (long)Number(line, "made"), isDisabled);
    }

    private static RoomRecord Room(JsonElement line)
    {
        var kind = (RoomKind)Word(line, "kind", ExportWords.RoomKinds);
        var isPrivate = kind == RoomKind.Private;
        var name = isPrivate ? "" : Name(line, "name");
        var (creator, peer) = (Id(line, "creator"), isPrivate ? Id(line, "peer") : 0);
        if (isPrivate && peer <= creator)
            throw new ExportException("the 'peer' of a private room has to have a higher id than its 'creator'");
        var (age, count, bytes) = (Optional(line, "keep-age"), Optional(line, "keep-count"), Optional(line, "keep-bytes"));
        return new RoomRecord(Id(line, "id"), kind, name, Number(line, "epoch"), Number(line, "epoch-first"), creator, peer)
        {
            Oldest = Number(line, "oldest"),
            Head = Number(line, "head"),
            Keeps = (age ?? count ?? bytes) is null ? null : new RetentionLimits(age, count, bytes),
            Settings = Settings(line),
            Standings = isPrivate ? [] : Standings(line),
        };
    }

    private static RoomSettings Settings(JsonElement room) => new(
        OptionalText(room, "title", Names.MaxLength), OptionalText(room, "topic", ChangeRoom.MaxTopic), Flag(room, "moderated"), Flag(room, "archived"),
        Optional(room, "slow") ?? 0, Optional(room, "edit-for") ?? 0);

    private static List<RoomStanding> Standings(JsonElement room)
    {
        if (!room.TryGetProperty("roles", out var roles))
            return [];
        var standings = roles.EnumerateArray().Select(one => new RoomStanding(
            Id(one, "principal"), Name(one, "name"), (RoomRole)Word(one, "role", ExportWords.RoomRoles), (RoomRestriction)Word(one, "restriction", ExportWords.Restrictions),
            (long)Number(one, "until"), Text(one, "reason", Ban.MaxReason), Text(one, "by", Names.MaxLength), (long)Number(one, "made"))).ToList();
        return standings.Count <= MaxRoles && standings.Zip(standings.Skip(1)).All(pair => pair.First.Principal < pair.Second.Principal) ? standings
            : throw new ExportException($"'roles' has to be at most {MaxRoles} principals, by ascending id");
    }

    private static ExportLine.Entry Entry(JsonElement line)
    {
        var (room, seq, time, from, name) = (Id(line, "room"), Number(line, "seq"), Number(line, "time"), Id(line, "from"), Name(line, "name"));
        var kind = Number(line, "kind");
        if (line.TryGetProperty("frame", out _))
            return Decode(Framed(Hex(line, "frame"))) is { } entry && ((ulong)entry.Value.Code, entry.Value.Room, entry.Value.Seq, entry.Value.Time, entry.Value.From, entry.Value.Name) == (kind, room, seq, time, from, name)
                ? entry : throw new ExportException("the 'frame' is not that of this entry");
        if (kind != (ulong)Message.FrameCode)
            throw new ExportException($"an entry of the kind {kind} has to have its 'frame'");
        var message = new Message(room, seq, time, from, name, new Text(Text(line, "text", int.MaxValue)));
        return new ExportLine.Entry(message, EntryFrame.Encode(message));
    }

    private static ExportLine.Entry? Decode(byte[] frame)
    {
        try
        {
            return new ExportLine.Entry(EntryFrame.Decode(frame), frame);
        }
        catch (ProtocolViolation)
        {
            return null;
        }
    }

    private static ExportLine.Gap Gap(JsonElement line)
    {
        var gap = new ExportLine.Gap(Id(line, "room"), Number(line, "first"), Number(line, "last"), Word(line, "why", "expired", "damaged") ? GapReason.Expired : GapReason.Damaged);
        return gap.First <= gap.Last ? gap : throw new ExportException("the gap ends before it begins");
    }

    private static byte[] Framed(byte[] payload)
    {
        var frame = new byte[FrameBuffer.LengthSize + payload.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
        payload.CopyTo(frame, FrameBuffer.LengthSize);
        return frame;
    }

    private static JsonElement Field(JsonElement line, string name) =>
        line.TryGetProperty(name, out var field) ? field : throw new ExportException($"'{name}' is missing");

    private static string Text(JsonElement line, string name, int most)
    {
        var field = Field(line, name);
        if (field.ValueKind != JsonValueKind.String || field.GetString() is not { } text)
            throw new ExportException($"'{name}' has to be a string");
        return most == int.MaxValue || Encoding.UTF8.GetByteCount(text) <= most ? text : throw new ExportException($"'{name}' has more than {most} bytes");
    }

    private static string Name(JsonElement line, string name) =>
        Text(line, name, Names.MaxLength) is { Length: > 0 } text ? text : throw new ExportException($"'{name}' is empty");

    private static ulong Number(JsonElement line, string name) =>
        Field(line, name) is { ValueKind: JsonValueKind.Number } field && field.TryGetUInt64(out var number) && number <= Limits.MaxInteger
            ? number : throw new ExportException($"'{name}' has to be a whole number from 0 to {Limits.MaxInteger}");

    private static ulong Id(JsonElement line, string name) =>
        Number(line, name) is > 0 and <= MaxId and var id ? id : throw new ExportException($"'{name}' has to be a number from 1 to {MaxId}");

    private static ulong? Optional(JsonElement line, string name) => line.TryGetProperty(name, out _) ? Number(line, name) : null;

    /// <summary>True for the one word, false for the other.</summary>
    private static bool Word(JsonElement line, string name, string one, string other) =>
        Text(line, name, 16) is var word && (word == one || word == other) ? word == one : throw new ExportException($"'{name}' has to be '{one}' or '{other}'");

    /// <summary>The place of the word in a list of them.</summary>
    private static int Word(JsonElement line, string name, IReadOnlyList<string> words)
    {
        var word = Text(line, name, 16);
        for (var i = 0; i < words.Count; i++)
            if (words[i] == word)
                return i;
        throw new ExportException($"'{name}' has to be one of {string.Join(", ", words)}");
    }

    private static string OptionalText(JsonElement line, string name, int most) => line.TryGetProperty(name, out _) ? Text(line, name, most) : "";

    private static bool Flag(JsonElement line, string name) => line.TryGetProperty(name, out var flag) && flag.GetBoolean();

    private static byte[] Hex(JsonElement line, string name)
    {
        var text = Text(line, name, int.MaxValue);
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            throw new ExportException($"'{name}' has to be hexadecimal");
        }
    }
}

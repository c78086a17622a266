using System.Text.Json;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// Writes everything that the server has of a user as one JSON object, page by page, so that it takes no more memory for a long history. Its
/// schema is <c>spec/schemas/chat.export.v1.schema.json</c>.
/// </summary>
internal sealed class AccountExport(ChatClient client, Stream stream, ProgressLine progress)
{
    private static readonly Column<ChatAccountInfo>[] AccountFields =
    [
        Column<ChatAccountInfo>.Text("name", a => a.Name),
        Column<ChatAccountInfo>.Number("principal", a => a.Principal),
        Column<ChatAccountInfo>.Text("role", a => AccountWords.Of(a.Role)),
        Column<ChatAccountInfo>.Time("made", a => a.Made),
    ];

    private static readonly Column<ChatSessionInfo>[] SessionFields =
    [
        Column<ChatSessionInfo>.Number("id", s => s.Session),
        Column<ChatSessionInfo>.Text("address", s => s.Address),
        Column<ChatSessionInfo>.Text("transport", s => s.Transport),
        Column<ChatSessionInfo>.Number("rooms", s => s.Rooms),
        Column<ChatSessionInfo>.Time("since", s => s.Since),
    ];

    private static readonly Column<ChatToken>[] TokenFields =
    [
        Column<ChatToken>.Number("id", t => t.Number),
        Column<ChatToken>.Text("label", t => t.Label),
        Column<ChatToken>.Text("scopes", t => AccountWords.Of(t.Scopes)),
        Column<ChatToken>.Number("rooms", t => t.Rooms == 0 ? null : t.Rooms),
        Column<ChatToken>.Time("made", t => t.Made),
        Column<ChatToken>.Time("expires", t => t.Expires),
        Column<ChatToken>.Time("used", t => t.Used),
    ];

    private static readonly Column<ChatInvitation>[] InvitationFields =
    [
        Column<ChatInvitation>.Number("id", i => i.Number),
        Column<ChatInvitation>.Text("role", i => AccountWords.Of(i.Role)),
        Column<ChatInvitation>.Number("uses", i => i.Uses),
        Column<ChatInvitation>.Time("made", i => i.Made),
        Column<ChatInvitation>.Time("expires", i => i.Expires),
    ];

    private static readonly Column<ChatUser>[] BlockFields = [Column<ChatUser>.Text("name", u => u.Name), Column<ChatUser>.Number("principal", u => u.Principal)];

    private static readonly Column<HistoryGap>[] GapFields =
    [
        Column<HistoryGap>.Number("first", g => g.First),
        Column<HistoryGap>.Number("last", g => g.Last),
        Column<HistoryGap>.Text("why", g => g.Reason == GapReason.Expired ? "expired" : "damaged"),
    ];

    public async Task WriteAsync(ChatAddress server, CancellationToken stop)
    {
        await using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("schema", "chat.export.v1");
        json.WriteString("time", Json.Time(DateTimeOffset.UtcNow + client.Server.TimeOffset));
        json.WriteText("server", server.ToString());
        json.WriteStartObject("account");
        WriteFields(json, await client.Account.GetAsync(stop), AccountFields);
        json.WriteEndObject();
        await WriteListAsync(json, "sessions", client.Account.SessionsAsync(stop), SessionFields, stop);
        await WriteListAsync(json, "tokens", client.Account.TokensAsync(stop), TokenFields, stop);
        // An admin is told everybody's invitations.
        await WriteListAsync(json, "invitations", client.Account.InvitationsAsync(stop).Where(invitation => invitation.By == client.Name), InvitationFields, stop);
        await WriteListAsync(json, "blocks", client.BlocksAsync(stop), BlockFields, stop);
        json.WriteStartArray("rooms");
        await foreach (var room in client.RoomsAsync(stop))
            await WriteRoomAsync(json, room, stop);
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(stop);
        stream.WriteByte((byte)'\n');
        await stream.FlushAsync(stop);
    }

    private async Task WriteRoomAsync(Utf8JsonWriter json, ChatRoomInfo listed, CancellationToken stop)
    {
        json.WriteStartObject();
        json.WriteText("room", listed.Address);
        json.WriteNumber("id", listed.Id);
        string? failure = null;
        var gaps = new List<HistoryGap>();
        json.WriteStartArray("messages");
        try
        {
            var room = await client.OpenAsync(listed.Address, cancellationToken: stop);
            await foreach (var page in room.PagesAsync(through: room.Head, cancellationToken: stop))
            {
                progress.Show($"{listed.Address}: {page.Last} of {room.Head} messages read");
                gaps.AddRange(page.Gaps);
                foreach (var message in page.Entries.Where(entry => entry.From == client.Principal).Select(entry => entry.ToMessage()).OfType<ChatMessage>())
                    Write(json, message);
                await json.FlushAsync(stop);
            }
        }
        catch (ChatException e) when (e.Code is ErrorCode.NoSuchRoom or ErrorCode.NoSuchUser)
        {
            // It was removed meanwhile, or nobody has the other's name any more.
            failure = FailureReason.Of(e);
        }
        json.WriteEndArray();
        json.WriteStartArray("missing");
        foreach (var gap in gaps)
            WriteObject(json, gap, GapFields);
        json.WriteEndArray();
        Column<string?>.Text("failure", text => text).Write(json, "failure", failure);
        json.WriteEndObject();
    }

    /// <summary>The text of an erased message is null.</summary>
    private static void Write(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartObject();
        json.WriteNumber("seq", message.Seq);
        json.WriteString("time", Json.Time(message.Time));
        json.WriteText("name", message.Name);
        if (message.IsErased)
            json.WriteNull("text");
        else
            json.WriteText("text", message.Text.ToString());
        json.WriteEndObject();
    }

    private static async Task WriteListAsync<T>(Utf8JsonWriter json, string name, IAsyncEnumerable<T> items, Column<T>[] columns, CancellationToken stop)
    {
        json.WriteStartArray(name);
        await foreach (var item in items.WithCancellation(stop))
            WriteObject(json, item, columns);
        json.WriteEndArray();
    }

    private static void WriteObject<T>(Utf8JsonWriter json, T item, Column<T>[] columns)
    {
        json.WriteStartObject();
        WriteFields(json, item, columns);
        json.WriteEndObject();
    }

    private static void WriteFields<T>(Utf8JsonWriter json, T item, Column<T>[] columns)
    {
        foreach (var column in columns)
            column.Write(json, column.Name, item);
    }
}

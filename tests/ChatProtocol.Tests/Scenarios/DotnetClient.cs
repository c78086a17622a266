using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ChatProtocol.Client;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>One client of <see cref="DotnetDriver"/>.</summary>
internal sealed class DotnetClient : IAsyncDisposable
{
    private readonly ChatClient _client;
    private readonly DotnetEvents _events;
    private readonly ConcurrentDictionary<string, ChatRoom> _rooms = [];
    private readonly Task _listening;

    private DotnetClient(string name, ChatClient client, Action<JsonObject> onEvent)
    {
        _client = client;
        _events = new DotnetEvents(name, onEvent);
        _listening = ListenAsync();
    }

    public string Name => _client.Name;

    public static async Task<DotnetClient> ConnectAsync(string name, JsonObject command, Action<JsonObject> onEvent)
    {
        var options = new ChatClientOptions
        {
            Address = ChatAddress.Parse(Text(command, "address")!),
            Name = Text(command, "name")!,
            Secret = Convert.FromHexString(Text(command, "secret")!),
            Publisher = Text(command, "publisher") is { } publisher ? Convert.FromHexString(publisher) : default(ReadOnlyMemory<byte>?),
            Inbox = Flag(command, "inbox"),
        };
        if (Number(command, "silence") is { } silence)
            options = options with { KeepAliveInterval = TimeSpan.FromMilliseconds(silence), KeepAliveTimeout = TimeSpan.FromMilliseconds(silence) };
        return new DotnetClient(name, await ChatClient.ConnectAsync(options), onEvent);
    }

    public async Task<JsonObject> RunAsync(JsonObject command)
    {
        switch (Text(command, "do"))
        {
            case "quit": await _client.QuitAsync(); return [];
            case "close": await _client.DisposeAsync(); return [];
            case "ping": await _client.PingAsync(); return [];
            case "nick": return new JsonObject { ["name"] = await _client.NickAsync(Text(command, "name")!) };
            case "join": return await JoinAsync(command);
            case "open": return About(_rooms[Text(command, "room")!] = await _client.OpenAsync(Text(command, "room")!, Flag(command, "create")));
            case "leave": await Room(command).LeaveAsync(); return [];
            case "post": return new JsonObject { ["seq"] = (await Room(command).PostAsync(Text(command, "text")!, new PostOptions { Key = Text(command, "key") })).Seq };
            case "post-many": return await PostManyAsync(command);
            case "edit": return Place(await Room(command).EditAsync(Seq(command), Text(command, "text")!));
            case "retract": return Place(await Room(command).RetractAsync(Seq(command)));
            case "react": return Place(await Room(command).ReactAsync(Seq(command), Text(command, "reaction")!, IsOn(command)));
            case "pin": return Place(await Room(command).PinAsync(Seq(command), IsOn(command)));
            case "history": return await HistoryAsync(command);
            case "mark-read": return await MarkReadAsync(command);
            case "members": return new JsonObject { ["members"] = await ListAsync(Room(command).MembersAsync().Select(member => (JsonNode)member.Name)) };
            case "rooms": return new JsonObject { ["rooms"] = await ListAsync(_client.RoomsAsync().Select(Describe)) };
            case var unknown: throw new NotSupportedException($"there is no command {unknown}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _listening;
    }

    public static string? Text(JsonObject command, string field) => command[field]?.GetValue<string>();

    private static long? Number(JsonObject command, string field) => command[field] is JsonValue value ? (long)JsonLikeness.Number(value) : null;

    private static bool Flag(JsonObject command, string field) => command[field]?.GetValue<bool>() == true;

    private static ulong Seq(JsonObject command) => (ulong)Number(command, "seq")!;

    private static bool IsOn(JsonObject command) => command["on"]?.GetValue<bool>() != false;

    private static JsonObject Place(PostReceipt receipt) => new() { ["seq"] = receipt.Seq };

    private ChatRoom Room(JsonObject command) => _rooms[Text(command, "room")!];

    /// <summary>Where the cursor is of before a restored backup, the room is read on from the last entry that is still valid.</summary>
    private async Task<JsonObject> JoinAsync(JsonObject command)
    {
        var name = Text(command, "room")!;
        var options = new JoinOptions
        {
            From = Number(command, "after") is { } after ? ChatCursor.At((ulong)after, (ulong?)Number(command, "epoch")) : null,
            Presence = Flag(command, "presence") ? PresenceMode.Full : PresenceMode.None,
        };
        try
        {
            return About(_rooms[name] = await _client.JoinAsync(name, options));
        }
        catch (ChatException refused) when (refused is { Code: ErrorCode.EpochChanged or ErrorCode.CursorAhead, Value: { } valid })
        {
            _events.TellRewound(name, valid);
            return About(_rooms[name] = await _client.JoinAsync(name, options with { From = ChatCursor.At(valid) }));
        }
    }

    private async Task<JsonObject> PostManyAsync(JsonObject command)
    {
        var posts = Enumerable.Range(1, (int)Number(command, "count")!).Select(number => Room(command).PostAsync($"{Text(command, "text")} {number}")).ToList();
        return new JsonObject { ["seqs"] = new JsonArray([.. (await Task.WhenAll(posts)).Select(receipt => (JsonNode?)receipt.Seq)]) };
    }

    private async Task<JsonObject> MarkReadAsync(JsonObject command)
    {
        var unread = await Room(command).MarkReadAsync((ulong)Number(command, "seq")!);
        return new JsonObject { ["seq"] = unread.Marker, ["unread"] = unread.Count };
    }

    private async Task<JsonObject> HistoryAsync(JsonObject command)
    {
        var page = await Room(command).HistoryAsync((int)Number(command, "count")!, (ulong?)Number(command, "before"), (ulong?)Number(command, "after"));
        return new JsonObject
        {
            ["entries"] = new JsonArray([.. page.Entries.Where(entry => entry.IsSaid).Select(DotnetEvents.Describe)]),
            ["gaps"] = new JsonArray([.. page.Gaps.Select(DotnetEvents.Describe)]),
            ["more"] = page.More,
            ["head"] = page.Head,
        };
    }

    private static JsonObject About(ChatRoom room) => new()
    {
        ["epoch"] = room.Epoch,
        ["head"] = room.Head,
        ["oldest"] = room.Oldest,
        ["topic"] = room.Topic,
    };

    private static JsonNode Describe(ChatRoomInfo room) =>
        new JsonObject { ["name"] = (room.Kind == RoomKind.Private ? "@" : "") + room.Name, ["head"] = room.Head };

    private static async Task<JsonArray> ListAsync(IAsyncEnumerable<JsonNode> items) => new([.. await items.ToListAsync()]);

    private async Task ListenAsync()
    {
        await foreach (var happened in _client.EventsAsync())
        {
            if (happened is PrivateRoomOpened opened)
                _rooms.TryAdd(opened.Room.Address, opened.Room);
            _events.Tell(happened);
        }
    }
}

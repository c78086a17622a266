using System.Text.Json.Nodes;
using ChatProtocol.Client;

namespace ChatProtocol.Tests.Scenarios;

/// <summary>The SDK's events in the words of the scenarios.</summary>
internal sealed class DotnetEvents(string client, Action<JsonObject> onEvent)
{
    public void Tell(ChatEvent happened)
    {
        if (Describe(happened) is not { } told)
            return;
        told["client"] = client;
        if (happened is ChatRoomEvent { Room: var room })
            told["room"] = room.Address;
        onEvent(told);
    }

    public void TellRewound(string room, ulong seq) =>
        onEvent(new JsonObject { ["event"] = "rewound", ["client"] = client, ["room"] = room, ["seq"] = seq });

    /// <summary>An entry that is said; its text as it is stored.</summary>
    public static JsonNode Describe(ChatEntry entry)
    {
        var told = new JsonObject
        {
            ["seq"] = entry.Seq,
            ["from"] = entry.Name,
            ["text"] = entry switch
            {
                ChatMessage message => message.Text.ToString(),
                ChatRoomChange change => change.Text.ToString(),
                ChatRoleChange change => change.Text.ToString(),
                _ => entry.ToMessage()?.Text.ToString(),
            },
        };
        if (entry is ChatMessage said)
            Describe(told, said);
        return told;
    }

    private static void Describe(JsonObject told, ChatMessage said)
    {
        if (said.Edited is not null)
            told["edited"] = true;
        if (said.IsPinned)
            told["pinned"] = true;
        if (said.Reactions.Count > 0)
            told["reactions"] = new JsonArray([.. said.Reactions.Select(one => (JsonNode)new JsonObject { ["reaction"] = one.Reaction, ["count"] = one.Count, ["own"] = one.IsOwn })]);
    }

    public static JsonNode Describe(HistoryGap gap) => new JsonObject { ["first"] = gap.First, ["last"] = gap.Last, ["why"] = Registry.Kebab(gap.Reason.ToString()) };

    private static JsonObject? Describe(ChatEvent happened) => happened switch
    {
        MessageReceived { Message: var message } => Entry(message),
        RoomChangeReceived { Change: var change } => Entry(change),
        RoleChangeReceived { Change: var change } => Entry(change),
        UnknownEntryReceived { Entry: { IsSaid: true } entry } => Entry(entry),
        PurgeReceived { Purge: var purge } => Event("purged", ("by", purge.Principal), ("first", purge.First), ("last", purge.Last)),
        EditReceived { Edit: var edit } => Event("edited", ("seq", edit.Target), ("by", edit.From), ("text", edit.Text.ToString())),
        RetractionReceived { Retraction: var gone } => Event("retracted", ("seq", gone.Target), ("by", gone.From)),
        ReactionReceived { Reaction: var reaction } => Event("reacted", ("seq", reaction.Target), ("by", reaction.From), ("reactions", Counts(reaction))),
        PinReceived { Pin: var pin } => Event("pinned", ("seq", pin.Target), ("by", pin.From), ("on", pin.IsPinned)),
        MessageErased erased => Event("erased", ("seq", erased.Seq)),
        RoomRewound rewound => Event("rewound", ("seq", rewound.Seq)),
        MessagesExpired expired => Event("gap", ("last", expired.Through), ("why", "expired")),
        MessagesMissing missing => Event("gap", ("first", missing.First), ("last", missing.Last), ("why", Registry.Kebab(missing.Reason.ToString()))),
        PresenceChanged change => Event("presence", ("count", change.Count), ("arrived", Names(change.Arrived)), ("left", Names(change.Left))),
        MarkerMoved { Room: { } room, Unread: var unread } => Event("marker", ("room", room.Address), ("seq", unread.Marker), ("unread", unread.Count)),
        RoomRemovedByAdmin => Event("room-removed"),
        ExpelledFromRoom => Event("expelled"),
        RoomLost lost => Event("room-lost", ("code", lost.Error.Code is { } code ? Registry.Kebab(code.ToString()) : null)),
        PrivateRoomOpened opened => Event("private-room", ("room", opened.Room.Address)),
        NameChanged renamed => Event("renamed", ("name", renamed.Name)),
        ConnectionLost => Event("lost"),
        ConnectionRestored => Event("restored"),
        SessionEnded ended => Event("ended", ("why", Why(ended))),
        _ => null,
    };

    private static string? Why(SessionEnded ended) =>
        ended.Bye is { } bye ? Registry.Kebab(bye.Why.ToString())
        : ended.Error?.Code is { } code ? Registry.Kebab(code.ToString())
        : null;

    private static JsonObject Entry(ChatEntry entry)
    {
        var told = Describe(entry).AsObject();
        (told["event"], told["principal"]) = ("entry", entry.From);
        return told;
    }

    private static JsonObject Event(string name, params (string Name, JsonNode? Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).Prepend(KeyValuePair.Create("event", (JsonNode?)name)));

    private static JsonArray Counts(ChatReaction reaction) =>
        new([.. reaction.Counts.Select(one => (JsonNode)new JsonObject { ["reaction"] = one.Key, ["count"] = one.Value })]);

    private static JsonArray Names(IEnumerable<ChatUser> users) => new([.. users.Select(user => (JsonNode)user.Name)]);
}

using System.Text.Json;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The fields of ndjson that only messages with more than a text have, and those of what becomes of a message.</summary>
internal static class MessageFields
{
    public static void Write(Utf8JsonWriter json, ChatMessage message)
    {
        if (message.ReplyTo is { } reply)
            json.WriteNumber("reply", reply);
        if (message.Thread is { } thread)
            json.WriteNumber("thread", thread);
        if (message.IsAction)
            json.WriteBoolean("action", true);
        if (message.Edited is { } edited)
            json.WriteString("edited", Json.Time(edited));
        if (message.IsPinned)
            json.WriteBoolean("pinned", true);
        if (message.Reactions.Count == 0)
            return;
        json.WriteStartArray("reactions");
        foreach (var one in message.Reactions)
        {
            json.WriteStartObject();
            json.WriteText("reaction", one.Reaction);
            json.WriteNumber("count", one.Count);
            json.WriteBoolean("own", one.IsOwn);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, ChatAmendment amendment)
    {
        json.WriteNumber("target", amendment.Target);
        if (amendment is ChatPin pin)
            json.WriteBoolean("pinned", pin.IsPinned);
        else if (amendment is ChatReaction reaction)
            Write(json, reaction);
    }

    private static void Write(Utf8JsonWriter json, ChatReaction reaction)
    {
        json.WriteStartArray("reactions");
        foreach (var (which, count) in reaction.Counts)
        {
            json.WriteStartObject();
            json.WriteText("reaction", which);
            json.WriteNumber("count", count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in reaction.Changes)
        {
            json.WriteStartObject();
            json.WriteNumber("principal", change.Principal);
            json.WriteText("name", change.Name);
            json.WriteText("reaction", change.Reaction);
            json.WriteBoolean("on", change.IsOn);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

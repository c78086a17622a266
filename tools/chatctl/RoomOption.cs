using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A room, given by its name or its id, as an option.</summary>
internal sealed class RoomOption : Option<string?>
{
    public RoomOption(string description)
        : base("--room")
    {
        Description = description;
        HelpName = "ROOM";
    }

    /// <summary>The room; null if none was given. One of digits alone is an id, since no name is.</summary>
    public async Task<ChatRoom?> FindAsync(ParseResult parsed, ChatClient client, CancellationToken stop) =>
        parsed.GetValue(this) is { } given ? await client.OpenAsync(given, cancellationToken: stop) : null;

    /// <summary>The room's id; null if none was given. An id need not be that of a room that shows itself.</summary>
    public async Task<ulong?> FindIdAsync(ParseResult parsed, ChatClient client, CancellationToken stop) =>
        parsed.GetValue(this) is { } given ? Numbers.Parse(given) ?? (await client.OpenAsync(given, cancellationToken: stop)).Id : null;
}

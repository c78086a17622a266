using System.Diagnostics;

namespace ChatProtocol.Client;

/// <summary>A room as activities and metrics name it. The other user of a private room is no value of a metric: there may be very many.</summary>
/// <param name="Kind">The room's kind.</param>
/// <param name="Name">The room's address.</param>
/// <param name="Server">The server.</param>
internal readonly record struct MessageDestination(RoomKind Kind, string Name, ChatAddress Server)
{
    private const string PrivateRoom = "@{user}";

    /// <summary>The name, or that of all private rooms.</summary>
    public string Label => Kind == RoomKind.Private ? PrivateRoom : Name;

    /// <summary>A message of the room was given to the program.</summary>
    public void Consumed() => ChatTelemetry.Consumed.Add(1, Tags("receive"));

    public TagList Tags(string operation) => ServerTags(Server, new TagList
    {
        { "messaging.system", "chatprotocol" },
        { "messaging.operation.name", operation },
        { Kind == RoomKind.Private ? "messaging.destination.template" : "messaging.destination.name", Label },
    });

    /// <summary>Adds the server to the tags.</summary>
    public static TagList ServerTags(ChatAddress server, TagList tags = default)
    {
        tags.Add("server.address", server.Path ?? server.Host);
        if (server.Path is null)
            tags.Add("server.port", server.Port);
        return tags;
    }
}

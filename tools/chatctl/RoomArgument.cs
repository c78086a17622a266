using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A room, given by its name or its id.</summary>
internal sealed class RoomArgument : Argument<string>
{
    public RoomArgument()
        : base("room")
    {
        Description = "The room's name, or its id, which private rooms have as well";
        this.MustNotBeEmpty();
    }

    /// <summary>The id of the room that was given: digits alone are an id, since no name is.</summary>
    public async Task<ulong> IdAsync(ParseResult parsed, ChatClient client, CancellationToken stop)
    {
        var given = parsed.GetRequiredValue(this);
        return Numbers.Parse(given) ?? (await client.OpenAsync(given, cancellationToken: stop)).Id;
    }
}

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

    /// <summary>The room that was given.</summary>
    public Task<GivenRoom> FindAsync(ParseResult parsed, ChatClient client, CancellationToken stop) =>
        GivenRoom.FindAsync(parsed.GetRequiredValue(this), client, stop);
}

/// <summary>A room as it was given.</summary>
/// <param name="Given">Its name, or its id.</param>
/// <param name="Id">Its id.</param>
/// <param name="Room">The room, if its name was given: one given by its id may be private, which shows nothing of itself.</param>
internal sealed record GivenRoom(string Given, ulong Id, ChatRoom? Room)
{
    /// <summary>The name; null for a room that was given by its id.</summary>
    public string? Name => Room is null ? null : Given;

    /// <summary>Finds the room of a name; digits alone are an id, since no name is.</summary>
    public static async Task<GivenRoom> FindAsync(string given, ChatClient client, CancellationToken stop)
    {
        if (Numbers.Parse(given) is { } id)
            return new GivenRoom(given, id, Room: null);
        var room = await client.OpenAsync(given, cancellationToken: stop);
        return new GivenRoom(given, room.Id, room);
    }
}

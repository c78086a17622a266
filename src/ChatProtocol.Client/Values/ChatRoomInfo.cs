namespace ChatProtocol.Client;

/// <summary>A room of a list, as it was when the list was made. Immutable.</summary>
public sealed record ChatRoomInfo
{
    /// <summary>The room's id.</summary>
    public ulong Id { get; init; }

    /// <summary>Public, private to two users, or by invitation.</summary>
    public RoomKind Kind { get; init; }

    /// <summary>The room's name; for a private room the peer's, without a mark.</summary>
    public string Name { get; init; } = "";

    /// <summary>The seq of the last committed entry; 0 for none.</summary>
    public ulong Head { get; init; }

    /// <summary>How many users are present in the room.</summary>
    public ulong Members { get; init; }

    /// <summary>When the last entry was posted, by the server's clock; null if there is none.</summary>
    public DateTimeOffset? LastSaid { get; init; }

    /// <summary>
    /// The address that <see cref="ChatClient.JoinAsync"/> takes: the name, with the mark before a private room's, or the id of a room by
    /// invitation.
    /// </summary>
    public string Address => RoomAddress.Of(Kind, Name, Id).ToString();

    internal static ChatRoomInfo Of(RoomListItem room) => new()
    {
        Id = room.Room,
        Kind = room.Kind,
        Name = room.Name,
        Head = room.Head,
        Members = room.Members,
        LastSaid = WireTimes.TimeOrNone(room.Time),
    };
}

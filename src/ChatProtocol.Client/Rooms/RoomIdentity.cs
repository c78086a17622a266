namespace ChatProtocol.Client;

/// <summary>
/// The identity of a room for as long as the client lives: a restored server, or one that has removed an empty room, may give
/// the same room another id.
/// </summary>
internal sealed class RoomIdentity(RoomAddress address, ulong? peer)
{
    /// <summary>The id of no room: the room's earlier id may be another room's on the present connection.</summary>
    public const ulong Nowhere = 0;

    private ulong _id;

    public ulong Id
    {
        get => Volatile.Read(ref _id);
        set => Volatile.Write(ref _id, value);
    }

    /// <summary>The epoch of its log on the present connection. Only the reading loop touches it.</summary>
    public ulong Epoch { get; set; }

    public RoomKind Kind => address.Kind;

    /// <summary>The name; for a private room the peer's, with the mark before it; for one by invitation its id.</summary>
    public string Address { get; } = address.ToString();

    /// <summary>The other principal of a private room.</summary>
    public ulong? Peer => peer;

    /// <summary>The name of a room by invitation, whose id a restored server may have given to another room; null for other kinds.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the room is to be created again if it no longer exists.</summary>
    public bool IsWanted { get; set; }

    /// <summary>Whether the room that an answer tells of is this one.</summary>
    public bool Is(RoomInfo info) => info.Kind == Kind && info.Peer == peer && (Name is null || info.Name == Name);

    /// <summary>
    /// The server has refused the room; later requests for it are refused as such. The id stays that of a room which is only hidden from
    /// its client by now: the server still answers a post that it has stored (CP-ROL-023).
    /// </summary>
    public void Refused(ErrorCode? why)
    {
        if (Kind != RoomKind.ByInvitation && why != ErrorCode.BannedFromRoom)
            Id = Nowhere;
    }
}

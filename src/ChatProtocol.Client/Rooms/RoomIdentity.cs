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

    /// <summary>The name; for a private room the peer's, with the mark before it.</summary>
    public string Address { get; } = address.ToString();

    /// <summary>The other principal of a private room.</summary>
    public ulong? Peer => peer;

    /// <summary>Whether the room is to be created again if it no longer exists.</summary>
    public bool IsWanted { get; set; }
}

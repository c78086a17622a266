namespace ChatProtocol.Client;

/// <summary>
/// Which room it is, for as long as the client lives: a server that was restored, or has let an empty room vanish, may give
/// the same room another id.
/// </summary>
internal sealed class RoomIdentity(RoomKind kind, string address, ulong? peer)
{
    /// <summary>No room's id: the one that it had may be another room's on the connection at hand.</summary>
    public const ulong Nowhere = 0;

    private ulong _id;

    public ulong Id
    {
        get => Volatile.Read(ref _id);
        set => Volatile.Write(ref _id, value);
    }

    /// <summary>The epoch of its log on the connection at hand. Only the reading loop touches it.</summary>
    public ulong Epoch { get; set; }

    public RoomKind Kind => kind;

    /// <summary>The name, with the mark before that of a private room's peer.</summary>
    public string Address => address;

    /// <summary>The other principal of a private room.</summary>
    public ulong? Peer => peer;

    /// <summary>Whether it is to be created where it is gone.</summary>
    public bool IsWanted { get; set; }
}

namespace ChatProtocol.Hub;

/// <summary>How far a principal has read in a room.</summary>
internal sealed class ReadMarker
{
    public ReadMarker(ulong room) => Room = room;

    public ReadMarker(MarkerRecord record)
        : this(record.Room) => (Seq, Epoch, Moved) = (record.Seq, record.Epoch, record.Moved);

    public ulong Room { get; }

    public ulong Seq { get; private set; }

    /// <summary>The room's epoch when the marker was moved last.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>When that was, in milliseconds since 1970 UTC.</summary>
    public long Moved { get; private set; }

    /// <summary>Whether it waits to be stored.</summary>
    public bool IsUnstored { get; set; }

    /// <summary>Whether it is forgotten: what waits to be stored of it is not.</summary>
    public bool IsGone { get; set; }

    /// <summary>The seq that counts: entries from behind the beginning of a newer epoch are other ones than those that were read (CP-MRK-010).</summary>
    public ulong SeqIn(RoomRecord room) => Epoch == room.Epoch ? Seq : Math.Min(Seq, room.EpochFirst - 1);

    public void Move(RoomRecord room, ulong seq, long now) => (Seq, Epoch, Moved) = (seq, room.Epoch, now);

    public MarkerRecord ToRecord(ulong principal) => new(principal, Room, Seq, Epoch, Moved);
}

/// <summary>What the sessions of a principal are to be told of its read markers.</summary>
internal sealed class MarkerNews
{
    /// <summary>When they were told last, on the monotonic clock.</summary>
    public long ToldAt { get; set; } = long.MinValue / 2;

    /// <summary>Whether they are to be told when that was long enough ago.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The number of the one session that has moved the marker of a room, by room; 0 where it was not one session alone.</summary>
    public Dictionary<ulong, ulong> MovedBy { get; set; } = [];
}

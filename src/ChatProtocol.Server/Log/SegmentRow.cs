using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A segment as it is stored; without bytes if they cannot be read.</summary>
internal readonly record struct SegmentRow(long Id, ulong Room, ulong First, long Count, uint Checksum, byte[] Bytes, byte[] Posts, long? Said)
{
    /// <summary>The least bytes of an entry's frame.</summary>
    public const int SmallestEntry = 12;

    /// <summary>The highest seq that can be in the segment, if it is damaged: its own count is believed as far as it can be true.</summary>
    public ulong Bound
    {
        get
        {
            var most = (Bytes.Length == 0 ? Segment.MaxBytes : Bytes.Length) / SmallestEntry;
            var last = First + (ulong)(Bytes.Length > 0 && Count >= 1 && Count <= most ? Count : most) - 1;
            return First <= Limits.MaxInteger / 2 ? last : 0;
        }
    }

    /// <summary>A row that is there and cannot be read.</summary>
    public static SegmentRow Unreadable(long id, ulong room, ulong first) => new(id, room, first, 0, 0, [], [], Said: null);

    /// <summary>The segment; null if its entries are not those that were stored in this place.</summary>
    public Segment? Whole() => Entries() is { } segment && segment.Room == Room && segment.First == First ? segment : null;

    /// <summary>The entries in its bytes, wherever they belong; null if the bytes are damaged.</summary>
    public Segment? Entries() => Checksum == Crc32C.Of(Bytes, Posts) ? Segment.TryRead(Bytes, Posts, UnsaidOf(First + (ulong)Count - 1, Said)) : null;

    /// <summary>How many entries up to a segment's last are not said, by the column: null where all are.</summary>
    public static ulong UnsaidOf(ulong last, long? said) => last - Math.Min(last, (ulong)Math.Max(0, said ?? long.MaxValue));
}

/// <summary>A stored segment without its entries; its last seq is known by the beginning of the next.</summary>
internal readonly record struct SegmentHead(long Id, ulong First, ulong Last, ulong Time, long Bytes, bool IsCounted, bool IsRead)
{
    /// <summary>How many of the room's entries up to its last are not said.</summary>
    public ulong Unsaid { get; init; }
}

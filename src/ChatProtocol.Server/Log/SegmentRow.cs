using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A segment as it is stored; without bytes if not even that can be read.</summary>
internal readonly record struct SegmentRow(long Id, ulong Room, ulong First, long Count, uint Checksum, byte[] Bytes, byte[] Posts)
{
    /// <summary>An entry's frame is never shorter, in bytes.</summary>
    private const int SmallestEntry = 12;

    /// <summary>The highest seq that can be in it, if it is damaged: what it says is believed as far as it can be true.</summary>
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
    public static SegmentRow Unreadable(long id, ulong room, ulong first) => new(id, room, first, 0, 0, [], []);

    /// <summary>Its entries; null if they are not what was stored there.</summary>
    public Segment? Whole() => Entries() is { } segment && segment.Room == Room && segment.First == First ? segment : null;

    /// <summary>The entries that its bytes hold, wherever they belong; null if the bytes are damaged.</summary>
    public Segment? Entries() => Checksum == Server.Checksum.Of(Bytes, Posts) ? Segment.TryRead(Bytes, Posts) : null;
}

/// <summary>A stored segment without its entries; its last seq is known by the beginning of the next.</summary>
internal readonly record struct SegmentHead(long Id, ulong First, ulong Last, ulong Time, long Bytes, bool IsCounted, bool IsRead);

using System.Buffers.Binary;

namespace ChatProtocol.Hub;

/// <summary>
/// The seq of a principal's last entry in each room, so that it is known when all its entries have expired. The marks are
/// stored when the principal first posts in a room, as not known yet, and when its last session ends.
/// </summary>
internal sealed class LastEntries
{
    /// <summary>The most rooms; a principal that posts in more is never forgotten.</summary>
    private const int MaxRooms = 64;

    private const int MarkSize = 2 * sizeof(ulong);

    // Null once the marks are not known: the record is older than marks, or there were too many rooms.
    private Dictionary<ulong, ulong>? _last;
    // The mark of the room that it posted in last: most post several times in one room.
    private ulong _room;
    private ulong _seq;

    private LastEntries(Dictionary<ulong, ulong>? last) => _last = last;

    /// <summary>The marks of a principal that has posted nothing yet.</summary>
    public static LastEntries None() => new([]);

    /// <summary>When the principal first posted, in milliseconds since 1970 UTC; 0 if no post of it is known.</summary>
    public long First { get; private set; }

    public bool IsNone => _room == 0 && _last is { Count: 0 };

    /// <summary>The rooms with marks; none if the marks are not known.</summary>
    public IReadOnlyList<ulong> Rooms => _last is null ? [] : [.. _last.Keys];

    /// <summary>Whether a mark may still move on, or the server was killed before it was stored as it is.</summary>
    public bool AreUnsettled => _last?.ContainsValue(ulong.MaxValue) == true;

    /// <summary>Reads stored marks.</summary>
    /// <param name="bytes">The stored form; null if the marks are not known.</param>
    /// <param name="first">When the principal first posted.</param>
    public static LastEntries Read(ReadOnlyMemory<byte>? bytes, long first)
    {
        if (bytes is not { Span: var rest })
            return new LastEntries(null) { First = first };
        var last = new Dictionary<ulong, ulong>();
        for (; rest.Length >= MarkSize; rest = rest[MarkSize..])
        {
            var room = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            last[room] = BinaryPrimitives.ReadUInt64LittleEndian(rest[sizeof(ulong)..]);
        }
        return new LastEntries(last) { First = first };
    }

    /// <summary>The stored form; null if the marks are not known.</summary>
    /// <param name="areFinal">Whether nothing more is posted for now; otherwise each mark may still move on.</param>
    public ReadOnlyMemory<byte>? ToBytes(bool areFinal)
    {
        Gather();
        if (_last is null)
            return null;
        var bytes = new byte[_last.Count * MarkSize];
        var rest = bytes.AsSpan();
        foreach (var (room, seq) in _last)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, room);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[sizeof(ulong)..], areFinal ? seq : ulong.MaxValue);
            rest = rest[MarkSize..];
        }
        return bytes;
    }

    /// <summary>Notes a post; true if the stored marks do not cover its room.</summary>
    public bool Note(ulong room, ulong seq, long now)
    {
        if (room == _room)
        {
            _seq = seq;
            return false;
        }
        Gather();
        (_room, _seq) = (room, seq);
        var isFirst = First == 0;
        if (isFirst)
            First = now;
        return isFirst || _last?.ContainsKey(room) == false;
    }

    /// <summary>The rooms with the seq of the last entry in each, the highest number where that is not known; null if the rooms are not known.</summary>
    public IReadOnlyDictionary<ulong, ulong>? Find()
    {
        Gather();
        return _last;
    }

    /// <summary>A principal that is absent: marks that were not stored as they are become the heads of their rooms; false if there were none.</summary>
    /// <param name="headOf">The head of a room; 0 if there is no such room.</param>
    public bool TrySettle(Func<ulong, ulong> headOf)
    {
        if (_last is null || !AreUnsettled)
            return false;
        foreach (var (room, seq) in _last.ToList())
            if (seq == ulong.MaxValue)
                _last[room] = headOf(room);
        return true;
    }

    /// <summary>Whether all of the principal's entries have certainly expired.</summary>
    /// <param name="oldestOf">The first seq that a room keeps; null if there is no such room.</param>
    public bool AreExpired(Func<ulong, ulong?> oldestOf)
    {
        Gather();
        return _last is not null && _last.All(mark => !(oldestOf(mark.Key) <= mark.Value));
    }

    private void Gather()
    {
        if (_last is null || _room == 0)
            return;
        _last[_room] = _seq;
        if (_last.Count > MaxRooms)
            _last = null;
    }
}

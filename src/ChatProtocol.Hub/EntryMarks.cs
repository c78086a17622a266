using System.Buffers.Binary;

namespace ChatProtocol.Hub;

/// <summary>
/// Where a principal's last entries lie, so that it can be told when none is left: by room, the seq of its last one. It is
/// stored when the principal first says something in a room, as not known yet, and when its last session ends.
/// </summary>
internal sealed class EntryMarks
{
    /// <summary>Somebody who speaks in more rooms is not worth forgetting.</summary>
    private const int MaxRooms = 64;

    private const int MarkSize = 2 * sizeof(ulong);

    // Null once they are not known: what was stored before there were marks, or too many rooms.
    private Dictionary<ulong, ulong>? _last;
    // Of the room it spoke in last: most say several things in one.
    private ulong _room;
    private ulong _seq;

    private EntryMarks(Dictionary<ulong, ulong>? last) => _last = last;

    /// <summary>Of somebody who has said nothing yet.</summary>
    public static EntryMarks None() => new([]);

    /// <summary>When it said its first words, in milliseconds since 1970 UTC; 0 if it has said nothing that is known of.</summary>
    public long First { get; private set; }

    public bool IsNone => _room == 0 && _last is { Count: 0 };

    /// <summary>As they were stored; a mark that was not known yet is the room's head.</summary>
    /// <param name="bytes">Null for those that are not known.</param>
    /// <param name="first">When the first words were said.</param>
    /// <param name="headOf">The head of a room; 0 if there is no such room.</param>
    public static EntryMarks Read(ReadOnlyMemory<byte>? bytes, long first, Func<ulong, ulong> headOf)
    {
        if (bytes is not { Span: var rest })
            return new EntryMarks(null) { First = first };
        var last = new Dictionary<ulong, ulong>();
        for (; rest.Length >= MarkSize; rest = rest[MarkSize..])
        {
            var room = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            last[room] = Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(rest[sizeof(ulong)..]), headOf(room));
        }
        return new EntryMarks(last) { First = first };
    }

    /// <summary>As they are stored; null if they are not known.</summary>
    /// <param name="areFinal">Whether nothing more is said for now; otherwise each may still move on.</param>
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

    /// <summary>It says something. True if what is stored would not lead there.</summary>
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

    /// <summary>Whether every entry has certainly expired.</summary>
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

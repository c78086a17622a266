using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace ChatProtocol.Hub;

/// <summary>
/// Entries of one room that were committed together: encoded once, stored as they are, and sent as they are to every
/// member. Immutable; any thread may read the entries.
/// </summary>
public sealed class Segment
{
    /// <summary>The most bytes of a segment with more than one entry.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly int[] _offsets;
    private (object Renderer, object Form)[]? _renderings = [];

    /// <summary>Makes a segment of entries that are encoded already.</summary>
    /// <param name="room">The room's id.</param>
    /// <param name="first">The first entry's seq.</param>
    /// <param name="time">The last entry's time, in milliseconds since 1970 UTC.</param>
    /// <param name="bytes">The entries' frames, one behind the other. Not copied: leave them alone afterwards.</param>
    /// <param name="posts">The publishers and counters stored beside them, as <see cref="Posts"/> gave them.</param>
    /// <param name="unsaid">The room's entries up to the last of these that are not said, as <see cref="Unsaid"/> is.</param>
    /// <exception cref="ArgumentException">The bytes are no whole frames.</exception>
    public Segment(ulong room, ulong first, ulong time, byte[] bytes, ReadOnlyMemory<byte> posts = default, ulong unsaid = 0)
        : this(room, first, time, bytes, posts, unsaid, FindOffsets(bytes))
    {
    }

    internal Segment(ulong room, ulong first, ulong time, byte[] bytes, ReadOnlyMemory<byte> posts, ulong unsaid, int[] offsets)
    {
        Posts = posts;
        Unsaid = unsaid;
        Room = room;
        First = first;
        Time = time;
        Bytes = bytes;
        _offsets = offsets;
    }

    /// <summary>Reads stored entries; null if they are not whole entries of one room in a row. Any thread.</summary>
    /// <param name="bytes">The entries' frames, one behind the other. Not copied: leave them alone afterwards.</param>
    /// <param name="posts">The publishers and counters stored beside them, as <see cref="Posts"/> gave them.</param>
    /// <param name="unsaid">The room's entries up to the last of these that are not said, as <see cref="Unsaid"/> is.</param>
    public static Segment? TryRead(byte[] bytes, ReadOnlyMemory<byte> posts = default, ulong unsaid = 0)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            var offsets = FindOffsets(bytes);
            var first = PlaceOf(bytes.AsMemory(0, offsets.Length > 1 ? offsets[1] : bytes.Length));
            var last = PlaceOf(bytes.AsMemory(offsets[^1]));
            var isInARow = last.Room == first.Room && last.Seq == first.Seq + (ulong)offsets.Length - 1;
            return isInARow ? new Segment(first.Room, first.Seq, last.Time, bytes, posts, unsaid, offsets) : null;
        }
        catch (Exception e) when (e is ArgumentException or System.IO.EndOfStreamException or MessagePackSerializationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>The room's id.</summary>
    public ulong Room { get; }

    /// <summary>The first entry's seq.</summary>
    public ulong First { get; }

    /// <summary>The last entry's seq.</summary>
    public ulong Last => First + (ulong)_offsets.Length - 1;

    /// <summary>How many entries there are; at least one.</summary>
    public int Count => _offsets.Length;

    /// <summary>The last entry's time, in milliseconds since 1970 UTC.</summary>
    public ulong Time { get; }

    /// <summary>The entries' native frames, one behind the other. Never write to them.</summary>
    public byte[] Bytes { get; }

    /// <summary>The publishers and counters of the entries, for the log to keep in the same row; empty if no entry has a counter.</summary>
    public ReadOnlyMemory<byte> Posts { get; }

    /// <summary>
    /// How many of the room's entries, from its beginning to the last of these, change what was said before, and are not said themselves (CP-MSG-016).
    /// While it is 0 all entries count.
    /// </summary>
    public ulong Unsaid { get; }

    /// <summary>The frames of some of the entries.</summary>
    /// <param name="index">The first entry, counted from 0 in this segment.</param>
    /// <param name="count">How many.</param>
    public ReadOnlyMemory<byte> Slice(int index, int count)
    {
        var start = _offsets[index];
        return Bytes.AsMemory(start, EndOf(index + count - 1) - start);
    }

    /// <summary>How many of some entries in a row fit into so many bytes.</summary>
    /// <param name="index">The first entry, counted from 0 in this segment.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="bytes">The most bytes of frames.</param>
    /// <param name="fromEnd">Whether the last of them are counted rather than the first.</param>
    internal int CountWithin(int index, int count, int bytes, bool fromEnd)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Slice(fromEnd ? index + count - middle : index, middle).Length <= bytes)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    /// <summary>Whether an entry is said, and counts where entries are counted (CP-MSG-016). Any thread.</summary>
    /// <param name="index">The entry, counted from 0 in this segment.</param>
    public bool IsSaid(int index) => Unsaid == 0 || Entry.IsSaidCode(CodeOf(index));

    /// <summary>How many of some entries in a row are said. Any thread.</summary>
    /// <param name="index">The first entry, counted from 0 in this segment.</param>
    /// <param name="count">How many there are.</param>
    public int CountSaid(int index, int count)
    {
        if (Unsaid == 0)
            return count;
        var said = 0;
        for (var i = index; i < index + count; i++)
            said += IsSaid(i) ? 1 : 0;
        return said;
    }

    /// <summary>How many of its entries in a range are said. Any thread.</summary>
    public int CountSaid(SeqRange range)
    {
        var (first, last) = (Math.Max(First, range.First), Math.Min(Last, range.Last));
        return first > last ? 0 : CountSaid(IndexOf(first), (int)(last - first + 1));
    }

    /// <summary>How many of some entries in a row there are up to one that is the last of so many said ones; all if there are not so many.</summary>
    /// <param name="index">The first entry, counted from 0 in this segment.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="said">How many said ones; at least one.</param>
    /// <param name="fromEnd">Whether they are counted from the last of the entries.</param>
    internal int CountThrough(int index, int count, ulong said, bool fromEnd)
    {
        if (Unsaid == 0)
            return (int)Math.Min((ulong)count, said);
        for (var i = 0; i < count; i++)
            if (IsSaid(fromEnd ? index + count - 1 - i : index + i) && --said == 0)
                return i + 1;
        return count;
    }

    /// <summary>
    /// The same entries in another form, made when it is first asked for and shared by all equal renderers while the segment
    /// is among the newest; later it is made for each caller. Hub's thread only.
    /// </summary>
    /// <typeparam name="T">The form.</typeparam>
    /// <param name="renderer">Makes the form: another charset or set of capabilities is another renderer.</param>
    public T As<T>(IRenderer<T> renderer)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(renderer);
        if (_renderings is null)
            return renderer.Render(this);
        foreach (var made in _renderings)
            if (made.Renderer.Equals(renderer))
                return (T)made.Form;
        var form = renderer.Render(this);
        _renderings = [.. _renderings, (renderer, form)];
        return form;
    }

    /// <summary>The same segment except for some entries, without their texts and the hashes of these (CP-MSG-009). Any thread.</summary>
    /// <param name="seqs">Seqs of this segment, in ascending order.</param>
    public Segment Erase(params IEnumerable<ulong> seqs)
    {
        ArgumentNullException.ThrowIfNull(seqs);
        int[] erased = [.. seqs.Select(IndexOf)];
        var bytes = new FrameBuffer(Bytes.Length);
        var copied = 0;
        foreach (var index in erased)
        {
            bytes.Write(Bytes.AsSpan(copied.._offsets[index]));
            bytes.Write(FrameCodec.Encode(EntryAt(index).WithoutText()));
            copied = EndOf(index);
        }
        bytes.Write(Bytes.AsSpan(copied));
        return new Segment(Room, First, Time, bytes.ToArray(), CountedPosts.WithoutBodies(Posts.Span, erased), Unsaid);
    }

    /// <summary>An entry in a segment of its own, which keeps nothing else in memory. Any thread.</summary>
    /// <param name="index">The entry, counted from 0 in this segment.</param>
    public Segment Only(int index) => new(Room, First + (ulong)index, TimeOf(index), Slice(index, 1).ToArray(), default, unsaid: 0, [0]);

    /// <summary>The index of an entry in this segment.</summary>
    /// <param name="seq">A seq of this segment.</param>
    public int IndexOf(ulong seq) => (int)(seq - First);

    /// <summary>The seq of the first entry of a time or later, one behind the last if there is none. Any thread.</summary>
    /// <param name="time">Milliseconds since 1970 UTC.</param>
    public ulong FirstSince(ulong time)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (TimeOf(middle) < time)
                low = middle + 1;
            else
                high = middle;
        }
        return First + (ulong)low;
    }

    /// <summary>Drops the other forms, which may be several times as long.</summary>
    internal void ForgetRenderings() => _renderings = null;

    /// <summary>An entry, decoded; null if it has not the form of one, as what another program has stored. Any thread.</summary>
    /// <param name="index">The entry, counted from 0 in this segment.</param>
    public Entry? TryEntryAt(int index)
    {
        try
        {
            return EntryAt(index);
        }
        catch (Exception e) when (e is ProtocolViolation or InvalidCastException)
        {
            return null;
        }
    }

    /// <summary>The time of an entry, in milliseconds since 1970 UTC. Any thread.</summary>
    /// <param name="index">The entry, counted from 0 in this segment.</param>
    public ulong TimeOf(int index) => EntryAt(index).Time;

    /// <summary>The author of a message or an edit that has a text; null for an erased one, and for an entry of another kind. Decodes no text.</summary>
    /// <param name="index">The entry, counted from 0 in this segment.</param>
    internal PostAuthor? AuthorOf(int index)
    {
        var reader = new MessagePackReader(Slice(index, 1)[FrameBuffer.LengthSize..]);
        reader.ReadArrayHeader();
        var code = reader.ReadInt32();
        if (code != Message.FrameCode && code != Edited.FrameCode)
            return null;
        for (var i = 0; i < 3; i++)
            reader.Skip();
        var author = new PostAuthor(reader.ReadUInt64(), reader.ReadString()!);
        // The message that an edit is of.
        if (code == Edited.FrameCode)
            reader.Skip();
        return reader.ReadStringSequence() is { IsEmpty: false } ? author : null;
    }

    /// <summary>How many of its entries in a range are said, by another principal, and not erased (CP-MRK-003). Decodes no text. Any thread.</summary>
    /// <param name="range">Seqs, some of which may lie beyond the segment.</param>
    /// <param name="principal">The principal.</param>
    internal int CountUnread(SeqRange range, ulong principal)
    {
        var (first, last) = (Math.Max(First, range.First), Math.Min(Last, range.Last));
        var count = 0;
        for (var seq = first; seq <= last; seq++)
            count += IsUnread(IndexOf(seq), principal) ? 1 : 0;
        return count;
    }

    private bool IsUnread(int index, ulong principal)
    {
        var reader = new MessagePackReader(Slice(index, 1)[FrameBuffer.LengthSize..]);
        reader.ReadArrayHeader();
        if (!Entry.IsSaidCode(reader.ReadInt32()))
            return false;
        for (var i = 0; i < 3; i++)
            reader.Skip();
        if (reader.ReadUInt64() == principal)
            return false;
        reader.Skip();
        return reader.ReadStringSequence() is { IsEmpty: false };
    }

    private int CodeOf(int index)
    {
        var reader = new MessagePackReader(Slice(index, 1)[FrameBuffer.LengthSize..]);
        reader.ReadArrayHeader();
        return reader.ReadInt32();
    }

    /// <summary>The place of an entry, without decoding its text.</summary>
    private static (ulong Room, ulong Seq, ulong Time) PlaceOf(ReadOnlyMemory<byte> frame)
    {
        var reader = new MessagePackReader(frame[FrameBuffer.LengthSize..]);
        reader.ReadArrayHeader();
        if (!Entry.IsEntryCode(reader.ReadInt32()))
            throw new ArgumentException("This is no entry.", nameof(frame));
        return (reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
    }

    /// <summary>An entry, decoded. Any thread.</summary>
    /// <param name="index">The entry, counted from 0 in this segment.</param>
    public Entry EntryAt(int index) =>
        (Entry)FrameCodec.Decode(new ReadOnlySequence<byte>(Slice(index, 1)[FrameBuffer.LengthSize..]), Direction.ToClient);

    private int EndOf(int index) => index + 1 < _offsets.Length ? _offsets[index + 1] : Bytes.Length;

    private static int[] FindOffsets(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var offsets = new List<int>();
        var offset = 0;
        while (offset < bytes.Length)
        {
            offsets.Add(offset);
            var left = bytes.Length - offset - FrameBuffer.LengthSize;
            var length = left < 0 ? -1 : BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(offset));
            if (length <= 0 || length > left)
                throw new ArgumentException("The bytes are no whole frames.", nameof(bytes));
            offset += FrameBuffer.LengthSize + length;
        }
        return offsets.Count > 0 ? [.. offsets] : throw new ArgumentException("A segment has at least one entry.", nameof(bytes));
    }
}

/// <summary>The author of a message.</summary>
/// <param name="Principal">The principal.</param>
/// <param name="Name">The name that it posted by.</param>
internal readonly record struct PostAuthor(ulong Principal, string Name);

using System.Buffers;

namespace ChatProtocol.Hub;

/// <summary>Gathers the entries of a room's next commit, in segments of bounded size.</summary>
internal sealed class OpenSegment(ulong room)
{
    private readonly FrameBuffer _bytes = new(512);
    private readonly List<int> _offsets = [];
    private readonly CountedPosts _posts = new();
    private ulong _first;
    private ulong _time;
    private ulong _unsaid;

    public bool IsEmpty => _offsets.Count == 0;

    /// <summary>
    /// Appends an entry; if it does not fit, the entries before it are sealed into <paramref name="sealedSegments"/> first.
    /// </summary>
    /// <param name="seq">The entry's seq.</param>
    /// <param name="time">The entry's time.</param>
    /// <param name="from">The author.</param>
    /// <param name="text">The text.</param>
    /// <param name="origin">The counter that it was posted with; null for none.</param>
    /// <param name="sealedSegments">Where a segment goes that is full.</param>
    /// <param name="unsaid">How many of the room's entries up to this one are not said.</param>
    /// <param name="details">What it carries beside the text; null for nothing.</param>
    public void Add(ulong seq, ulong time, Principal from, Text text, PostOrigin? origin, List<Segment> sealedSegments, ulong unsaid = 0, MessageDetails? details = null)
    {
        Begin(seq, time, text.Length + from.Name.Utf8.Length + 64, origin, sealedSegments, unsaid);
        Message.Encode(_bytes, room, seq, time, from.Id, from.Name.Utf8, text, details);
    }

    /// <summary>Appends an entry of another kind, as it is encoded.</summary>
    public void Add(ulong seq, ulong time, ReadOnlySpan<byte> frame, List<Segment> sealedSegments, ulong unsaid)
    {
        Begin(seq, time, frame.Length, origin: null, sealedSegments, unsaid);
        _bytes.Write(frame);
    }

    public Segment Seal()
    {
        var segment = new Segment(room, _first, _time, _bytes.ToArray(), _posts.ToArray(), _unsaid, [.. _offsets]);
        Clear();
        return segment;
    }

    private void Begin(ulong seq, ulong time, int length, PostOrigin? origin, List<Segment> sealedSegments, ulong unsaid)
    {
        if (!IsEmpty && _bytes.Length + length > Segment.MaxBytes)
            sealedSegments.Add(Seal());
        if (IsEmpty)
            _first = seq;
        _offsets.Add(_bytes.Length);
        (_time, _unsaid) = (time, unsaid);
        _posts.Add(origin);
    }

    public void Clear()
    {
        _bytes.Clear();
        _offsets.Clear();
        _posts.Clear();
    }
}

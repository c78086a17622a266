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

    public bool IsEmpty => _offsets.Count == 0;

    /// <summary>
    /// Appends an entry; if it does not fit, the entries before it are sealed into <paramref name="sealedSegments"/> first.
    /// </summary>
    public void Add(ulong seq, ulong time, Principal from, Text text, PostOrigin? origin, List<Segment> sealedSegments)
    {
        Begin(seq, time, text.Length + from.Name.Utf8.Length + 64, origin, sealedSegments);
        Message.Encode(_bytes, room, seq, time, from.Id, from.Name.Utf8, text);
    }

    /// <summary>Appends an entry of another kind, as it is encoded.</summary>
    public void Add(ulong seq, ulong time, ReadOnlySpan<byte> frame, List<Segment> sealedSegments)
    {
        Begin(seq, time, frame.Length, origin: null, sealedSegments);
        _bytes.Write(frame);
    }

    public Segment Seal()
    {
        var segment = new Segment(room, _first, _time, _bytes.ToArray(), _posts.ToArray(), [.. _offsets]);
        Clear();
        return segment;
    }

    private void Begin(ulong seq, ulong time, int length, PostOrigin? origin, List<Segment> sealedSegments)
    {
        if (!IsEmpty && _bytes.Length + length > Segment.MaxBytes)
            sealedSegments.Add(Seal());
        if (IsEmpty)
            _first = seq;
        _offsets.Add(_bytes.Length);
        _time = time;
        _posts.Add(origin);
    }

    public void Clear()
    {
        _bytes.Clear();
        _offsets.Clear();
        _posts.Clear();
    }
}

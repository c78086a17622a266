using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Makes segments of the entries of an export, a part at a time, with the ids that they have here.</summary>
internal sealed class ImportParts(ExportReader reader, ImportContents contents, LogImport import) : IDisposable
{
    /// <summary>About the most bytes of entries in one part: a batch must never be long.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The most segments in one part.</summary>
    private const int MaxSegments = 64;

    private readonly FrameBuffer _open = new();
    private List<Segment> _segments = [];
    private List<LostEntry> _lost = [];
    private int _bytes;
    private bool _isBegun;

    // The open segment: its room here, its first seq, and the time of its last entry.
    private ulong _room;
    private ulong _first;
    private ulong _time;

    // The last seq of the room that has a place in the log; 0 before there is one.
    private ulong _placed;

    // How many of the room's entries that were read are not said.
    private ulong _unsaid;

    public ImportPart Read()
    {
        (_segments, _lost, _bytes) = ([], [], 0);
        var isLast = false;
        while (!isLast && _bytes < MaxBytes && _segments.Count + _lost.Count < MaxSegments)
            isLast = Add(reader.Read() ?? throw ExportException.Changed());
        Seal();
        var part = new ImportPart(_segments, _lost) { IsFirst = !_isBegun, IsLast = isLast };
        _isBegun = true;
        return part;
    }

    public void Dispose() => reader.Dispose();

    /// <summary>True behind the last line that is needed.</summary>
    private bool Add(ExportLine line)
    {
        switch (line)
        {
            case ExportLine.Entry entry when contents.Has(entry.Value.Room): Add(entry); break;
            case ExportLine.Gap gap when contents.Has(gap.RoomId): Add(gap); break;
            case ExportLine.Head head when contents.Has(head.RoomId):
                End(head);
                return !contents.IsWhole && Finish();
            case ExportLine.End:
                return Finish();
        }
        return false;
    }

    private void Add(ExportLine.Entry line)
    {
        var entry = line.Value;
        if (entry.Seq < contents.Oldest.GetValueOrDefault(entry.Room))
            return;
        var room = RoomOf(entry.Room);
        var frame = contents.IsWhole ? line.Frame : EntryFrame.Move(line.Frame, room, AuthorOf(entry.From));
        if (_open.Length > 0 && (room != _room || entry.Seq != _placed + 1 || _open.Length + frame.Length > Segment.MaxBytes))
            Seal();
        if (_open.Length == 0)
            (_room, _first) = (room, entry.Seq);
        if (!entry.IsSaid)
            _unsaid++;
        frame.Span.CopyTo(_open.GetSpan(frame.Length));
        _open.Advance(frame.Length);
        (_placed, _time) = (entry.Seq, entry.Time);
    }

    /// <summary>A hole between two segments tells a gap by itself; one at the beginning needs a place there.</summary>
    private void Add(ExportLine.Gap gap)
    {
        if (gap.Why == GapReason.Expired || gap.Last < contents.Oldest.GetValueOrDefault(gap.RoomId) || _placed > 0)
            return;
        Place(gap.RoomId, Math.Max(gap.First, contents.Oldest.GetValueOrDefault(gap.RoomId)));
    }

    /// <summary>The head has a place, or seqs up to it would be given again.</summary>
    private void End(ExportLine.Head head)
    {
        Seal();
        if (_placed != head.Seq)
            Place(head.RoomId, head.Seq);
        (_placed, _unsaid) = (0, 0);
    }

    private void Place(ulong room, ulong seq)
    {
        _lost.Add(new LostEntry(RoomOf(room), seq));
        _placed = seq;
    }

    private void Seal()
    {
        if (_open.Length == 0)
            return;
        _segments.Add(new Segment(_room, _first, _time, _open.ToArray(), unsaid: _unsaid));
        _bytes += _open.Length;
        _open.Clear();
    }

    private bool Finish() => reader.Hash.AsSpan().SequenceEqual(contents.End) ? true : throw ExportException.Changed();

    private ulong RoomOf(ulong room) => contents.IsWhole ? room : import.Room;

    private ulong AuthorOf(ulong from) =>
        contents.Authors.TryGetValue(from, out var number) ? import.FirstAuthor + number : throw ExportException.Changed();
}

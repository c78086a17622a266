namespace ChatProtocol.Hub;

/// <summary>A segment whose counted posts the publishers' records may not know yet.</summary>
public sealed class ReplaySegment
{
    private readonly long _position;
    private readonly Dictionary<PublisherKey, long> _ends;

    internal ReplaySegment(Segment segment, long position, Dictionary<PublisherKey, long> ends)
    {
        Segment = segment;
        _position = position;
        _ends = ends;
    }

    /// <summary>The entries that the posts became.</summary>
    public Segment Segment { get; }

    /// <summary>Whether a publisher ended after this segment: its posts here count no more.</summary>
    internal bool HasEnded(PublisherKey publisher) => _ends.TryGetValue(publisher, out var end) && end >= _position;
}

/// <summary>The segments stored after the publishers' latest records.</summary>
public static class PublisherReplay
{
    /// <summary>Combines the segments with the ends of publishers; the log numbers both in an order of its own.</summary>
    /// <param name="segments">Segments in the order in which they were stored, each with its number; enumerated once.</param>
    /// <param name="ends">Publishers that have ended, each with the number of the last segment stored before.</param>
    public static IEnumerable<ReplaySegment> Of(IEnumerable<(long Position, Segment Segment)> segments, IEnumerable<(long Position, PublisherEnd End)> ends)
    {
        ArgumentNullException.ThrowIfNull(segments);
        ArgumentNullException.ThrowIfNull(ends);
        var last = new Dictionary<PublisherKey, long>();
        foreach (var (position, end) in ends)
        {
            var key = new PublisherKey(end.Principal, PublisherId.From(end.Id.Span));
            last[key] = Math.Max(position, last.GetValueOrDefault(key));
        }
        return segments.Select(stored => new ReplaySegment(stored.Segment, stored.Position, last));
    }
}

namespace ChatProtocol.Hub;

/// <summary>A post that may have to wait.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Lane">The key within which posts stay in order: the room's id.</param>
/// <param name="Check">Returns the post to append now; null if it was answered instead.</param>
/// <param name="Needs">The query that has to be answered before; null if all is known.</param>
/// <param name="Accept">Takes the post when its rate allows it.</param>
internal readonly record struct PacedPost(ulong Id, ulong Lane, Func<AcceptedPost?> Check, Func<DirectoryQuery?> Needs, Action<AcceptedPost> Accept);

/// <summary>A post that passed every check.</summary>
internal readonly record struct AcceptedPost(ulong Id, Room Room, Principal From, Text Text, PublisherCounters? Counters, PostKey? Key = null, MessageDetails? Details = null);

/// <summary>Delayed posts of one session: in order within each room, rooms by turns. The requests in flight bound their number.</summary>
internal sealed class DelayedPosts
{
    private readonly Dictionary<ulong, Queue<PacedPost>> _lanes = [];
    private readonly Queue<ulong> _turns = new();

    public bool Has(ulong lane) => _lanes.ContainsKey(lane);

    public void Add(PacedPost post)
    {
        if (!_lanes.TryGetValue(post.Lane, out var lane))
        {
            _lanes.Add(post.Lane, lane = new Queue<PacedPost>());
            _turns.Enqueue(post.Lane);
        }
        lane.Enqueue(post);
    }

    public bool TryPeek(out PacedPost post)
    {
        post = default;
        return _turns.TryPeek(out var lane) && _lanes[lane].TryPeek(out post);
    }

    public bool TryTake(out PacedPost post)
    {
        post = default;
        if (!_turns.TryDequeue(out var lane))
            return false;
        var queue = _lanes[lane];
        post = queue.Dequeue();
        if (queue.Count > 0)
            _turns.Enqueue(lane);
        else
            _lanes.Remove(lane);
        return true;
    }
}

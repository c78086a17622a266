namespace ChatProtocol.Hub;

/// <summary>
/// Posts that exceed the rate of their principal or address wait in the session's own queue: none is refused, for then every post
/// behind it would have to be sent again, and no other request waits. Rooms take turns, so that one does not delay another
/// (CP-LIM-005).
/// </summary>
internal sealed class Pacing(HubState hub, PostHandlers posts)
{
    /// <summary>The retry delay after the log could not look a room up, in milliseconds.</summary>
    private const long LookUpAgainAfter = 1000;

    /// <summary>Steps for one session's posts, once its room is looked up.</summary>
    private const int MaxSteps = 1024;

    private readonly PriorityQueue<Session, long> _due = new();

    /// <summary>When the next delayed post is due, on the monotonic clock; null if none waits.</summary>
    public long? NextDue => _due.TryPeek(out _, out var at) ? at : null;

    /// <summary>Whether no post waits.</summary>
    public bool IsIdle => _due.Count == 0;

    /// <summary>Posts at once, or queues the post behind those that wait for the same room.</summary>
    public void Post(Session session, PacedPost post)
    {
        if (session.Delayed is { } delayed && delayed.Has(post.Lane))
        {
            delayed.Add(post);
            return;
        }
        if (TryPost(session, post, out var wait))
            return;
        session.Delayed ??= new DelayedPosts();
        session.Delayed.Add(post);
        Schedule(session, wait);
    }

    /// <summary>Posts those that are due, until the steps are used up.</summary>
    public void Work(long until)
    {
        while (hub.Steps.Count < until && _due.TryPeek(out var session, out var at) && at <= hub.Ticks)
        {
            _due.Dequeue();
            session.IsScheduled = false;
            Serve(session, until);
        }
    }

    /// <summary>Refuses the posts that wait, as the server is about to stop.</summary>
    public void Drain()
    {
        while (_due.TryDequeue(out var session, out _))
        {
            session.IsScheduled = false;
            Refuse(session);
        }
    }

    private void Serve(Session session, long until)
    {
        while (!session.IsClosed && session.Delayed?.TryPeek(out var post) == true)
        {
            if (post.Needs() is { } query)
            {
                LookUp(session, query);
                return;
            }
            if (hub.Steps.Count >= until)
            {
                Schedule(session, 0);
                return;
            }
            if (!TryPost(session, post, out var wait))
            {
                Schedule(session, wait);
                return;
            }
            session.Delayed.TryTake(out _);
        }
        Settle(session);
    }

    /// <summary>A room that was left meanwhile need not be in memory any more.</summary>
    private void LookUp(Session session, DirectoryQuery query)
    {
        // In the queue again once it is answered.
        session.IsScheduled = true;
        hub.Residency.Ask(query, found =>
        {
            session.IsScheduled = false;
            if (hub.Draining is not null)
                Refuse(session);
            else if (found is null)
                Schedule(session, LookUpAgainAfter);
            else
                Serve(session, hub.Steps.Count + MaxSteps);
        });
    }

    private void Refuse(Session session)
    {
        while (session.Delayed?.TryTake(out var post) == true)
            posts.RefuseAsDraining(session, post.Id);
        Settle(session);
    }

    /// <summary>A session whose connection is gone is forgotten once none of its posts waits.</summary>
    private void Settle(Session session)
    {
        session.Delayed = null;
        if (session.IsGone && !session.IsClosed)
            hub.Forget(session);
    }

    private void Schedule(Session session, long wait)
    {
        if (session.IsScheduled)
            return;
        session.IsScheduled = true;
        _due.Enqueue(session, hub.Ticks + wait);
    }

    /// <summary>False if the post has to wait. A post that is refused or was stored already costs nothing.</summary>
    private bool TryPost(Session session, PacedPost post, out long wait)
    {
        hub.Steps.Add();
        wait = 0;
        if (post.Check() is not { } accepted)
            return true;
        var source = session.Source;
        var usage = session.Principal!.Usage;
        var bounds = source.Bounds;
        var (now, bytes) = (hub.Ticks, accepted.Text.Length);
        wait = Math.Max(
            Math.Max(usage.Posts.WaitFor(bounds.Posts, now), usage.PostBytes.WaitFor(bounds.PostBytes, now, bytes)),
            Math.Max(source.Posts.WaitFor(bounds.AddressPosts, now), source.PostBytes.WaitFor(bounds.AddressPostBytes, now, bytes)));
        if (wait > 0)
            return false;
        usage.Posts.Take(bounds.Posts, now);
        usage.PostBytes.Take(bounds.PostBytes, now, bytes);
        source.Posts.Take(bounds.AddressPosts, now);
        source.PostBytes.Take(bounds.AddressPostBytes, now, bytes);
        posts.Append(session, accepted);
        return true;
    }
}

/// <summary>A post that may have to wait.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Lane">The key within which posts stay in order: the room's id.</param>
/// <param name="Check">Returns the post to append now; null if it was answered instead.</param>
/// <param name="Needs">The query that has to be answered before; null if all is known.</param>
internal readonly record struct PacedPost(ulong Id, ulong Lane, Func<AcceptedPost?> Check, Func<DirectoryQuery?> Needs);

/// <summary>A post that passed every check.</summary>
internal readonly record struct AcceptedPost(ulong Id, Room Room, Principal From, Text Text, Counters? Counters);

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

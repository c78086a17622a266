namespace ChatProtocol.Hub;

/// <summary>
/// Posts that exceed the rate of their principal or address wait in the session's own queue: none is refused, for then every post
/// behind it would have to be sent again, and no other request waits. Rooms take turns, so that one does not delay another
/// (CP-LIM-005).
/// </summary>
internal sealed class Pacing(HubClock clock, HubStatus status, StepCounter steps, DirectoryLookups lookups, SessionRegistry sessions, PostHandlers posts)
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
        while (steps.Count < until && _due.TryPeek(out var session, out var at) && at <= clock.Ticks)
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
            if (steps.Count >= until)
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
        lookups.Ask(query, found =>
        {
            session.IsScheduled = false;
            if (status.IsDraining)
                Refuse(session);
            else if (found is null)
                Schedule(session, LookUpAgainAfter);
            else
                Serve(session, steps.Count + MaxSteps);
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
            sessions.Forget(session);
    }

    private void Schedule(Session session, long wait)
    {
        if (session.IsScheduled)
            return;
        session.IsScheduled = true;
        _due.Enqueue(session, clock.Ticks + wait);
    }

    /// <summary>False if the post has to wait. A post that is refused or was stored already costs nothing.</summary>
    private bool TryPost(Session session, PacedPost post, out long wait)
    {
        steps.Add();
        wait = 0;
        if (post.Check() is not { } accepted)
            return true;
        var source = session.Source;
        var usage = session.Principal!.Usage;
        var bounds = source.Bounds;
        var (now, bytes) = (clock.Ticks, accepted.Text.Length);
        wait = Math.Max(
            Math.Max(usage.Posts.WaitFor(bounds.Posts, now), usage.PostBytes.WaitFor(bounds.PostBytes, now, bytes)),
            Math.Max(source.Posts.WaitFor(bounds.AddressPosts, now), source.PostBytes.WaitFor(bounds.AddressPostBytes, now, bytes)));
        if (wait > 0)
            return false;
        usage.Posts.Take(bounds.Posts, now);
        usage.PostBytes.Take(bounds.PostBytes, now, bytes);
        source.Posts.Take(bounds.AddressPosts, now);
        source.PostBytes.Take(bounds.AddressPostBytes, now, bytes);
        post.Accept(accepted);
        return true;
    }
}

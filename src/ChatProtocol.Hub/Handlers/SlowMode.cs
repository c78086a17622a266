namespace ChatProtocol.Hub;

/// <summary>
/// Posts to rooms in slow mode: the first that comes too early waits for its time, and those behind it are refused, or they would wait
/// without an end (CP-ROL-032).
/// </summary>
internal sealed class SlowMode(HubClock clock, HubStatus status, StepCounter steps, DirectoryLookups lookups, PostHandlers posts)
{
    /// <summary>The retry delay after the log could not look something up, in milliseconds.</summary>
    private const long LookUpAgainAfter = 1000;

    private readonly PriorityQueue<WaitingTurn, long> _due = new();

    /// <summary>When the next waiting post is due, on the monotonic clock; null if none waits.</summary>
    public long? NextDue => _due.TryPeek(out _, out var at) ? at : null;

    public bool IsIdle => _due.Count == 0;

    /// <summary>Whether a post of the session's principal waits in the room; then the next one was refused.</summary>
    public bool RefuseBehindAnother(Session session, ulong id, Room room)
    {
        var principal = session.Principal!.Id;
        if (room.Settings.Slow == 0 || !room.SlowPosts.IsWaiting(principal))
            return false;
        var wait = (ulong)room.SlowPosts.WaitFor(principal, clock.Ticks) + room.Settings.Slow;
        session.Refuse(id, ErrorCode.RateLimited, $"the room is in slow mode, and a post of yours waits there already; try again in {TimeSpan.FromMilliseconds(wait).TotalSeconds:0} s",
            retryAfter: wait);
        return true;
    }

    /// <summary>Appends a post to a room in slow mode, or lets it wait.</summary>
    /// <param name="session">The session.</param>
    /// <param name="accepted">The post.</param>
    /// <param name="check">Returns the post once it may be appended; null if it was answered instead.</param>
    /// <param name="needs">The query that has to be answered before that; null if all is known.</param>
    public void Post(Session session, AcceptedPost accepted, Func<AcceptedPost?> check, Func<DirectoryQuery?> needs)
    {
        var (room, principal) = (accepted.Room, accepted.From.Id);
        var wait = room.SlowPosts.WaitFor(principal, clock.Ticks);
        if (wait == 0)
        {
            Append(session, accepted);
            return;
        }
        room.SlowPosts.BeginWait(principal);
        room.Pins++;
        _due.Enqueue(new WaitingTurn(session, accepted.Id, room, principal, check, needs), clock.Ticks + wait);
    }

    /// <summary>Posts those that are due, until the steps are used up.</summary>
    public void Work(long until)
    {
        while (steps.Count < until && _due.TryPeek(out var post, out var at) && at <= clock.Ticks)
        {
            _due.Dequeue();
            steps.Add();
            Serve(post);
        }
    }

    /// <summary>Refuses the posts that wait, as the server is about to stop.</summary>
    public void Drain()
    {
        while (_due.TryDequeue(out var post, out _))
            Refuse(post);
    }

    private void Serve(WaitingTurn post)
    {
        if (post.IsWanted && post.Needs() is { } query)
        {
            lookups.Ask(query, found => GoOn(post, found is not null));
            return;
        }
        End(post);
        if (post.IsWanted && post.Check() is { } accepted)
            Append(post.Session, accepted);
    }

    private void GoOn(WaitingTurn post, bool isKnown)
    {
        if (status.IsDraining)
            Refuse(post);
        else if (isKnown)
            Serve(post);
        else
            _due.Enqueue(post, clock.Ticks + LookUpAgainAfter);
    }

    private void Refuse(WaitingTurn post)
    {
        End(post);
        if (post.IsWanted)
            posts.RefuseAsDraining(post.Session, post.Id);
    }

    private static void End(WaitingTurn post)
    {
        post.Room.Pins--;
        post.Room.SlowPosts.EndWait(post.Principal);
    }

    private void Append(Session session, AcceptedPost accepted)
    {
        accepted.Room.SlowPosts.Posted(accepted.From.Id, clock.Ticks, accepted.Room.Settings.Slow);
        posts.Append(session, accepted);
    }

    private sealed record WaitingTurn(Session Session, ulong Id, Room Room, ulong Principal, Func<AcceptedPost?> Check, Func<DirectoryQuery?> Needs)
    {
        /// <summary>Whether anybody is left who would be answered.</summary>
        public bool IsWanted => !Session.IsClosed && !Session.IsGone;
    }
}

namespace ChatProtocol.Client;

/// <summary>
/// Counts the posts of each room and keeps their order when one is refused: a refusal uses up no counter, so the posts sent
/// behind it are refused as out of order. The room then pauses until all its posts are answered, and those out of order are sent
/// again, in their order, before any new one. A post with a key has no counter, and no other depends on it. Guarded by its owner's lock.
/// </summary>
internal sealed class Publisher(bool stopAtRefusal, Outbox? outbox)
{
    private readonly Dictionary<RoomIdentity, Lane> _lanes = [];
    private ulong _order;

    /// <summary>Gives a new post its place in the order.</summary>
    public void Admit(PostCall post)
    {
        post.Order = _order++;
        outbox?.Admit(post);
    }

    /// <summary>The next post in the room gets this counter.</summary>
    public void Continue(RoomIdentity room, ulong counter) => _lanes.Add(room, new Lane { Next = counter, Accepted = counter - 1 });

    /// <summary>
    /// Makes the post ready to be sent: gives it its counter, unless it has a key, and records it. False if its room pauses, in which case the
    /// post is held until <see cref="Settle"/>, or if the room takes no more counted posts, in which case it has failed.
    /// </summary>
    public bool TryCount(PostCall post)
    {
        if (!_lanes.TryGetValue(post.Room, out var lane))
            _lanes.Add(post.Room, lane = new Lane());
        if (lane.IsStopped && !post.HasKey)
        {
            Fail(post, ChatException.NotSent(ChatFailure.Refused, "not sent, because a post before it was refused", ErrorCode.OutOfOrder));
            return false;
        }
        // A post with a key keeps its place among those that are held.
        if (lane.IsPaused)
        {
            lane.Held.Add(post);
            return false;
        }
        var before = post.Counter;
        if (!post.HasKey)
            Count(post, lane);
        if (outbox is null)
            return true;
        post.IsUnwritten = true;
        outbox.Add(post);
        // Recorded under its new counter first: if the program is killed, the outbox holds at least one of the two records.
        if (before > post.Counter)
            outbox.Settle(post.Room, before);
        return true;
    }

    public void Accepted(PostCall post)
    {
        if (!post.HasKey)
        {
            var lane = _lanes[post.Room];
            lane.Unanswered--;
            lane.Accepted = Math.Max(lane.Accepted, post.Counter);
        }
        outbox?.Settle(post);
    }

    /// <summary>
    /// Pauses the room, unless the post has a key: then nothing depends on it. True if the post is to be sent again: it was only out of order,
    /// or the server was restored.
    /// </summary>
    public bool Refused(PostCall post, Error error)
    {
        if (!post.HasKey && IsToBeRepeated(post, error))
            return true;
        // A program that has posting stop at a refusal goes on from there.
        if (!stopAtRefusal && IsFinal(ChatException.Refused(error)))
            outbox?.Settle(post);
        else
            outbox?.Release(post);
        return false;
    }

    /// <summary>Fails a post that is not sent.</summary>
    public void Fail(PostCall post, ChatException failure)
    {
        outbox?.Release(post);
        post.Fail(failure);
    }

    /// <summary>The post's caller has given it up before it was sent.</summary>
    public void Drop(PostCall post) => outbox?.Release(post);

    /// <summary>Takes back the counter of a post that could not be recorded; those with higher ones go first.</summary>
    public void Withdraw(PostCall post, ChatException failure)
    {
        if (!post.HasKey)
        {
            var lane = _lanes[post.Room];
            lane.Unanswered--;
            lane.Next = post.Counter;
        }
        post.IsUnwritten = post.IsSent = false;
        Fail(post, failure);
    }

    /// <summary>
    /// Whether a refusal says that the post is not stored and would be refused again. One about the publisher says neither.
    /// </summary>
    public static bool IsFinal(ChatException refusal) =>
        refusal is { Outcome: Outcome.Refused, MayRetry: false, Code: not (ErrorCode.OutOfOrder or ErrorCode.PublisherFenced or ErrorCode.PublisherForgotten) };

    /// <summary>Ends the pause of a room whose posts are all answered, and returns those to be sent before any other.</summary>
    public void Settle(RoomIdentity room, Queue<PostCall> again)
    {
        if (!_lanes.TryGetValue(room, out var lane) || !lane.IsPaused || lane.Unanswered > 0)
            return;
        lane.Held.Sort(static (a, b) => a.Order.CompareTo(b.Order));
        foreach (var post in lane.Held)
            again.Enqueue(post);
        lane.Resume();
    }

    /// <summary>Removes the held posts, when they cannot be sent any more.</summary>
    public IEnumerable<PostCall> TakeHeld() => _lanes.Values.SelectMany(l => l.Held);

    private static void Count(PostCall post, Lane lane)
    {
        post.Counter = lane.Next++;
        lane.Unanswered++;
    }

    private bool IsToBeRepeated(PostCall post, Error error)
    {
        var lane = _lanes[post.Room];
        lane.Unanswered--;
        lane.IsPaused = true;
        var isBehind = error.Reason == ErrorCode.OutOfOrder && !stopAtRefusal && lane.FirstRefused < post.Counter;
        if (WentBack(lane, post, error) || isBehind)
        {
            post.MayBeStored = post.IsSent = false;
            lane.Held.Add(post);
            return true;
        }
        lane.IsStopped = stopAtRefusal;
        if (error.Reason != ErrorCode.OutOfOrder)
            lane.FirstRefused = Math.Min(lane.FirstRefused, post.Counter);
        return false;
    }

    /// <summary>
    /// A restored server expects a counter that it had accepted, or knows none: then it does not have the post, and
    /// counting continues from the server's counter. A server that forgot the publisher for another reason may have the post, if that
    /// was sent before.
    /// </summary>
    private static bool WentBack(Lane lane, PostCall post, Error error)
    {
        switch (error.Reason)
        {
            case ErrorCode.PublisherForgotten when lane.Accepted > 0 || lane.HasGoneBack:
                lane.Accepted = 0;
                lane.HasGoneBack = true;
                return !post.MayBeStored;
            case ErrorCode.OutOfOrder when error.Value is > 0 and var expected && expected <= lane.Accepted:
                lane.Accepted = expected - 1;
                lane.HasGoneBack = true;
                return true;
            default:
                return error.Reason == ErrorCode.OutOfOrder && lane.HasGoneBack;
        }
    }

    private sealed class Lane
    {
        public ulong Next { get; set; } = 1;

        public ulong Accepted { get; set; }

        public int Unanswered { get; set; }

        public bool IsPaused { get; set; }

        public bool IsStopped { get; set; }

        /// <summary>Whether the server knows fewer of the room's posts than it had accepted.</summary>
        public bool HasGoneBack { get; set; }

        /// <summary>The lowest counter whose post was refused for a reason other than its order.</summary>
        public ulong FirstRefused { get; set; } = ulong.MaxValue;

        public List<PostCall> Held { get; } = [];

        public void Resume()
        {
            Next = Accepted + 1;
            IsPaused = HasGoneBack = false;
            FirstRefused = ulong.MaxValue;
            Held.Clear();
        }
    }
}

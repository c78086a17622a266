namespace ChatProtocol.Client;

/// <summary>
/// The requests that wait for their turn, and whose turn it is: first those that were sent on a lost connection, then posts that are to be
/// sent again for their order, then those that the server's rate held back, then all others in the order of their calls. Guarded by its
/// owner's lock.
/// </summary>
/// <param name="publisher">It says which posts may be sent.</param>
/// <param name="time">The clock of the server's rate.</param>
/// <param name="whenDue">Called when the rate lets another post be sent.</param>
internal sealed class WaitingRequests(Publisher publisher, TimeProvider time, Action whenDue)
{
    private const string NoKeys =
        "the server does not know keys, and would store a repeated post twice: post without a key, or have the server replaced by a newer one";

    private const string NoDetails =
        "the server does not know replies, threads and actions, and would store the text alone: post it as a plain message, or have the server replaced by a newer one";

    private readonly Queue<Call> _waiting = new();
    private readonly Queue<PostCall> _paced = new();
    private Queue<Call> _repeated = new();
    private PostRateLimit? _pace;
    private ITimer? _paceTimer;
    private HashSet<string> _capabilities = [];

    /// <summary>Posts to be sent again, in their order.</summary>
    public Queue<PostCall> Again { get; } = new();

    /// <summary>The session of a connection is open, whose server has this rate of posts and these capabilities.</summary>
    public void Open(PostRateLimit? pace, HashSet<string> capabilities) => (_pace, _capabilities) = (pace, capabilities);

    public void Add(Call call) => _waiting.Enqueue(call);

    /// <summary>The calls go before all others on the next connection.</summary>
    public void Repeat(IEnumerable<Call> calls) => _repeated = new Queue<Call>(calls.Concat(_repeated));

    /// <summary>Posts that were to be repeated are not.</summary>
    public void Remove(IReadOnlyCollection<PostCall> posts) => _repeated = new Queue<Call>(_repeated.Except(posts));

    /// <summary>All of them, those included that the publisher holds.</summary>
    public IEnumerable<Call> All() => _repeated.Concat(_waiting).Concat(Again).Concat(_paced).Concat(publisher.TakeHeld());

    /// <summary>Posts that are to be sent again as they are.</summary>
    public IEnumerable<PostCall> RepeatedPosts => _repeated.OfType<PostCall>();

    public void Clear()
    {
        _paceTimer?.Dispose();
        _paced.Clear();
        _repeated.Clear();
        _waiting.Clear();
        Again.Clear();
    }

    /// <summary>The next call to send; a queued call whose caller gave up is dropped.</summary>
    /// <param name="isQuiet">Whether no request is under way, so that a quit may go.</param>
    /// <param name="call">The call.</param>
    public bool TryNext(bool isQuiet, out Call call) => TryRepeated(out call) || TryAgain(out call) || TryPaced(out call) || TryWaiting(isQuiet, out call);

    /// <summary>A post that was sent has to be sent again, even if its caller gave up: the server may have stored it (CP-DEL-021).</summary>
    private bool TryRepeated(out Call call)
    {
        while (_repeated.TryDequeue(out call!))
        {
            if (call is not PostCall && !call.IsOver)
                return true;
            if (call is not PostCall post || !Suits(post))
                continue;
            _pace?.Count(post.Text.Length);
            return true;
        }
        return false;
    }

    private bool TryAgain(out Call call)
    {
        while (Again.TryDequeue(out var post))
            if (IsReady(post))
            {
                _pace?.Count(post.Text.Length);
                return (call = post) is not null;
            }
        return (call = null!) is not null;
    }

    private bool TryPaced(out Call call)
    {
        while (_paced.TryPeek(out var post) && (post.IsOver || MayGo(post)))
            if (IsReady(_paced.Dequeue()))
                return (call = post) is not null;
        return (call = null!) is not null;
    }

    private bool TryWaiting(bool isQuiet, out Call call)
    {
        while (_waiting.TryPeek(out call!))
        {
            if (call is QuitCall && !call.IsOver && !(isQuiet && _paced.Count == 0))
                return false;
            _waiting.Dequeue();
            // A post that exceeds the rate is set aside, so that all other requests pass it.
            if (call is PostCall { IsOver: false } early && (_paced.Count > 0 || !MayGo(early)))
                _paced.Enqueue(early);
            else if (call is PostCall post ? IsReady(post) : !call.IsOver)
                return true;
        }
        return false;
    }

    /// <summary>Whether the post is to be sent now: its caller waits, the server knows what it needs, and its room takes it.</summary>
    private bool IsReady(PostCall post)
    {
        if (!post.IsOver)
            return Suits(post) && publisher.TryCount(post);
        publisher.Drop(post);
        return false;
    }

    /// <summary>
    /// False for a post with a key or details where the server would not heed them (CP-KEY-010, CP-MSG-019). What was sent before, to a server that did, is left to the
    /// next run.
    /// </summary>
    private bool Suits(PostCall post)
    {
        var missing = post.HasKey && !_capabilities.Contains(Capability.PostKeys) ? NoKeys
            : post.Details is not null && !_capabilities.Contains(Capability.PostDetails) ? NoDetails
            : null;
        if (missing is null)
            return true;
        var failure = ChatException.NotSent(ChatFailure.Refused, missing, ErrorCode.UnsupportedVersion);
        if (post.IsSent)
            post.Fail(failure.For(isSent: true));
        else
            publisher.Fail(post, failure);
        return false;
    }

    /// <summary>Whether the server's rate lets the post be sent now; if not, the queue continues when it does.</summary>
    private bool MayGo(PostCall post)
    {
        if (_pace is null || _pace.Take(post.Text.Length) is var wait && wait == TimeSpan.Zero)
            return true;
        _paceTimer ??= time.CreateTimer(static due => ((Action)due!)(), whenDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _paceTimer.Change(wait, Timeout.InfiniteTimeSpan);
        return false;
    }
}

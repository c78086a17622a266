namespace ChatProtocol.Client;

/// <summary>
/// Requests in the order of their calls: those that wait for their turn, because the server takes only so many at once, and
/// those that wait for their reply. They outlive the connection: requests in flight on a lost one are sent again on the next,
/// before all others and unchanged (CP-DEL-021). Thread-safe.
/// </summary>
internal sealed class PendingRequests(ChatClientOptions options, Outbox? outbox)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private readonly Lock _gate = new();
    private readonly Queue<PostCall> _again = new();
    private readonly Queue<Call> _waiting = new();
    private readonly Queue<PostCall> _paced = new();
    private readonly Dictionary<ulong, Call> _sent = [];
    private readonly Publisher _publisher = new(options.StopAtRefusal, outbox);

    // Requests that were sent on a lost connection, in that order.
    private Queue<Call> _repeated = new();
    private SendBuffer? _output;
    private ChatException? _closed;
    private ChatException? _lost;
    private ulong _lastId;
    private long _lastReply;
    private long _skipped;
    private PostRateLimit? _pace;
    private ITimer? _paceTimer;

    // The most requests that may wait for their reply at once; 0 while there is no session.
    private int _window;

    /// <summary>Whether a quit was sent: the session is over, whether or not the answer arrives.</summary>
    public bool HasQuit { get; private set; }

    /// <summary>How many posts are not answered yet, and awaited.</summary>
    public int PendingPosts
    {
        get
        {
            lock (_gate)
                return All().Count(call => call is PostCall { IsOver: false });
        }
    }

    /// <summary>There is a connection, whose session is not open yet.</summary>
    public void Connect(SendBuffer output)
    {
        lock (_gate)
        {
            _output = output;
            // The connection before may have been lost between its login and the opening of its session.
            _window = 0;
        }
    }

    /// <summary>The session of a connection is open; the limits give the window and the rate of requests. Nothing happens if the connection was lost meanwhile.</summary>
    public void Open(SendBuffer output, Limits limits)
    {
        lock (_gate)
        {
            if (_output != output)
                return;
            // One place is kept for the keep-alive's ping: the server reads no more requests than it takes.
            _window = Math.Max(limits.InFlight - 1, 1);
            _pace = PostRateLimit.Of(limits.ByName(), _time);
            _lastReply = Now;
            Pump();
        }
    }

    /// <summary>No more frames come on this connection. Requests that may be repeated wait for the next one.</summary>
    /// <param name="why">The failure of the other requests.</param>
    /// <param name="page">A page whose entries had not all come.</param>
    public void Disconnect(ChatException why, HistoryCall? page)
    {
        lock (_gate)
        {
            _lost = why;
            _output = null;
            _window = 0;
            var repeated = new Queue<Call>();
            if (page is not null)
                repeated.Enqueue(page);
            foreach (var (_, call) in _sent.OrderBy(sent => sent.Key))
            {
                if (call is PostCall post)
                    post.MayBeStored = true;
                if (call.MayRepeat)
                    repeated.Enqueue(call);
                else
                    call.Fail(call.IsOwn ? why : why.For(call.IsSent));
            }
            foreach (var call in _repeated)
                repeated.Enqueue(call);
            _repeated = repeated;
            _sent.Clear();
        }
    }

    /// <summary>Sends the call when its turn comes. Never throws: once the session is over, the call fails.</summary>
    public void Add(Call call)
    {
        lock (_gate)
        {
            if (_closed is not null)
            {
                call.Fail(_closed.For(call.IsSent, isOver: true));
                return;
            }
            call.Since = Now;
            if (call is PostCall post)
                _publisher.Admit(post);
            _waiting.Enqueue(call);
            Pump();
        }
    }

    /// <summary>Sends a request ahead of all that wait, for the connection's own needs.</summary>
    public Task<TResult> AskAsync<TReply, TResult>(Func<ulong, Request> request, Func<TReply, TResult> answer)
        where TReply : Reply
    {
        var call = new Call<TReply, TResult>(request, answer) { MayRepeat = false, MayTakeLong = true, IsOwn = true };
        SendNow(call);
        return call.Task;
    }

    /// <summary>Sends the call at once, ahead of those that wait.</summary>
    public void SendNow(Call call)
    {
        lock (_gate)
        {
            if (_output is null)
                call.Fail(_closed ?? _lost!);
            else
                Send(call);
        }
    }

    /// <summary>Ends the waiting for a call; a request that was not sent yet is withdrawn.</summary>
    public void Cancel(Call call, CancellationToken cancellationToken)
    {
        lock (_gate)
            call.Cancel(cancellationToken);
    }

    /// <summary>Quits while there is no session, if no call waits for one.</summary>
    public bool TryQuitAway()
    {
        lock (_gate)
        {
            if (_window > 0 || _closed is not null || All().Any(call => !call.IsOwn && !call.IsOver))
                return false;
            return HasQuit = true;
        }
    }

    /// <summary>Posts in a room continue with this counter, after those of an earlier run.</summary>
    public void Continue(RoomIdentity room, ulong counter)
    {
        lock (_gate)
            _publisher.Continue(room, counter);
    }

    /// <summary>The output may have room for more requests.</summary>
    public void Continue()
    {
        lock (_gate)
            Pump();
    }

    /// <summary>Passes the reply to its call.</summary>
    /// <exception cref="ChatException">No such request is in flight.</exception>
    public Call Answer(Reply reply)
    {
        lock (_gate)
        {
            var call = Take(reply.Id);
            Answer(call, reply);
            if (call is PostCall post)
            {
                _publisher.Accepted(post);
                _publisher.Settle(post.Room, _again);
            }
            Pump();
            return call;
        }
    }

    /// <summary>Passes the refusal to its call.</summary>
    /// <exception cref="ChatException">No request with this id is in flight.</exception>
    public void Refuse(ulong id, Error error)
    {
        lock (_gate)
        {
            // A server that is shutting down takes the request when it is back; until then it counts as unanswered.
            if (error.Reason == ErrorCode.ShuttingDown && options.ReconnectFor != TimeSpan.Zero && _sent.TryGetValue(id, out var late) && late.MayRepeat)
                return;
            var call = Take(id);
            var post = call as PostCall;
            if (post is null || !_publisher.Refused(post, error))
            {
                call.IsSent = false;
                call.Fail(ChatException.Refused(error));
            }
            if (post is not null)
                _publisher.Settle(post.Room, _again);
            Pump();
        }
    }

    /// <summary>Leaves a span out of the calls' waiting times: nothing was read meanwhile.</summary>
    public void Skip(TimeSpan time)
    {
        lock (_gate)
            _skipped += time.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond;
    }

    /// <summary>
    /// Fails the calls that were unanswered for so long. Calls that were sent keep their place for a late reply; calls
    /// that wait for a session go on waiting. True if a call that was sent has failed.
    /// </summary>
    public bool FailOlderThan(TimeSpan timeout)
    {
        lock (_gate)
        {
            var late = _sent.Values.Where(call => !call.IsOver && !call.MayTakeLong && Passed(call.Since) >= timeout).ToList();
            foreach (var call in late)
                call.Fail(ChatException.TimedOut($"the server did not answer within {timeout.TotalSeconds:0.###} s").For(call.IsSent));
            if (_window > 0)
                foreach (var call in Waiting().Where(call => !call.IsOver && Passed(Math.Max(call.Since, _lastReply)) >= timeout))
                    call.Fail(ChatException.TimedOut(
                        $"the server answered nothing for {timeout.TotalSeconds:0.###} s; this was not sent{(call.IsSent ? " again" : "")}").For(call.IsSent));
            return late.Count > 0;
        }
    }

    /// <summary>Fails every call, now and later.</summary>
    public void Close(ChatException why)
    {
        lock (_gate)
        {
            _closed = why;
            _output = null;
            _window = 0;
            _paceTimer?.Dispose();
            foreach (var call in All())
                call.Fail(call.IsOwn ? why : why.For(call.IsSent, isOver: true));
            _sent.Clear();
            _paced.Clear();
            _repeated.Clear();
            _waiting.Clear();
            _again.Clear();
        }
    }

    private static void Answer(Call call, Reply reply)
    {
        try
        {
            if (!call.TryAnswer(reply))
                throw ChatException.BrokenProtocol($"a frame of code {reply.Code} does not answer request {reply.Id}");
        }
        catch (ChatException broken)
        {
            call.Fail(call.IsOwn ? broken : broken.For(call.IsSent));
            throw;
        }
    }

    private Call Take(ulong id)
    {
        _lastReply = Now;
        return _sent.Remove(id, out var call) ? call : throw ChatException.BrokenProtocol($"there is no request {id} to answer");
    }

    /// <summary>A timestamp that leaves out the skipped spans.</summary>
    private long Now => _time.GetTimestamp() - _skipped;

    private TimeSpan Passed(long since) => _time.GetElapsedTime(since, Now);

    private IEnumerable<Call> Waiting() => _repeated.Concat(_waiting).Concat(_again).Concat(_paced).Concat(_publisher.TakeHeld());

    private IEnumerable<Call> All() => _sent.Values.Concat(Waiting());

    /// <summary>Whether the server's rate lets the post be sent now; if not, the queue continues when it does.</summary>
    private bool MayGo(PostCall post)
    {
        if (_pace is null || _pace.Take(post.Text.Length) is var wait && wait == TimeSpan.Zero)
            return true;
        _paceTimer ??= _time.CreateTimer(static requests => ((PendingRequests)requests!).Continue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _paceTimer.Change(wait, Timeout.InfiniteTimeSpan);
        return false;
    }

    private void Pump()
    {
        while (_output is { HasRoom: true } && _sent.Count < _window && TryNext(out var call))
            Send(call);
    }

    /// <summary>The next call to send; a queued call whose caller gave up is dropped.</summary>
    private bool TryNext(out Call call)
    {
        // A post that was sent has to be sent again, even if its caller gave up: the server may have stored it (CP-DEL-021).
        while (_repeated.TryDequeue(out call!))
            if (!call.IsOver || call is PostCall)
            {
                if (call is PostCall repeated)
                    _pace?.Count(repeated.Text.Length);
                return true;
            }
        while (_again.TryDequeue(out var post))
            if (!post.IsOver && _publisher.TryCount(post))
            {
                _pace?.Count(post.Text.Length);
                return (call = post) is not null;
            }
        while (_paced.TryPeek(out var post) && (post.IsOver || MayGo(post)))
            if (_paced.Dequeue() is { IsOver: false } && _publisher.TryCount(post))
                return (call = post) is not null;
        while (_waiting.TryPeek(out call!))
        {
            if (call is QuitCall && !call.IsOver && _sent.Count + _paced.Count > 0)
                return false;
            _waiting.Dequeue();
            // A post that exceeds the rate is set aside, so that all other requests pass it.
            if (call is PostCall { IsOver: false } early && (_paced.Count > 0 || !MayGo(early)))
                _paced.Enqueue(early);
            else if (!call.IsOver && (call is not PostCall post || _publisher.TryCount(post)))
                return true;
        }
        return false;
    }

    private void Send(Call call)
    {
        if (call.HasSecret && !_output!.IsConfidential)
        {
            call.Fail(ArgumentChecks.NeedsTls(options.Address.ToString()));
            return;
        }
        call.Since = Now;
        call.IsSent = true;
        HasQuit |= call is QuitCall;
        _sent.Add(++_lastId, call);
        _output!.Write(call.ToFrame(_lastId));
    }
}

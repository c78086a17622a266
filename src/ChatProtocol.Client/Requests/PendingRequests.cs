namespace ChatProtocol.Client;

/// <summary>
/// Requests in the order of their calls: those that wait for their turn, because the server takes only so many at once, and
/// those that wait for their reply. They outlive the connection: requests in flight on a lost one are sent again on the next,
/// before all others and unchanged (CP-DEL-021). Thread-safe.
/// </summary>
internal sealed class PendingRequests
{
    /// <summary>With an outbox, so many requests need not wait for more.</summary>
    private const int TogetherInOutbox = 64;

    private readonly ChatClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Outbox? _outbox;
    private readonly Publisher _publisher;
    private readonly WaitingRequests _waiting;
    private readonly StagedRequests _staged = new();
    private readonly Dictionary<ulong, Call> _sent = [];
    private readonly Lock _gate = new();
    private bool _isSyncing;
    private bool _willPump;
    private SendBuffer? _output;
    private ChatException? _closed;
    private ChatException? _lost;
    private ulong _lastId;
    private long _lastReply;
    private long _skipped;

    // The most requests that may wait for their reply at once; 0 while there is no session.
    private int _window;

    public PendingRequests(ChatClientOptions options, Outbox? outbox)
    {
        (_options, _time, _outbox) = (options, options.TimeProvider, outbox);
        _publisher = new Publisher(options.StopAtRefusal, outbox);
        _waiting = new WaitingRequests(_publisher, _time, Continue);
    }

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

    /// <summary>The session of a connection is open. Nothing happens if the connection was lost meanwhile.</summary>
    /// <param name="output">The output of the connection.</param>
    /// <param name="limits">They give the window and the rate of requests.</param>
    /// <param name="capabilities">What the server knows of that it may lack.</param>
    public void Open(SendBuffer output, Limits limits, params IEnumerable<string> capabilities)
    {
        lock (_gate)
        {
            if (_output != output)
                return;
            // One place is kept for the keep-alive's ping: the server reads no more requests than it takes.
            _window = Math.Max(limits.InFlight - 1, 1);
            _waiting.Open(PostRateLimit.Of(limits.ByName(), _time), [.. capabilities]);
            _lastReply = Now;
            Pump();
        }
    }

    /// <summary>No more frames come on this connection. Requests that may be repeated wait for the next one.</summary>
    /// <param name="why">The failure of the other requests.</param>
    /// <param name="followed">A call whose answer had not all come.</param>
    public void Disconnect(ChatException why, IFollowedCall? followed)
    {
        lock (_gate)
        {
            _lost = why;
            _output = null;
            _window = 0;
            var repeated = new List<Call>();
            if (followed is Call page)
                repeated.Add(page);
            foreach (var (_, call) in _sent.OrderBy(sent => sent.Key))
            {
                if (call is PostCall post)
                    post.MayBeStored = true;
                if (call.MayRepeat)
                    repeated.Add(call);
                else
                    call.Fail(call.IsOwn ? why : why.For(call.IsSent));
            }
            _waiting.Repeat(repeated.Concat(_staged.Calls));
            _sent.Clear();
            _staged.Clear();
        }
    }

    /// <summary>Sends the call when its turn comes. Once the session is over, the call fails.</summary>
    /// <exception cref="InvalidOperationException">It is a post with a tag, and there is no outbox to keep it.</exception>
    public void Add(Call call)
    {
        if (_outbox is null && call is PostCall { Options.Tag: not null })
            throw new InvalidOperationException($"A {nameof(PostOptions.Tag)} is kept by the outbox: set {nameof(ChatClientOptions)}.{nameof(ChatClientOptions.Outbox)}.");
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
            _waiting.Add(call);
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
        {
            _willPump = false;
            Pump();
        }
    }

    /// <summary>Texts are gone by now that may be among those of the outbox that were stored (CP-AMD-009).</summary>
    public void DropTexts()
    {
        lock (_gate)
            if (_outbox?.TryDropSettled() == true)
                Pump();
    }

    /// <summary>Passes the reply to its call.</summary>
    /// <exception cref="ChatException">No such request is in flight.</exception>
    public Call Answer(Reply reply)
    {
        lock (_gate)
        {
            var call = Take(reply.Id);
            var post = reply is Posted ? call as PostCall : null;
            // Before its caller knows, who may look at the position then.
            if (post is not null)
                _publisher.Accepted(post);
            Answer(call, reply);
            if (post is not null)
                _publisher.Settle(post.Room, _waiting.Again);
            PumpAfterReply();
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
            if (error.Reason == ErrorCode.ShuttingDown && _options.ReconnectFor != TimeSpan.Zero && _sent.TryGetValue(id, out var late) && late.MayRepeat)
                return;
            var call = Take(id);
            var post = call as PostCall;
            if (post is null || !_publisher.Refused(post, error))
            {
                call.IsSent = false;
                call.Fail(ChatException.Refused(error));
            }
            if (post is not null)
                _publisher.Settle(post.Room, _waiting.Again);
            PumpAfterReply();
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
                foreach (var call in _staged.Calls.Concat(_waiting.All()).Where(call => !call.IsOver && Passed(Math.Max(call.Since, _lastReply)) >= timeout))
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
            foreach (var call in All())
            {
                // Recorded under a counter that the server has refused: what is told to be not sent is not sent by the next run either.
                if (call is PostCall { IsSent: false } unsent)
                    _publisher.Drop(unsent);
                call.Fail(call.IsOwn ? why : why.For(call.IsSent, isOver: true));
            }
            _sent.Clear();
            _staged.Clear();
            _waiting.Clear();
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

    private IEnumerable<Call> All() => _sent.Values.Concat(_staged.Calls).Concat(_waiting.All());

    private void Pump()
    {
        while (_output is { HasRoom: true } && _staged.HasRoom && _sent.Count + _staged.Count < _window
            && _waiting.TryNext(isQuiet: _sent.Count + _staged.Count == 0, out var call))
            if (_outbox is null)
                Send(call);
            else
                Stage(call);
        if (_outbox is not null)
            WriteOutbox(_outbox);
    }

    /// <summary>With an outbox, waits for the replies that have come together with this one, so that the posts behind them are written together.</summary>
    private void PumpAfterReply()
    {
        if (_outbox is null || _window - _sent.Count - _staged.Count >= TogetherInOutbox)
        {
            Pump();
        }
        else if (!_willPump)
        {
            _willPump = true;
            ThreadPool.UnsafeQueueUserWorkItem(static requests => requests.Continue(), this, preferLocal: false);
        }
    }

    private void Stage(Call call)
    {
        call.Since = Now;
        _staged.Add(call);
    }

    /// <summary>Writes the posts that are staged and sends them. A sync is waited for by another thread, and all that come meanwhile by the next one.</summary>
    private void WriteOutbox(Outbox outbox)
    {
        if (_isSyncing || !HasToWrite(outbox))
            return;
        if (_options.OutboxSync)
        {
            _isSyncing = true;
            ThreadPool.UnsafeQueueUserWorkItem(static requests => requests.SyncOutbox(requests._outbox!), this, preferLocal: false);
            return;
        }
        _staged.BeginWrite();
        outbox.Take();
        Written(outbox.Write());
    }

    private bool HasToWrite(Outbox outbox) => _closed is null && (_staged.Count > 0 || outbox.IsDue(isIdle: _sent.Count == 0));

    private void SyncOutbox(Outbox outbox)
    {
        while (true)
        {
            lock (_gate)
            {
                _isSyncing = HasToWrite(outbox);
                if (!_isSyncing)
                    return;
                _staged.BeginWrite();
                outbox.Take();
            }
            var fault = outbox.Write();
            lock (_gate)
            {
                Written(fault);
                Pump();
            }
        }
    }

    /// <summary>
    /// Sends what was written; without that, the posts fail that the outbox does not have. If the connection was lost meanwhile, they are among
    /// those that are sent on the next one.
    /// </summary>
    private void Written(string? fault)
    {
        if (fault is not null)
            FailUnwritten(fault);
        foreach (var call in _staged.EndWrite())
            Send(call);
    }

    private void FailUnwritten(string fault)
    {
        var failure = ChatException.NotSent(ChatFailure.Refused, fault);
        var unwritten = _staged.Calls.OfType<PostCall>().Concat(_waiting.RepeatedPosts).Where(post => post.IsUnwritten).ToList();
        foreach (var post in Enumerable.Reverse(unwritten))
            _publisher.Withdraw(post, failure);
        foreach (var post in unwritten)
            _publisher.Settle(post.Room, _waiting.Again);
        _staged.Remove(unwritten);
        _waiting.Remove(unwritten);
        _staged.BeginWrite();
    }

    private void Send(Call call)
    {
        if (call.HasSecret && !_output!.IsConfidential)
        {
            call.Fail(ArgumentChecks.NeedsTls(_options.Address.ToString()));
            return;
        }
        call.Since = Now;
        call.IsSent = true;
        HasQuit |= call is QuitCall;
        _sent.Add(++_lastId, call);
        _output!.Write(call.ToFrame(_lastId));
    }
}

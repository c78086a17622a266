namespace ChatProtocol.Client;

/// <summary>
/// A request and the caller that awaits its reply. When the caller gives up the call stays in its place, so that a late reply
/// is still matched to its request.
/// </summary>
internal abstract class Call
{
    /// <summary>When the call was queued, then when it was sent; a timestamp of the time provider.</summary>
    public long Since { get; set; }

    /// <summary>Whether the server may take as long as it likes.</summary>
    public bool MayTakeLong { get; init; }

    /// <summary>Whether the request may be sent again when its outcome is not known. It may by default.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>Whether the call is the connection's own, and fails when the connection does.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether the request has a password or an invitation's code, or its answer a secret: for a connection that nobody reads (CP-ACC-006).</summary>
    public bool HasSecret { get; init; }

    /// <summary>Whether the request was sent and not refused: it may have been carried out. Guarded by its owner's lock.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether nobody waits for the reply any more.</summary>
    public abstract bool IsOver { get; }

    public abstract Request ToFrame(ulong id);

    /// <summary>Takes the reply, in the reading loop. False if the reply does not answer this request.</summary>
    public abstract bool TryAnswer(Reply reply);

    public abstract void Fail(ChatException failure);

    public abstract void Cancel(CancellationToken cancellationToken);
}

/// <summary>A call whose result a caller awaits.</summary>
internal abstract class Call<TResult> : Call
{
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _result.Task;

    public sealed override bool IsOver => _result.Task.IsCompleted;

    public sealed override void Fail(ChatException failure) => _result.TrySetException(failure);

    public sealed override void Cancel(CancellationToken cancellationToken) =>
        _result.TrySetException(new CallCanceledException(IsSent ? Outcome.Unknown : Outcome.NotSent, cancellationToken));

    protected void Succeed(TResult result) => _result.TrySetResult(result);
}

/// <summary>A request that is answered by one reply.</summary>
/// <param name="toFrame">Makes the request with a given id.</param>
/// <param name="answer">Makes the result; it runs in the reading loop, before the frame behind the reply is handled.</param>
internal sealed class Call<TReply, TResult>(Func<ulong, Request> toFrame, Func<TReply, TResult> answer) : Call<TResult>
    where TReply : Reply
{
    public override Request ToFrame(ulong id) => toFrame(id);

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not TReply mine)
            return false;
        Succeed(answer(mine));
        return true;
    }
}

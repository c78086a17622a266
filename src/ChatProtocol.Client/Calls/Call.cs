namespace ChatProtocol.Client;

/// <summary>
/// A request and whoever waits for its reply. A caller that gives up leaves the call in its place, so that the reply still
/// finds where it belongs.
/// </summary>
internal abstract class Call
{
    /// <summary>When it was queued, then when it was sent; a timestamp of the time provider.</summary>
    public long Since { get; set; }

    /// <summary>Whether the server may take as long as it likes.</summary>
    public bool MayTakeLong { get; init; }

    /// <summary>Whether it may be sent again when it is not known what became of it. It may by default.</summary>
    public bool MayRepeat { get; init; } = true;

    /// <summary>Whether it is the connection's own, and fails as that does.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Whether it was sent and not refused: it may have been carried out. Guarded by its owner's lock.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public abstract bool IsOver { get; }

    public abstract Request ToFrame(ulong id);

    /// <summary>Takes the reply, in the reading loop. False if it is none that answers this request.</summary>
    public abstract bool TryAnswer(Reply reply);

    public abstract void Fail(ChatException failure);

    public abstract void Cancel(CancellationToken cancellationToken);
}

/// <summary>A call that somebody awaits.</summary>
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

/// <summary>A request that one reply answers.</summary>
/// <param name="toFrame">Makes the request with the id it is given.</param>
/// <param name="answer">Makes the result; it runs in the reading loop, before the frame that follows the reply is looked at.</param>
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

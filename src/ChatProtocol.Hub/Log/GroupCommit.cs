namespace ChatProtocol.Hub;

/// <summary>
/// The group commit: while one batch is being synced the next gathers. No change has an effect that anybody sees before its batch is
/// reported as committed (CP-DEL-001).
/// </summary>
internal sealed class GroupCommit(ILog log)
{
    /// <summary>
    /// The retry delay after a failed commit, in milliseconds, unless somebody waits for the next one: a full disk stays full for a
    /// while.
    /// </summary>
    private const long RetryDelay = 1000;

    private long _last = 1;
    private LogBatch? _underWay;
    private long _retryAt;

    /// <summary>The batch that gathers until the log is free.</summary>
    public LogBatch Open { get; private set; } = new() { Number = 1 };

    /// <summary>The number of the last batch that is durable. The changes of a lost batch were taken back, or are in a later one.</summary>
    public long StoredThrough { get; private set; }

    /// <summary>Whether the log has a batch, and takes no other before it has answered for that.</summary>
    public bool IsBusy => _underWay is not null;

    public bool IsIdle => _underWay is null && Open.IsEmpty;

    /// <summary>The batch of a number, if it is not known yet whether it is durable; else null.</summary>
    public LogBatch? FindOpen(long number) => _underWay?.Number == number ? _underWay : Open.Number == number ? Open : null;

    /// <summary>When a delayed batch is tried again; null if there is none, or if the next <see cref="Flush"/> takes it.</summary>
    public long? DueAfter(long now) => IsWaitingToRetry(now) && _underWay is null && !Open.IsEmpty ? _retryAt : null;

    /// <summary>Hands the open batch to the log, if the log has none.</summary>
    public void Flush(long now)
    {
        if (_underWay is not null || Open.IsEmpty || IsWaitingToRetry(now))
            return;
        _underWay = Open;
        Open = new LogBatch { Number = ++_last };
        log.Append(_underWay);
    }

    /// <summary>The batch under way is durable.</summary>
    public void Done(LogBatch batch)
    {
        Take(batch);
        StoredThrough = batch.Number;
    }

    /// <summary>
    /// The batch under way failed, and with it the batch behind it, whose entries were numbered on top. Returns both, whose callbacks
    /// have to be called.
    /// </summary>
    public IReadOnlyList<LogBatch> Failed(LogBatch batch, long now)
    {
        Take(batch);
        _retryAt = now + RetryDelay;
        IReadOnlyList<LogBatch> lost = [batch, Open];
        Open = new LogBatch { Number = ++_last };
        Open.Changes.AddRange(lost.SelectMany(one => one.Changes).Where(change => change.IsRepeated));
        return lost;
    }

    private bool IsWaitingToRetry(long now) => now < _retryAt && Open.IsHousekeeping;

    private void Take(LogBatch batch)
    {
        if (batch != _underWay)
            throw new InvalidOperationException("The log answered for a batch it was not given.");
        _underWay = null;
    }
}

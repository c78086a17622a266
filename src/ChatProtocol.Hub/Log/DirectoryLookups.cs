namespace ChatProtocol.Hub;

/// <summary>Takes the answers to look-ups into memory, and lets go there of what was not wanted for long.</summary>
internal interface IDirectoryCache
{
    /// <summary>Takes what the log found into memory.</summary>
    void Load(DirectoryQuery query, DirectoryResult found);

    /// <summary>Lets some of what is in memory leave it.</summary>
    void Sweep();
}

/// <summary>
/// The look-ups of stored rooms and principals, which are loaded when first wanted. Memory wins over the answers of the log, as the
/// hub is the only writer; an answer that finds nothing is good for the turn in which it comes.
/// </summary>
/// <remarks>
/// An answer may be older than what has happened since it was asked for. Therefore nothing that was wanted or changed leaves memory
/// while answers from before are under way, and those that may count a room or a principal that was removed meanwhile are asked for
/// anew.
/// </remarks>
internal sealed class DirectoryLookups(ILog log)
{
    // Reads are numbered from 1, and answered in this order.
    private long _asked;
    private long _answered;

    /// <summary>Answers to reads up to this one are not taken.</summary>
    private long _distrusted;
    private DirectoryQuery? _answer;
    private DirectoryResult? _found;

    /// <summary>Takes the answers. Set before the first look-up.</summary>
    public IDirectoryCache? Cache { get; set; }

    /// <summary>Whether no answer is under way.</summary>
    public bool IsIdle => _asked == _answered;

    /// <summary>Whether everything is in memory, as the log cannot look anything up yet.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The mark of what is wanted or changed now: it does not leave memory before the next read is answered.</summary>
    public long Mark => _asked + 1;

    /// <summary>The start found everything, and the log has to index it.</summary>
    public void BeginWhole()
    {
        IsWhole = true;
        log.Do(new MaintenanceTask.Index());
    }

    /// <summary>The log has indexed some; if it cannot, everything stays in memory until the next start.</summary>
    public void Indexed(MaintenanceResult result)
    {
        if (result is { Complaint: null, HasMore: true })
            log.Do(new MaintenanceTask.Index());
        else
            IsWhole = result.Complaint is not null;
    }

    /// <summary>Whether an answer has just said all that there is to find, which is in memory by now.</summary>
    public bool Knows(DirectoryQuery query) => IsWhole || query == _answer;

    /// <summary>The answer to a query, in the turn in which it comes; null in others.</summary>
    public DirectoryResult? AnswerTo(DirectoryQuery query) => query == _answer ? _found : null;

    /// <summary>Whether something that has this mark was neither wanted nor changed since a read that is being answered.</summary>
    public bool IsQuiet(long mark) => mark <= _answered;

    /// <summary>Something in the log was removed: answers under way may have found it.</summary>
    public void Distrust() => _distrusted = _asked;

    /// <summary>Asks the log.</summary>
    /// <param name="query">The query.</param>
    /// <param name="goOn">Called with the answer; with null if it cannot be read just now.</param>
    public void Ask(DirectoryQuery query, Action<DirectoryResult?> goOn)
    {
        var number = ++_asked;
        log.Find(new DirectoryLookup(query, found => Answer(number, query, found, goOn)));
    }

    private void Answer(long number, DirectoryQuery query, DirectoryResult? found, Action<DirectoryResult?> goOn)
    {
        _answered = number;
        if (found is not null && number <= _distrusted)
        {
            Ask(query, goOn);
            return;
        }
        if (found is not null && query.FindsForMemory)
            Cache!.Load(query, found);
        (_answer, _found) = (found is null ? null : query, found);
        goOn(found);
        (_answer, _found) = (null, null);
        if (!IsWhole)
            Cache!.Sweep();
    }
}

namespace ChatProtocol.Hub;

/// <summary>
/// Which stored rooms and principals are in memory. They are loaded when first wanted and go when they were not wanted for long,
/// so that a million quiet ones cost nothing. Memory wins over the answers of the log, as the hub is the only writer; an
/// answer that finds nothing is good for the turn in which it comes.
/// </summary>
/// <remarks>
/// An answer may be older than what has happened since it was asked for. Therefore nothing that was wanted or changed goes while
/// answers from before are under way, and those that may count a room or a principal that was removed meanwhile are asked for anew.
/// </remarks>
internal sealed class Residency(HubState hub)
{
    /// <summary>How many are looked at for each that is loaded: more than one, or those that cannot go would pile up.</summary>
    private const int LooksForEach = 4;

    private readonly int _most = hub.Options.MaxResident;
    private readonly Queue<Room> _rooms = new();
    private readonly Queue<Principal> _principals = new();

    // Reads are numbered from 1, and answered in this order.
    private long _asked;
    private long _answered;

    /// <summary>Answers to reads up to this one are not taken.</summary>
    private long _distrusted;
    private DirectoryQuery? _answer;

    /// <summary>Whether no answer is under way.</summary>
    public bool IsIdle => _asked == _answered;

    /// <summary>Whether everything is in memory, as the log cannot look anything up yet.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The start found everything, and the log has to index it.</summary>
    public void BeginWhole()
    {
        IsWhole = true;
        hub.Log.Do(new LogChore.Index());
    }

    /// <summary>The log has indexed some; if it cannot, everything stays in memory until the next start.</summary>
    public void Indexed(LogChoreResult result)
    {
        if (result is { Complaint: null, HasMore: true })
            hub.Log.Do(new LogChore.Index());
        else
            IsWhole = result.Complaint is not null;
    }

    /// <summary>The mark of what is wanted or changed now: it does not go before the next read is answered.</summary>
    public long Mark => _asked + 1;

    /// <summary>Whether an answer has just said all that there is to find, which is in memory by now.</summary>
    public bool Knows(DirectoryQuery query) => IsWhole || query == _answer;

    /// <summary>Whether something that has this mark was neither wanted nor changed since a read that is being answered.</summary>
    public bool IsQuiet(long mark) => mark <= _answered;

    /// <summary>Something in the log was removed: answers under way may have found it.</summary>
    public void Distrust() => _distrusted = _asked;

    /// <summary>Asks the log.</summary>
    /// <param name="query">The query.</param>
    /// <param name="goOn">Called with the answer; with null if it cannot be read just now.</param>
    public void Ask(DirectoryQuery query, Action<DirectoryFound?> goOn)
    {
        var number = ++_asked;
        hub.Log.Find(new DirectoryRead(query, found => Answer(number, query, found, goOn)));
    }

    /// <summary>
    /// Runs a request of a session when all that it needs is known: at once, or when the log has answered; what the session asks
    /// for meanwhile waits behind it.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="needs">The next query that has to be answered first; null if all is known.</param>
    /// <param name="run">Handles the request.</param>
    /// <param name="refuse">Refuses the request, where that is not all that has to be done.</param>
    public void Run(Session session, ulong id, Func<DirectoryQuery?> needs, Action run, Action? refuse = null)
    {
        if (needs() is not { } query)
        {
            run();
            return;
        }
        session.Lookups++;
        Ask(query, found =>
        {
            session.Lookups--;
            if (session.IsClosed)
                return;
            if (found is not null)
                Run(session, id, needs, run, refuse);
            else if (refuse is not null)
                refuse();
            else
                RefuseAsUnread(session, id);
            hub.Held.Release(session);
        });
    }

    public static void RefuseAsUnread(Session session, ulong id) => session.Refuse(
        id, ErrorCode.LogUnavailable, "the server cannot look this up just now; try again", retryAfter: 1000);

    /// <summary>A room is in memory from now on.</summary>
    public void Add(Room room) => _rooms.Enqueue(room);

    /// <summary>A principal is in memory from now on.</summary>
    public void Add(Principal principal) => _principals.Enqueue(principal);

    private void Answer(long number, DirectoryQuery query, DirectoryFound? found, Action<DirectoryFound?> goOn)
    {
        _answered = number;
        if (found is not null && number <= _distrusted)
        {
            Ask(query, goOn);
            return;
        }
        if (found is not null && query is not (DirectoryQuery.RoomsSeenBy or DirectoryQuery.PrincipalsBehind or DirectoryQuery.RoomsById))
            hub.Load(query, found);
        _answer = found is null ? null : query;
        goOn(found);
        _answer = null;
        if (IsWhole)
            return;
        Sweep(_rooms, hub.Rooms.TryEvict);
        Sweep(_principals, hub.Principals.TryEvict);
    }

    /// <summary>Looks at those that have been in memory for longest; those that cannot go are looked at again after all others.</summary>
    private void Sweep<T>(Queue<T> resident, Func<T, bool> tryEvict)
    {
        for (var looks = 0; looks < LooksForEach && resident.Count > _most; looks++)
        {
            var oldest = resident.Dequeue();
            if (!tryEvict(oldest))
                resident.Enqueue(oldest);
        }
    }
}

namespace ChatProtocol.Hub;

/// <summary>
/// Requests that came while one before them waits: a login for its commit, or any for what the log has to look up. Then sessions
/// take turns with their held requests, one at a time, so that a thousand of one session delay nobody else (CP-LIM-007). Requests
/// that come meanwhile wait behind them; the limit of requests in flight bounds how many there are.
/// </summary>
internal sealed class HeldRequests(StepCounter steps, DirectoryLookups lookups)
{
    private readonly Queue<Session> _turns = new();

    /// <summary>Whether no held request can be handled now.</summary>
    public bool IsIdle => _turns.Count == 0;

    /// <summary>Whether a session's requests have to wait.</summary>
    public static bool Holds(Session session) => IsWaiting(session) || session.Held is not null;

    public static void Add(Session session, Action handle) => (session.Held ??= new Queue<Action>()).Enqueue(handle);

    /// <summary>The request before them is handled, unless it has to wait for something else.</summary>
    public void Release(Session session)
    {
        if (session.Held is not null && !IsWaiting(session))
            _turns.Enqueue(session);
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
    /// <param name="abandon">Called instead if the session is closed meanwhile, where something has to be given back.</param>
    public void Run(Session session, ulong id, Func<DirectoryQuery?> needs, Action run, Action? refuse = null, Action? abandon = null)
    {
        if (needs() is not { } query)
        {
            run();
            return;
        }
        session.DirectoryLookups++;
        lookups.Ask(query, found =>
        {
            session.DirectoryLookups--;
            if (session.IsClosed)
            {
                abandon?.Invoke();
                return;
            }
            if (found is not null)
                Run(session, id, needs, run, refuse, abandon);
            else if (refuse is not null)
                refuse();
            else
                session.RefuseAsUnread(id);
            Release(session);
        });
    }

    /// <summary>Handles held requests, by turns, until the steps are used up; true if there is more.</summary>
    public bool Work(long until)
    {
        while (steps.Count < until && _turns.TryDequeue(out var session))
            Serve(session);
        return _turns.Count > 0;
    }

    private void Serve(Session session)
    {
        if (session.IsClosed || session.Held is not { } held)
            return;
        steps.Add();
        held.Dequeue()();
        if (held.Count == 0)
            session.Held = null;
        else
            Release(session);
    }

    private static bool IsWaiting(Session session) => session.State == SessionState.LoggingIn || session.DirectoryLookups > 0;
}

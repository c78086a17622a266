namespace ChatProtocol.Hub;

/// <summary>
/// Requests whose replies may be long: pages and lists. They wait in the session's own queue. Sessions take turns, each gets
/// one reply in a turn, behind the short replies, and only while its peer's queue has room: such requests fill nobody's memory
/// and delay nobody.
/// </summary>
internal sealed class LongReplies
{
    private readonly HashSet<Session> _askers = [];
    private readonly Queue<Session> _turns = new();
    private bool _hasAnswered;

    /// <summary>Whether no session waits for a long reply.</summary>
    public bool IsIdle => _askers.Count == 0;

    /// <param name="session">The session that asks.</param>
    /// <param name="answer">Makes the reply.</param>
    public void Ask(Session session, Action answer)
    {
        session.Bulk.Enqueue(answer);
        _askers.Add(session);
        GoOn(session);
    }

    /// <summary>The session can continue: its peer takes more, or its page was sent.</summary>
    public void GoOn(Session session)
    {
        if (session.AwaitsPage || session.IsClosed)
            return;
        if (session.Bulk.Count == 0)
        {
            _askers.Remove(session);
        }
        else if (!_hasAnswered && _turns.Count == 0)
        {
            // The first request of this turn. Those behind it wait until all short requests had their turn, or a crowd of lists would
            // delay them.
            Serve(session);
        }
        else if (!session.HasTurn)
        {
            session.HasTurn = true;
            _turns.Enqueue(session);
        }
    }

    public void Forget(Session session) => _askers.Remove(session);

    /// <summary>Gives each waiting session one reply, until the steps are used up; true if there is more to do.</summary>
    public bool Work(StepCounter steps, long until)
    {
        _hasAnswered = true;
        for (var turns = _turns.Count; turns > 0 && steps.Count < until; turns--)
        {
            var session = _turns.Dequeue();
            session.HasTurn = false;
            Serve(session);
        }
        _hasAnswered = false;
        return _turns.Count > 0;
    }

    private void Serve(Session session)
    {
        if (session.IsClosed || session.AwaitsPage || !session.Bulk.TryPeek(out var answer))
            return;
        if (!session.HasRoom())
            return;
        session.Bulk.Dequeue();
        _hasAnswered = true;
        answer();
        GoOn(session);
    }
}

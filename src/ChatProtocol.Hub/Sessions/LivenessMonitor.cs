namespace ChatProtocol.Hub;

/// <summary>
/// Closes connections that are silent, dead, or take nothing (CP-SES-005, 011, 016, 017). It looks at some of them in
/// each turn and at each once a second, by a clock of its own: where this process or the machine stood still, a late look
/// counts at most two of its intervals, so that the pause does not count as silence, and only a session that was pinged is dead.
/// </summary>
internal sealed class LivenessMonitor(
    HubOptions options, HubClock clock, HubStatus status, SlowWork slowWork, GroupCommit groupCommit, Publishers publishers, RoomDirectory rooms, SessionRegistry sessions)
{
    /// <summary>The login deadline of a connection on trial, in milliseconds: the next one waits for the place.</summary>
    private const long Trial = 2000;

    private bool _isLooking;

    /// <summary>When the next look is due, on the monotonic clock.</summary>
    public long NextDue => clock.LookedAt + HubClock.LookInterval;

    public void Look()
    {
        if (clock.Ticks < NextDue || _isLooking)
            return;
        _isLooking = true;
        slowWork.BeginForAdmin(LookAtAll(clock.Look()));
        var unusedSince = clock.Ticks - (long)options.Times.UnusedRoomKept.TotalMilliseconds;
        if (rooms.MayHaveVoid(unusedSince))
            slowWork.Begin(rooms.RemoveVoid(unusedSince));
        publishers.Store(groupCommit.Open, clock.Now);
    }

    private IEnumerable<bool> LookAtAll(long passed)
    {
        var queued = 0L;
        foreach (var session in sessions.All.After(0))
        {
            Look(session, passed);
            queued += session.Peer.Queued;
            yield return true;
        }
        status.Figures.QueuedBytes = queued;
        _isLooking = false;
    }

    private void Look(Session session, long passed)
    {
        if (session.IsGone)
            return;
        var limits = options.Limits;
        var peer = session.Peer;
        if (peer.Sent != session.SentBefore || peer.Queued == 0)
        {
            session.SentBefore = peer.Sent;
            session.LastProgress = clock.LivenessTime;
        }
        if (!session.IsReady)
        {
            // A login that came in time may still wait to be handled (CP-TRA-021), but a flood must not keep a place for ever.
            var late = clock.LivenessTime - session.Began - limits.HelloTimeout;
            if (peer.IsOnTrial && clock.LivenessTime - session.Began > Trial)
                sessions.Close(session, new Error(null, ErrorCode.TooManyConnections, $"the server is full, and there was no login within {Trial / 1000} s; come back later", RetryAfter: 10_000));
            else if (late > 0 && (late > limits.HelloTimeout || !peer.HasUnread))
                sessions.Close(session, new Error(null, ErrorCode.HelloTimeout, $"no login within {limits.HelloTimeout / 1000} s"));
        }
        else if (clock.LivenessTime - session.LastProgress > limits.StallAfter)
        {
            sessions.Close(session, new Bye(ByeCode.Stalled, "nothing was taken of what was sent", 0));
        }
        else if (!peer.AnswersPings)
        {
            // The other side may only listen for ever; the transport's keep-alive finds out whether it is still there.
        }
        else if (peer.Queued > 0 || peer.IsHeldBack)
        {
            // The peer's pong may wait behind unsent replies, or its ping unread: the clock stands still (CP-SES-016).
            session.LastHeard = Math.Min(clock.LivenessTime, session.LastHeard + passed);
        }
        else if (clock.LivenessTime - session.LastHeard > limits.DeadAfter && session.Pinged && !peer.HasUnread)
        {
            sessions.Close(session, new Bye(ByeCode.Silent, "nothing was heard", 0));
        }
        else if (clock.LivenessTime - session.LastHeard > limits.PingAfter && !session.Pinged)
        {
            session.Pinged = true;
            session.Reply(new Ping((ulong)clock.Ticks));
        }
    }
}

namespace ChatProtocol.Hub;

/// <summary>Finds the connections that say nothing, are dead, or take nothing (CP-SES-005, 011, 016, 017).</summary>
internal sealed class Watch(HubState hub)
{
    private const long Interval = 1000;

    /// <summary>How long one may take that is on trial: the next to be tried waits for the place.</summary>
    private const long Trial = 2000;

    private long _last;

    public long NextDue => _last + Interval;

    public void Look()
    {
        if (hub.Now < NextDue)
            return;
        var passed = hub.Now - _last;
        _last = hub.Now;
        foreach (var session in hub.Sessions.Values.ToList())
            Look(session, passed);
        hub.Rooms.RemoveVoid(hub.Now - 60_000);
        hub.Publishers.Forget(hub.Now, hub.Commits.Open);
        hub.Publishers.Store(hub.Commits.Open, hub.Now);
    }

    private void Look(Session session, long passed)
    {
        var limits = hub.Options.Limits;
        var peer = session.Peer;
        if (peer.Sent != session.SentBefore || peer.Queued == 0)
        {
            session.SentBefore = peer.Sent;
            session.LastProgress = hub.Now;
        }
        if (!session.IsReady)
        {
            if (peer.IsOnTrial && hub.Now - session.Since > Trial)
                hub.Close(session, new Error(null, ErrorCode.TooManyConnections, $"the server is full, and there was no login within {Trial / 1000} s; come back later", RetryAfter: 10_000));
            else if (hub.Now - session.Since > limits.HelloTimeout)
                hub.Close(session, new Error(null, ErrorCode.HelloTimeout, $"no login within {limits.HelloTimeout / 1000} s"));
        }
        else if (hub.Now - session.LastProgress > limits.StallAfter)
        {
            hub.Close(session, new Bye(ByeCode.Stalled, "nothing was taken of what was sent", 0));
        }
        else if (peer.IsLegacy)
        {
            // Only listening is all that some do: whether they are there the transport finds out (CP-LEG-040).
        }
        else if (peer.Queued > 0 || peer.IsHeldBack)
        {
            // Its answer may stand behind what we owe it, or its ping unread: the clock stands still (CP-SES-016).
            session.LastHeard = Math.Min(hub.Now, session.LastHeard + passed);
        }
        else if (hub.Now - session.LastHeard > limits.DeadAfter)
        {
            hub.Close(session, new Bye(ByeCode.Silent, "nothing was heard", 0));
        }
        else if (hub.Now - session.LastHeard > limits.PingAfter && !session.Pinged)
        {
            session.Pinged = true;
            session.Reply(new Ping((ulong)hub.Now));
        }
    }
}

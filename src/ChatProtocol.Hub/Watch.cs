namespace ChatProtocol.Hub;

/// <summary>Finds the connections that say nothing, are dead, or take nothing (CP-SES-005, 011, 016, 017).</summary>
internal sealed class Watch(HubState hub)
{
    private const long Interval = 1000;

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
            // What came in time may have to wait for us (CP-TRA-021), but a flood must not keep a place for ever.
            var late = hub.Now - session.Since - limits.HelloTimeout;
            if (late > 0 && (late > limits.HelloTimeout || !peer.HasUnread))
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
        else if (hub.Now - session.LastHeard > limits.DeadAfter && !peer.HasUnread)
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

namespace ChatProtocol.Hub;

/// <summary>Trace: the frames of one session, told to an admin as they come and go.</summary>
internal sealed class TraceHandlers(HubOptions options, HubClock clock, SessionRegistry registry) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Trace>(Permissions.Operate, Trace, audit: trace => new AuditSubject(Session: trace.Session, Reason: trace.Bodies ? "bodies" : "")) with { NeedsFor = (_, request) => NeededFor((Trace)request) },
    ];

    public void Trace(Session session, Trace trace)
    {
        if (registry.All.Find(trace.Session) is not { } traced)
            session.Refuse(trace.Id, ErrorCode.NoSuchSession, $"there is no connection {trace.Session}", field: "session");
        else if (traced == session)
            session.Refuse(trace.Id, ErrorCode.InvalidValue, "a session cannot trace itself", field: "session");
        else if (trace.Stop)
            Stop(session, trace, traced);
        else if (session.Trace is not null && session.Trace != traced.Tap)
            session.Refuse(trace.Id, ErrorCode.TooMany, "you trace another session: stop that first", 1);
        else if (traced.Tap is not null && session.Trace != traced.Tap)
            session.Refuse(trace.Id, ErrorCode.TooMany, $"another admin traces connection {trace.Session}", 1);
        else
            Begin(session, trace, traced);
    }

    private void Begin(Session session, Trace trace, Session traced)
    {
        session.Reply(new Ok(trace.Id));
        new SessionTrace(session, traced, trace.Bodies, NeededFor(trace), options.Limits.Frame, clock).Begin();
    }

    private static void Stop(Session session, Trace trace, Session traced)
    {
        if (session.Trace is not { } own || own != traced.Tap)
        {
            session.Refuse(trace.Id, ErrorCode.NoSuchSession, $"you do not trace connection {trace.Session}", field: "session");
            return;
        }
        own.Stop();
        session.Reply(new Ok(trace.Id));
    }

    private static Permissions NeededFor(Trace trace) => trace.Bodies ? Permissions.Operate | Permissions.ReadTraffic : Permissions.Operate;
}

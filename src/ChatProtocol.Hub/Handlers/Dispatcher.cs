namespace ChatProtocol.Hub;

/// <summary>Gives each frame to its handler, at once or when it has its turn, and refuses those that may not be asked.</summary>
internal sealed class Dispatcher(
    HubStatus status, DirectoryLookups lookups, HeldRequests held, LongReplies longReplies, SessionRegistry sessions, RoomHandlers rooms, PostHandlers posts, AuditTrail audit, VerbTable verbs)
{
    /// <summary>For those who come while a server is imported, in milliseconds.</summary>
    private const ulong RetryAfter = 1000;

    public IEnumerable<Verb> Verbs => verbs.All;

    public void Receive(Session session, Frame frame)
    {
        if (frame is Pong or Taken)
            Hear(session, frame);
        else if (HeldRequests.Holds(session))
            HeldRequests.Add(session, () => Handle(session, frame));
        else
            Handle(session, frame);
    }

    /// <summary>Handles the frames without an answer at once: they are never held, so no client can make them pile up in memory.</summary>
    private void Hear(Session session, Frame frame)
    {
        if (frame is Taken taken && session.Quit is null)
            rooms.Taken(session, taken);
    }

    private void Handle(Session session, Frame frame)
    {
        if (session.IsClosed || session.Quit is not null)
            return;
        session.Asked();
        if (frame is UnknownFrame unknown)
        {
            session.Refuse(unknown.Id!.Value, ErrorCode.UnknownCode, $"code {unknown.Code} is not known here");
            return;
        }
        Dispatch(session, (Request)frame);
    }

    /// <summary>Handles a request that is the session's next, or handles it once more.</summary>
    public void Dispatch(Session session, Request request)
    {
        var verb = verbs[request.Code];
        var needed = verb.NeedsFor?.Invoke(session, request) ?? verb.Needs;
        if (status.IsDraining && verb.When != VerbTime.Always)
            posts.RefuseAsDraining(session, request.Id);
        else if (status.IsImporting && !MayAskMeanwhile(session, request))
            session.Refuse(request.Id, ErrorCode.LogUnavailable, "the server is just being filled by an import; try again when that is done", retryAfter: RetryAfter);
        else if (!session.IsReady && verb.When == VerbTime.Ready)
            sessions.Close(session, new Error(request.Id, ErrorCode.WrongState, "log in first"));
        else if (session.State == SessionState.Open && verb.When == VerbTime.Greeted)
            sessions.Close(session, new Error(request.Id, ErrorCode.WrongState, "say hello first"));
        else if (!session.Permissions.Include(needed))
            Deny(session, request, verb, needed);
        else if (verb.MayBeLong)
            longReplies.Ask(session, () => Answer(session, request, verb, needed));
        else if (verb.Wants(session, request) is null)
            Handle(session, request, verb, needed);
        else
            held.Run(session, request.Id, () => verb.Wants(session, request), () => Dispatch(session, request),
                request is Post post ? () => PostHandlers.RefuseAsUnread(session, post) : null);
    }

    private void Handle(Session session, Request request, Verb verb, Permissions needed)
    {
        // A post needs no closure.
        if (verb.Audit is null)
            verb.Handle(session, request);
        else
            HandleAct(session, request, verb, needed);
    }

    private void HandleAct(Session session, Request request, Verb verb, Permissions needed) =>
        audit.Run(audit.Begin(session, request, verb, needed), () => verb.Handle(session, request));

    private void Deny(Session session, Request request, Verb verb, Permissions needed)
    {
        audit.Begin(session, request, verb, needed);
        session.Refuse(request.Id, ErrorCode.Denied, Rights.Explain(session.Principal, needed, session.Token));
    }
    /// <summary>Whether a request changes nothing that is stored, and lets nobody in but an admin (CP-EXP-012).</summary>
    private static bool MayAskMeanwhile(Session session, Request request) =>
        request is Hello or Ping or Quit || session.Peer.IsAdmin && request is Login or Status or Sessions or Kick or Shutdown or Import;

    /// <summary>Makes a reply that may be long, at its turn. Where it has to be looked up first, only long replies of the session wait.</summary>
    private void Answer(Session session, Request request, Verb verb, Permissions needed)
    {
        if (verb.Wants(session, request) is not { } query)
        {
            Handle(session, request, verb, needed);
            return;
        }
        session.AwaitsPage = true;
        lookups.Ask(query, found =>
        {
            session.AwaitsPage = false;
            if (session.IsClosed)
                return;
            if (found is null)
                session.RefuseAsUnread(request.Id);
            else
                Answer(session, request, verb, needed);
            longReplies.GoOn(session);
        });
    }
}

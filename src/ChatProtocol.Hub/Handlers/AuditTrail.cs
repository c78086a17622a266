namespace ChatProtocol.Hub;

/// <summary>
/// Records the acts of the staff in the audit log, each in the batch of its change (CP-AUD-001). A handler need not know of it: whatever
/// waits for the open batch when the handler returns is what the act does, and the record goes into that batch. An act that changes nothing
/// durable is recorded when it is answered, or before it is done (<see cref="RecordFirst"/>).
/// </summary>
internal sealed class AuditTrail(HubOptions options, HubClock clock, HubStatus status, GroupCommit groupCommit, AuditBounds bounds, Principals principals, RoomDirectory rooms, SessionRegistry sessions, StartupContents contents)
{
    private bool _isTrimming;

    /// <summary>The ends of the audit log, as far as it is durable.</summary>
    public AuditExtent Extent { get; private set; } = Publish(status, contents.Audit);

    /// <summary>A request is about to be handled, or denied; null where it is not one that is recorded.</summary>
    public Act? Begin(Session session, Request request, Verb verb, Permissions needed)
    {
        if (session.FindAct(request.Id) is { } underWay)
            return underWay;
        if (session.Principal is not { } asker || !Rights.IsOfStaff(asker) && !Rights.AreOfStaff(needed) && verb.RoleInRoom == Permissions.None || verb.Audit?.Invoke(session, request) is not { } subject)
            return null;
        // Strangers with rooms of their own push nothing out of the log.
        var isBounded = subject.IsRead || !Rights.IsOfStaff(asker) && !Rights.AreOfStaff(needed);
        var act = new Act(request.Id, Describe(session, asker, verb, subject), isBounded, (done, refusal) => Answered(session, done, refusal));
        session.Begin(act);
        return act;
    }

    /// <summary>Goes on with a request that had to wait, as <see cref="Run(Act?, Action)"/> began it.</summary>
    public void GoOn(Session session, ulong request, Action step) => Run(session.FindAct(request), step);

    /// <summary>Does a step of a request, and records the act in the open batch if something waits there for that.</summary>
    public void Run(Act? act, Action step)
    {
        var batch = groupCommit.Open;
        var waiting = batch.Callbacks.Count;
        step();
        if (act is { IsRecorded: false, IsAnswered: false, IsBounded: false } && batch.Callbacks.Count > waiting)
            Record(act, act.Record, isOfChange: true);
    }

    /// <summary>Records an act whose change is in the open batch, and goes on there.</summary>
    public void Record(Session session, ulong request)
    {
        if (session.FindAct(request) is { IsRecorded: false, IsBounded: false } act)
            Record(act, act.Record, isOfChange: true);
    }

    /// <summary>Records an act that changes nothing durable before it is done, and goes on once that is stored; refuses the request otherwise.</summary>
    public void RecordFirst(Session session, ulong request, Action goOn)
    {
        if (session.FindAct(request) is not { } act)
        {
            goOn();
            return;
        }
        Record(act, act.Record, isOfChange: true);
        groupCommit.Open.Notify(new CommitCallbacks(goOn, () => session.RefuseUnstored(request)));
    }

    /// <summary>The log has stored a batch.</summary>
    public void Committed(LogBatch batch)
    {
        foreach (var change in batch.Changes)
            if (change is LogChange.Audit { Extent: { } recorded })
                Extent = Publish(status, recorded);
            else if (change is LogChange.TrimAudit { Extent: { } trimmed })
                Extent = Publish(status, trimmed);
    }

    /// <summary>Removes records that are too old or too many, some at a time; nothing while the time is in doubt.</summary>
    public void Look()
    {
        var before = clock.Now - (long)options.AuditKept.TotalMilliseconds;
        if (_isTrimming || clock.IsDoubted || Extent.Count == 0 || Extent.OldestTime >= before && Extent.Count <= (ulong)options.MaxAuditRecords)
            return;
        _isTrimming = true;
        groupCommit.Open.Add(new LogChange.TrimAudit(before, (ulong)options.MaxAuditRecords), new CommitCallbacks(() => _isTrimming = false, () => _isTrimming = false) { IsAwaited = false });
    }

    private static AuditExtent Publish(HubStatus status, AuditExtent extent)
    {
        status.Figures.AuditHead = extent.Head.ToString();
        return extent;
    }

    /// <summary>What was not recorded before is by now: a refusal whatever else there is of the act, and what was done without a change.</summary>
    private void Answered(Session session, Act act, int refusal)
    {
        if (refusal == 0 && act.IsRecorded)
            return;
        var leftOut = 0L;
        if ((refusal != 0 || act.IsBounded) && !bounds.Allows(act.Record, Rights.IsOfStaff(session.Principal!), refusal != 0, out leftOut))
            return;
        var record = act.Record;
        if (leftOut > 0)
            record = record with { Is = $"left-out={leftOut}" };
        // A name that nobody has may be anything, as a password that was typed in its place.
        if (record.Whom == 0 && record.Room == 0 && (refusal != 0 || act.IsBounded))
            record = record with { Target = "" };
        if (refusal != 0)
            record = record with { Reason = "", Was = "", Is = leftOut > 0 ? record.Is : "", Result = refusal };
        Record(act, record, isOfChange: false);
    }

    private void Record(Act act, AuditRecord record, bool isOfChange)
    {
        act.IsRecorded = true;
        groupCommit.Open.Add(new LogChange.Audit(record with { Time = clock.Now }) { IsOfChange = isOfChange });
    }

    private AuditRecord Describe(Session session, Principal asker, Verb verb, AuditSubject subject)
    {
        var connection = subject.Session is { } number ? sessions.All.Find(number) : null;
        var whom = subject.Name is { } name ? principals.FindHolder(new UserName(name), clock.Now) : connection?.Principal;
        var target = subject.Name ?? subject.Place ?? whom?.Name.Text ?? (subject.Session is { } id ? $"connection {id}" : subject.Room is { } room ? rooms.Find(room)?.Name?.Text : null);
        return new AuditRecord(
            clock.Now, asker.Id, asker.Name.Text, session.Credential, session.Token?.Number ?? 0, session.Peer.IsAdmin ? "admin socket" : session.Peer.Address,
            verb.Name, target ?? "", whom?.Id ?? 0, subject.Room ?? 0, subject.Reason);
    }
}

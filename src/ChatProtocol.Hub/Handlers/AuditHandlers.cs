namespace ChatProtocol.Hub;

/// <summary>Audit: the records of the audit log, which the log finds.</summary>
internal sealed class AuditHandlers(HubOptions options, DirectoryLookups lookups, LongReplies longReplies, AuditTrail trail) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 1,536 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Clamp(options.Limits.Frame / 1536, 1, 500);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<Audit>(Permissions.Audit, Audit, audit: asked => new AuditSubject(asked.Name, IsRead: true)),
    ];

    public void Audit(Session session, Audit asked)
    {
        var before = Math.Min(asked.Before ?? ulong.MaxValue, trail.Extent.Head.Number + 1);
        session.AwaitsPage = true;
        lookups.Ask(new DirectoryQuery.AuditRecords(asked.After, before, asked.Name, asked.Verb, _maxItems), found =>
        {
            session.AwaitsPage = false;
            if (found is null)
                session.RefuseAsUnread(asked.Id);
            else
                session.Reply(new AuditList(asked.Id, [.. found.Audit.Select(Describe)], HasMore(found, asked.After), found.AuditedThrough));
            longReplies.GoOn(session);
        });
    }

    private bool HasMore(DirectoryResult found, ulong after) => found.AuditedThrough > Math.Max(after, trail.Extent.Anchor.Number) + 1;

    private static AuditListItem Describe(StoredAuditRecord stored)
    {
        var record = stored.Record;
        return new AuditListItem(
            stored.Number, (ulong)record.Time, record.Principal, record.Name, (int)record.Credential, record.Token, record.Address, record.Verb, record.Target, record.Whom,
            record.Room, record.Reason, record.Was, record.Is, record.Result, stored.Hash);
    }
}

namespace ChatProtocol.Hub;

/// <summary>Private messages of plain text clients, where either part of the command may name the recipient.</summary>
internal sealed class WhisperHandlers(HubState hub, PostHandlers posts)
{
    /// <summary>
    /// The part that names a present principal is the recipient, the first part if both do; if neither does, nobody is told
    /// (CP-LEG-016).
    /// </summary>
    public void Whisper(Session session, ulong id, string one, string other)
    {
        if (session.IsPaced)
            posts.Pacing.Post(session, new PacedPost(id, Lane: 0, () => Check(session, id, one, other), () => Needs(session, one, other)));
        else
            GoOn(session, id, one, other);
    }

    /// <summary>The private room of the two, if the recipient is present.</summary>
    public DirectoryQuery? Needs(Session session, string one, string other) =>
        (FindPresent(one) ?? FindPresent(other)) is { } to ? hub.Needs.Between(session.Principal!, to) : null;

    /// <summary>
    /// Runs one of two: whether a name or an address belongs to any principal, present or not, may have to be looked up.
    /// </summary>
    public void IfAnybody(Session session, IReadOnlyList<string> targets, Action yes, Action no, int at = 0)
    {
        for (; at < targets.Count; at++)
        {
            if (LegacyTarget.ToAddress(targets[at]) is null && hub.Needs.Name(targets[at].Trim()) is { } query)
            {
                session.Lookups++;
                hub.Residency.Ask(query, found => GoOn(found is null));
                return;
            }
            if (Find(targets[at]) is not null)
            {
                yes();
                return;
            }
        }
        no();

        void GoOn(bool isUnread)
        {
            session.Lookups--;
            if (session.IsClosed)
                return;
            // A text that may be meant for one alone is not told to all.
            if (isUnread || Find(targets[at]) is not null)
                yes();
            else
                IfAnybody(session, targets, yes, no, at + 1);
            hub.Held.Release(session);
        }
    }

    /// <summary>The principal with this name or address, present or not.</summary>
    private Principal? Find(string target) => LegacyTarget.ToAddress(target) is { } address
        ? hub.Addresses.Find(address)
        : hub.Principals.FindHolder(target.Trim(), hub.Now);

    private void GoOnWithId(Session session, ulong id, string one, string other) =>
        hub.Residency.Run(session, id, () => Needs(session, one, other), () => GoOn(session, id, one, other));

    private void GoOn(Session session, ulong id, string one, string other)
    {
        if (Check(session, id, one, other) is { } accepted)
            posts.Append(session, accepted);
    }

    private AcceptedPost? Check(Session session, ulong id, string one, string other)
    {
        if (FindPresent(one) is { } first)
            return Check(session, id, first, other, () => GoOnWithId(session, id, one, other));
        if (FindPresent(other) is { } second)
            return Check(session, id, second, one, () => GoOnWithId(session, id, one, other));
        return RefuseAsAbsent(session, id);
    }

    private AcceptedPost? Check(Session session, ulong id, Principal to, string text, Action goOn)
    {
        var from = session.Principal!;
        if (to == from)
        {
            session.Refuse(id, ErrorCode.InvalidValue, "that is you");
            return null;
        }
        // A message meant for a principal that blocks its author goes to nobody else either (CP-BLK-002).
        if (hub.Blocks.Contains(to, from))
            return RefuseAsAbsent(session, id);
        return hub.Between(session, id, from, to, goOn) is { } room ? posts.Check(session, new AcceptedPost(id, room, from, text, Counters: null)) : null;
    }

    private static AcceptedPost? RefuseAsAbsent(Session session, ulong id)
    {
        session.Refuse(id, ErrorCode.NoSuchUser, "neither part names anybody who is here");
        return null;
    }

    private Principal? FindPresent(string target) =>
        Find(target) is { IsPresent: true } found && !Rights.Of(found).Include(Permissions.Immune) ? found : null;
}

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
            posts.Pacing.Post(session, new PacedPost(id, Lane: 0, () => Check(session, id, one, other)));
        else
            GoOn(session, id, one, other);
    }

    /// <summary>The principal with this name or address, present or not.</summary>
    public Principal? Find(string target) => LegacyTarget.ToAddress(target) is { } address
        ? hub.Addresses.Find(address)
        : hub.Principals.FindHolder(target.Trim(), hub.Now);

    private void GoOn(Session session, ulong id, string one, string other)
    {
        if (Check(session, id, one, other) is { } accepted)
            posts.Append(session, accepted);
    }

    private AcceptedPost? Check(Session session, ulong id, string one, string other)
    {
        if (FindPresent(one) is { } first)
            return Check(session, id, first, other, () => GoOn(session, id, one, other));
        if (FindPresent(other) is { } second)
            return Check(session, id, second, one, () => GoOn(session, id, one, other));
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

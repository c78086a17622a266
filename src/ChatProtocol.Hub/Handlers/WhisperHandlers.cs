namespace ChatProtocol.Hub;

/// <summary>What plain text clients say in private, where either part may name whom it is for.</summary>
internal sealed class WhisperHandlers(HubState hub, PostHandlers posts)
{
    /// <summary>The part that names somebody who is there wins, the first if both do; nobody there is nobody told (CP-LEG-016).</summary>
    public void Whisper(Session session, ulong id, string one, string other)
    {
        if (session.IsPaced)
            posts.Pacing.Post(session, new PacedPost(id, Lane: 0, () => Check(session, id, one, other)));
        else
            GoOn(session, id, one, other);
    }

    /// <summary>Whose name or address it is, present or not.</summary>
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
        // What was meant for somebody who blocks its author goes to nobody else either (CP-BLK-002).
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

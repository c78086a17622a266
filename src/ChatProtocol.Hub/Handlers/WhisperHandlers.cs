namespace ChatProtocol.Hub;

/// <summary>What plain text clients say in private, where either part may name whom it is for.</summary>
internal sealed class WhisperHandlers(HubState hub, PostHandlers posts)
{
    /// <summary>The part that names somebody who is there wins, the first if both do; nobody there is nobody told (CP-LEG-016).</summary>
    public void Whisper(Session session, ulong id, string one, string other)
    {
        if (FindPresent(one) is { } first)
            Say(session, id, first, other);
        else if (FindPresent(other) is { } second)
            Say(session, id, second, one);
        else
            RefuseAsAbsent(session, id);
    }

    private void Say(Session session, ulong id, Principal to, string text)
    {
        var from = session.Principal!;
        if (to == from)
        {
            session.Refuse(id, ErrorCode.InvalidValue, "that is you");
            return;
        }
        // What was meant for somebody who blocks its author goes to nobody else either (CP-BLK-002).
        if (hub.Blocks.Contains(to, from))
            RefuseAsAbsent(session, id);
        else if (hub.Between(session, id, from, to) is { } room && posts.MayPost(session, id, room, from, text))
            posts.Append(session, id, room, from, text, counters: null);
    }

    private static void RefuseAsAbsent(Session session, ulong id) =>
        session.Refuse(id, ErrorCode.NoSuchUser, "neither part names anybody who is here");

    private Principal? FindPresent(string target)
    {
        var found = LegacyTarget.ToAddress(target) is { } address
            ? hub.Addresses.Find(address)
            : hub.Principals.FindHolder(target.Trim(), hub.Now);
        return found is { IsPresent: true, Role: not (Role.Admin or Role.Server) } ? found : null;
    }
}

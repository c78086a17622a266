namespace ChatProtocol.Hub;

/// <summary>Finds the account that a request is about: the asker's own, or that of a name for those who may.</summary>
internal sealed class AccountLookup(HubClock clock, Principals principals)
{
    /// <summary>The principal of the account; null after refusing.</summary>
    /// <param name="session">The asker.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="name">The account's name; null for the asker's own.</param>
    /// <param name="ofOthers">The permission that it takes for those of others.</param>
    public Principal? Find(Session session, ulong id, string? name, Permissions ofOthers)
    {
        var needed = name is null ? Permissions.OwnAccount : ofOthers;
        if (!session.Permissions.Include(needed))
        {
            session.Refuse(id, ErrorCode.Denied, Rights.Explain(session.Principal, needed, session.Token));
            return null;
        }
        if (name is null)
            return session.Principal;
        if (principals.FindHolder(new UserName(name), clock.Now) is { Account.IsStored: true } found)
            return found;
        session.Refuse(id, ErrorCode.NoSuchUser, $"nobody called {name} has an account", field: "name");
        return null;
    }
}

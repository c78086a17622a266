namespace ChatProtocol.Hub;

/// <summary>Finds the account that a request is about: the asker's own, or that of a name.</summary>
internal sealed class AccountLookup(HubClock clock, Principals principals)
{
    /// <summary>Whether a request was refused, as it would give something to an account that is being deleted, disabled or made.</summary>
    public static bool IsRefusedAsEnding(Session session, ulong id)
    {
        if (session.Principal!.Account is { IsStored: true, Latest.IsDisabled: false })
            return false;
        session.Refuse(id, ErrorCode.Denied, "your account is being deleted or disabled");
        return true;
    }

    /// <summary>The principal of the account; null after refusing. The table of verbs has settled whether the asker may.</summary>
    public Principal? Find(Session session, ulong id, string? name)
    {
        if (name is null)
            return session.Principal;
        if (principals.FindHolder(new UserName(name), clock.Now) is { Account.IsStored: true } found)
            return found;
        session.Refuse(id, ErrorCode.NoSuchUser, $"nobody called {name} has an account", field: "name");
        return null;
    }
}

namespace ChatProtocol.Hub;

/// <summary>The users by name, for the hub's caller.</summary>
internal sealed class UserDirectory(HubClock clock, StepCounter steps, DirectoryLookups lookups, Principals principals, RequestNeeds needs)
{
    /// <summary>The present user with a name; null if there is none.</summary>
    public UserInfo? FindPresent(string name)
    {
        steps.Add();
        return principals.FindHolder(new UserName(name), clock.Now) is { IsPresent: true } holder ? UserInfo.Of(holder) : null;
    }

    /// <inheritdoc cref="ChatHub.FindUsers"/>
    public void Find(Session session, IReadOnlyList<string> names, Action<IReadOnlyList<UserInfo>?> found)
    {
        FindFrom(0, []);

        void FindFrom(int at, List<UserInfo> users)
        {
            for (; at < names.Count; at++)
            {
                steps.Add();
                var name = new UserName(names[at]);
                // An answer of the log is good for one turn, so the look-up goes on behind it and does not begin again.
                if (needs.Name(name) is { } query)
                {
                    var next = at;
                    lookups.Ask(query, answer => GoOn(answer is not null, name, next, users));
                    return;
                }
                Take(name, users);
            }
            found(users);
        }

        void GoOn(bool isRead, UserName name, int at, List<UserInfo> users)
        {
            if (session.IsClosed)
                return;
            if (!isRead)
            {
                found(null);
                return;
            }
            Take(name, users);
            FindFrom(at + 1, users);
        }

        void Take(UserName name, List<UserInfo> users)
        {
            if (principals.FindHolder(name, clock.Now) is { } holder)
                users.Add(UserInfo.Of(holder));
        }
    }
}

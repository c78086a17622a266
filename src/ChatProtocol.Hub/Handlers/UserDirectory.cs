namespace ChatProtocol.Hub;

/// <summary>The users by name, for the hub's caller.</summary>
internal sealed class UserDirectory(HubClock clock, StepCounter steps, Lookups lookups, Principals principals, RequestNeeds needs)
{
    /// <summary>The present user with a name; null if there is none.</summary>
    public UserInfo? FindPresent(string name)
    {
        steps.Add();
        return principals.FindHolder(name, clock.Now) is { IsPresent: true } holder ? UserInfo.Of(holder) : null;
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
                // An answer of the log is good for one turn, so the look-up goes on behind it and does not begin again.
                if (needs.Name(names[at]) is { } query)
                {
                    var next = at;
                    lookups.Ask(query, answer => GoOn(answer is not null, next, users));
                    return;
                }
                Take(names[at], users);
            }
            found(users);
        }

        void GoOn(bool isRead, int at, List<UserInfo> users)
        {
            if (session.IsClosed)
                return;
            if (!isRead)
            {
                found(null);
                return;
            }
            Take(names[at], users);
            FindFrom(at + 1, users);
        }

        void Take(string name, List<UserInfo> users)
        {
            if (principals.FindHolder(name, clock.Now) is { } holder)
                users.Add(UserInfo.Of(holder));
        }
    }
}

namespace ChatProtocol;

/// <summary>The requests that a token is good for, as a set; never more than its account may itself (CP-ACC-022).</summary>
[Flags]
public enum TokenScopes
{
    /// <summary>Nothing; no token has this.</summary>
    None = 0,
    /// <summary>To open, join and list rooms, and read their history.</summary>
    Read = 1,
    /// <summary>To post.</summary>
    Post = 2,
    /// <summary>To see every session, and the server's status.</summary>
    Observe = 4,
    /// <summary>To kick, ban, erase and remove rooms.</summary>
    Moderate = 8,
    /// <summary>To post in the server's name.</summary>
    Announce = 16,
    /// <summary>To verify the log, set retention, and stop the server.</summary>
    Operate = 32,
    /// <summary>To list accounts and their tokens, and to revoke tokens.</summary>
    Accounts = 64,
    /// <summary>To change its account's name, block users, and see and end its account's sessions.</summary>
    Profile = 128,
    /// <summary>
    /// What <see cref="Accounts"/> has, and to make, change and delete the accounts of those with a role below its account's. Such a token
    /// makes accounts to log in to by password, so it is worth as much as all these accounts.
    /// </summary>
    Manage = 256,
    /// <summary>All of them.</summary>
    All = Read | Post | Observe | Moderate | Announce | Operate | Accounts | Profile | Manage,
}

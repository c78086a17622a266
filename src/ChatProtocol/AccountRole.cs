namespace ChatProtocol;

/// <summary>The role of a principal on a server; each may all that those before it may (<c>spec/15-accounts.md</c>).</summary>
public enum AccountRole
{
    /// <summary>No account: a name that is held for a day, and a key that the client made.</summary>
    Guest = 0,
    /// <summary>An account, which keeps its name.</summary>
    Member = 1,
    /// <summary>May moderate, and manage the accounts of members.</summary>
    Admin = 2,
    /// <summary>May operate the server, and manage the accounts of admins.</summary>
    Owner = 3,
}

namespace ChatProtocol.Tools;

/// <summary>The roles and scopes of accounts by their names in the spec.</summary>
internal static class AccountWords
{
    private static readonly (string Name, TokenScopes Scope)[] Scopes =
    [
        ("read", TokenScopes.Read), ("post", TokenScopes.Post), ("observe", TokenScopes.Observe), ("moderate", TokenScopes.Moderate),
        ("announce", TokenScopes.Announce), ("operate", TokenScopes.Operate), ("accounts", TokenScopes.Accounts),
        ("profile", TokenScopes.Profile), ("manage", TokenScopes.Manage),
    ];

    private static readonly (string Name, AccountRole Role)[] Roles =
        [("member", AccountRole.Member), ("admin", AccountRole.Admin), ("owner", AccountRole.Owner)];

    /// <summary>The names of the roles that an account may have.</summary>
    public static string[] RoleNames => Array.ConvertAll(Roles, one => one.Name);

    /// <summary>The names of all scopes.</summary>
    public static string[] ScopeNames => Array.ConvertAll(Scopes, one => one.Name);

    /// <summary>A role by its name; one that this version does not know by its number.</summary>
    public static string Of(AccountRole role) => Array.Find(Roles, one => one.Role == role).Name ?? $"{(int)role}";

    /// <summary>Scopes by their names, with commas between them.</summary>
    public static string Of(TokenScopes scopes) => string.Join(',', Scopes.Where(one => scopes.HasFlag(one.Scope)).Select(one => one.Name));

    /// <summary>The role of one of <see cref="RoleNames"/>.</summary>
    public static AccountRole ToRole(string name) => Array.Find(Roles, one => one.Name == name).Role;

    /// <summary>The scopes that are named with commas between them; null if that is not so, or there are none.</summary>
    public static TokenScopes? ToScopes(string? text)
    {
        var sum = TokenScopes.None;
        foreach (var word in text?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            var scope = Array.Find(Scopes, one => one.Name == word).Scope;
            if (scope == TokenScopes.None)
                return null;
            sum |= scope;
        }
        return sum == TokenScopes.None ? null : sum;
    }
}

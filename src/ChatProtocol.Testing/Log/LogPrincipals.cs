using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>The principals of a log in memory, with their accounts, each under the names by which it is looked up.</summary>
internal sealed class LogPrincipals(LogNames names)
{
    private readonly SortedDictionary<ulong, PrincipalRecord> _all = [];

    public IReadOnlyCollection<PrincipalRecord> All => _all.Values;

    public LogAccounts Accounts { get; private init; } = new();

    /// <summary>The lowest id above every stored one; 0 if there is none.</summary>
    public ulong Next => _all.Count == 0 ? 0 : _all.Keys.Last() + 1;

    public LogPrincipals Copy(LogNames copied)
    {
        var copy = new LogPrincipals(copied) { Accounts = Accounts.Copy() };
        foreach (var (id, principal) in _all)
        {
            copy._all.Add(id, principal);
            copy.AddNames(principal);
        }
        return copy;
    }

    public PrincipalRecord? Find(ulong id) => _all.GetValueOrDefault(id);

    public void Keep(PrincipalRecord principal)
    {
        if (Accounts.Has(principal.Id) && !principal.HoldsName)
            throw new LogContractException($"principal {principal.Id} has an account, and its name no more");
        if (Find(principal.Id) is { } before)
            RemoveNames(before);
        _all[principal.Id] = principal;
        AddNames(principal);
    }

    public void End(ulong id)
    {
        if (Accounts.Has(id))
            throw new LogContractException($"principal {id} is forgotten, and has an account");
        if (_all.Remove(id, out var before))
            names.Remove(before);
    }

    public void Keep(AccountRecord account)
    {
        if (Find(account.Principal) is not { HoldsName: true } principal)
            throw new LogContractException($"principal {account.Principal} has an account and holds no name");
        Accounts.Keep(account);
        names.AddLooks(principal);
    }

    public void EndAccount(ulong id)
    {
        if (Accounts.Has(id))
            names.RemoveLooks(_all[id]);
        Accounts.End(id);
    }

    /// <summary>All who hold a name, and some accounts that it could be mistaken for, with all who hold theirs.</summary>
    public IEnumerable<PrincipalRecord> FindNamed(string name) => HoldersOf(name)
        .Concat(DirectoryKeys.Looks(name).SelectMany(names.AccountLooksOf).Distinct().SelectMany(look => HoldersOf(_all[look].Name)));

    /// <summary>The principal of the account that has a token, as <see cref="FindNamed"/> finds it.</summary>
    public IEnumerable<PrincipalRecord> FindTokenOwner(string hash) => Accounts.FindToken(hash) is { } token ? FindNamed(_all[token.Principal].Name) : [];

    public DirectoryResult FindPage(DirectoryQuery.AccountsBehind page)
    {
        List<AccountRecord> accounts = [.. Accounts.All.Where(account => account.Principal > page.After).Take(page.Count)];
        return new DirectoryResult { Principals = [.. accounts.Select(account => _all[account.Principal])], Accounts = accounts };
    }

    private IEnumerable<PrincipalRecord> HoldersOf(string name) => names.HoldersOf(name).Select(id => _all[id]);

    private void AddNames(PrincipalRecord principal)
    {
        names.Add(principal);
        if (Accounts.Has(principal.Id))
            names.AddLooks(principal);
    }

    private void RemoveNames(PrincipalRecord principal)
    {
        names.Remove(principal);
        if (Accounts.Has(principal.Id))
            names.RemoveLooks(principal);
    }
}

namespace ChatProtocol.Hub;

/// <summary>All accounts together: the tokens of those in memory, the numbers of tokens, and how many owners there are.</summary>
internal sealed class AccountBook(StartupContents contents)
{
    private readonly Dictionary<string, TokenRecord> _byHash = [];
    private ulong _nextToken = contents.NextToken;

    /// <summary>The owners whose account is being deleted.</summary>
    private int _leaving;

    /// <summary>How many owners' accounts there are that somebody can log in as.</summary>
    public int Owners { get; private set; } = contents.Owners;

    /// <summary>Whether an account is that of the last owner, as far as others are not being deleted.</summary>
    public bool IsLastOwner(AccountRecord account) => account.IsActiveOwner && Owners - _leaving <= 1;

    /// <summary>An account is being deleted.</summary>
    public void Leaves(AccountRecord account) => _leaving += CountOf(account);

    /// <summary>It is known what became of that.</summary>
    public void HasLeft(AccountRecord account) => _leaving -= CountOf(account);

    /// <summary>A number that no token had.</summary>
    public ulong TakeTokenNumber() => _nextToken++;

    /// <summary>The token with a hash, if its account is in memory and the token is stored; it may be over.</summary>
    public TokenRecord? FindToken(string hash) => _byHash.GetValueOrDefault(hash);

    /// <summary>A stored token is in memory, or has changed.</summary>
    public void Set(TokenRecord token) => _byHash[token.Hash] = token;

    /// <summary>A token is revoked, or not in memory any more.</summary>
    public void Remove(TokenRecord token) => _byHash.Remove(token.Hash);

    /// <summary>A stored account has changed; null for none, before it was made or after it was deleted.</summary>
    public void Changed(AccountRecord? before, AccountRecord? after) => Owners += CountOf(after) - CountOf(before);

    /// <summary>Accounts were imported, with so many owners'.</summary>
    public void Imported(int owners) => Owners += owners;

    private static int CountOf(AccountRecord? account) => account is { IsActiveOwner: true } ? 1 : 0;
}

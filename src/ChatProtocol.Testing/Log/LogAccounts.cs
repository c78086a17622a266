using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>The accounts, tokens and invitations of a log in memory.</summary>
internal sealed class LogAccounts
{
    private readonly SortedDictionary<ulong, AccountRecord> _accounts = [];
    private readonly SortedDictionary<ulong, TokenRecord> _tokens = [];
    private readonly SortedDictionary<ulong, InvitationRecord> _invitations = [];

    public IEnumerable<AccountRecord> All => _accounts.Values;

    public IEnumerable<TokenRecord> Tokens => _tokens.Values;

    public IReadOnlyList<InvitationRecord> Invitations => [.. _invitations.Values];

    public int Owners => _accounts.Values.Count(account => account.IsActiveOwner);

    public ulong NextToken { get; private set; } = 1;

    public ulong NextInvitation { get; private set; } = 1;

    public LogAccounts Copy()
    {
        var copy = new LogAccounts { NextToken = NextToken, NextInvitation = NextInvitation };
        foreach (var account in _accounts.Values)
            copy._accounts.Add(account.Principal, account);
        foreach (var token in _tokens.Values)
            copy._tokens.Add(token.Number, token);
        foreach (var invitation in _invitations.Values)
            copy._invitations.Add(invitation.Number, invitation);
        return copy;
    }

    public bool Has(ulong principal) => _accounts.ContainsKey(principal);

    public AccountRecord? Find(ulong principal) => _accounts.GetValueOrDefault(principal);

    public TokenRecord? FindToken(string hash) => _tokens.Values.FirstOrDefault(token => token.Hash == hash);

    public IEnumerable<TokenRecord> TokensOf(ISet<ulong> principals) => _tokens.Values.Where(token => principals.Contains(token.Principal));

    public void Keep(AccountRecord account)
    {
        if (account.Role == AccountRole.Guest)
            throw new LogContractException($"principal {account.Principal} has an account of a guest");
        _accounts[account.Principal] = account;
    }

    /// <summary>Removes an account with its tokens and invitations.</summary>
    public void End(ulong principal)
    {
        _accounts.Remove(principal);
        Remove(_tokens, token => token.Principal == principal);
        Remove(_invitations, invitation => invitation.By == principal);
    }

    /// <summary>In place of one with the same number or hash; without effect if its account is not there.</summary>
    public void Keep(TokenRecord token)
    {
        NextToken = Math.Max(NextToken, token.Number + 1);
        if (!Has(token.Principal))
            return;
        Remove(_tokens, other => other.Hash == token.Hash);
        _tokens[token.Number] = token;
    }

    public void EndToken(ulong number) => _tokens.Remove(number);

    /// <summary>In place of one with the same number or hash.</summary>
    public void Keep(InvitationRecord invitation)
    {
        NextInvitation = Math.Max(NextInvitation, invitation.Number + 1);
        Remove(_invitations, other => other.Hash == invitation.Hash);
        _invitations[invitation.Number] = invitation;
    }

    public void EndInvitation(ulong number) => _invitations.Remove(number);

    private static void Remove<T>(SortedDictionary<ulong, T> from, Func<T, bool> which)
    {
        foreach (var (number, _) in from.Where(pair => which(pair.Value)).ToList())
            from.Remove(number);
    }
}

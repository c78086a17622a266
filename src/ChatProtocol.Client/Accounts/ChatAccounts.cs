namespace ChatProtocol.Client;

/// <summary>
/// Manages the accounts of others; a part of <see cref="ChatAdmin"/>. An account is changed only by an asker with a role above it, and the
/// others are refused with <see cref="ErrorCode.Denied"/> (CP-ACC-033). Thread-safe.
/// </summary>
public sealed class ChatAccounts
{
    private readonly ReconnectingSession _session;

    internal ChatAccounts(ReconnectingSession session) => _session = session;

    /// <summary>Lists the accounts by ascending principal, page by page.</summary>
    public IAsyncEnumerable<ChatAccountInfo> ListAsync(CancellationToken cancellationToken = default) => ListPages.ReadAsync(
        (after, ct) => _session.CallAsync<AccountList, ListPage<ChatAccountInfo>>(
            id => new Accounts(id, after), list => new([.. list.Items.Select(ChatAccountInfo.Of)], list.More), ct),
        account => account.Principal,
        cancellationToken);

    /// <summary>Gets one account; <see cref="ErrorCode.NoSuchUser"/> if nobody of that name has one.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ChatAccountInfo> GetAsync(string name, CancellationToken cancellationToken = default) =>
        ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException<ChatAccountInfo>(refusal)
            : _session.CallAsync<AccountInfo, ChatAccountInfo>(id => new Account(id, name), ChatAccountInfo.Of, cancellationToken);

    /// <summary>Makes an account (CP-ACC-030).</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="role">Its role, below the asker's own.</param>
    /// <param name="password">Its password, of <see cref="Secrets.MinPassword"/> to <see cref="Secrets.MaxPassword"/> bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The password is empty or too long.</exception>
    public Task CreateAsync(string name, AccountRole role, string password, CancellationToken cancellationToken = default) =>
        (ArgumentChecks.ValidateName(name) ?? ArgumentChecks.ValidateNewPassword(password, out _)) is { } refusal
            ? Task.FromException(refusal)
            : CreateAsync(name, role, Secrets.OfPassword(password), cancellationToken);

    /// <summary>
    /// Changes an account; what is null stays. Disabling it ends its sessions, and another password those that logged in by the old
    /// one (CP-ACC-032).
    /// </summary>
    /// <param name="name">The account's name.</param>
    /// <param name="role">Its new role, below the asker's own.</param>
    /// <param name="disabled">True so that nobody can log in as it, false to allow it again.</param>
    /// <param name="password">Its new password, of <see cref="Secrets.MinPassword"/> to <see cref="Secrets.MaxPassword"/> bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">Nothing is to be changed, or the password is empty or too long.</exception>
    public Task ChangeAsync(
        string name, AccountRole? role = null, bool? disabled = null, string? password = null, CancellationToken cancellationToken = default)
    {
        if (role is null && disabled is null && password is null)
            throw new ArgumentException("Nothing is to be changed: give a role, a password, or whether to disable the account.");
        ReadOnlyMemory<byte> bytes = default;
        if ((ArgumentChecks.ValidateName(name) ?? (password is null ? null : ArgumentChecks.ValidateNewPassword(password, out bytes))) is { } refusal)
            return Task.FromException(refusal);
        var isDisabled = disabled is null ? default(ulong?) : disabled.Value ? 1UL : 0;
        var secret = password is null ? default(ReadOnlyMemory<byte>?) : bytes;
        return DoAsync(id => new ChangeAccount(id, name, (ulong?)role, isDisabled, secret), cancellationToken, hasSecret: password is not null);
    }

    /// <summary>Deletes an account with its tokens and invitations, ends its sessions and frees its name; what it said stays (CP-ACC-020).</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : DoAsync(id => new DeleteAccount(id, null, name), cancellationToken);

    /// <summary>Lists an account's tokens by ascending number, page by page.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public IAsyncEnumerable<ChatToken> TokensAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TokenPages.ReadAsync(_session, name, cancellationToken);
    }

    /// <summary>Revokes an account's token and ends the sessions that logged in by it; <see cref="ErrorCode.NoSuchToken"/> if it has none of that number.</summary>
    /// <param name="name">The account's name.</param>
    /// <param name="number">The token's number.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RevokeTokenAsync(string name, ulong number, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(number);
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : DoAsync(id => new RevokeToken(id, number, name), cancellationToken);
    }

    private Task<bool> CreateAsync(string name, AccountRole role, ReadOnlyMemory<byte> password, CancellationToken cancellationToken) =>
        DoAsync(id => new CreateAccount(id, name, (int)role, password), cancellationToken, hasSecret: true);

    private Task<bool> DoAsync(Func<ulong, Request> request, CancellationToken cancellationToken, bool hasSecret = false) =>
        _session.CallAsync(new Call<Ok, bool>(request, static _ => true) { MayRepeat = false, HasSecret = hasSecret }, cancellationToken);
}

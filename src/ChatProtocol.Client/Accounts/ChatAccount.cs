namespace ChatProtocol.Client;

/// <summary>
/// The account of this client's user, with its sessions, tokens and invitations; a part of <see cref="ChatClient"/>, which owns the
/// connection. A session that logged in by a token is refused most of it. Thread-safe.
/// </summary>
public sealed class ChatAccount
{
    private readonly ReconnectingSession _session;

    internal ChatAccount(ReconnectingSession session) => _session = session;

    /// <summary>The most bytes of a token's label.</summary>
    public const int MaxLabel = 64;

    /// <summary>
    /// Makes an account of this guest, which keeps its name, its private rooms and its principal; from then on it logs in by the
    /// password, and its guest key leads to it no more. Refused with <see cref="ErrorCode.RegistrationClosed"/> where it takes an invitation,
    /// or where only admins make accounts (CP-ACC-002).
    /// </summary>
    /// <param name="password">The password, of <see cref="Secrets.MinPassword"/> to <see cref="Secrets.MaxPassword"/> bytes.</param>
    /// <param name="invitation">The code of an invitation; null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The password is empty or too long, or that cannot be an invitation.</exception>
    public Task RegisterAsync(string password, string? invitation = null, CancellationToken cancellationToken = default)
    {
        var code = invitation is null ? default(ReadOnlyMemory<byte>?) : Secrets.OfCode(invitation);
        return ArgumentChecks.ValidateNewPassword(password, out var bytes) is { } refusal
            ? Task.FromException(refusal)
            : _session.RegisterAsync(bytes, code, cancellationToken);
    }

    /// <summary>Gets the account; a guest is refused with <see cref="ErrorCode.Denied"/>.</summary>
    public Task<ChatAccountInfo> GetAsync(CancellationToken cancellationToken = default) =>
        _session.CallAsync<AccountInfo, ChatAccountInfo>(id => new Account(id, null), ChatAccountInfo.Of, cancellationToken);

    /// <summary>
    /// Changes the password and ends the account's other sessions that logged in by the old one. This session goes on, and comes back by
    /// the new one. Refused with <see cref="ErrorCode.LoginFailed"/> if the present password is wrong (CP-ACC-011).
    /// </summary>
    /// <param name="old">The present password.</param>
    /// <param name="password">The new one, of <see cref="Secrets.MinPassword"/> to <see cref="Secrets.MaxPassword"/> bytes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">A password is empty or too long.</exception>
    public Task ChangePasswordAsync(string old, string password, CancellationToken cancellationToken = default)
    {
        var present = Secrets.OfPassword(old);
        return ArgumentChecks.ValidateNewPassword(password, out var bytes) is { } refusal
            ? Task.FromException(refusal)
            : _session.ChangePasswordAsync(present, bytes, cancellationToken);
    }

    /// <summary>Lists the sessions of this user by ascending number, page by page; this one is <see cref="ChatClient.Session"/>.</summary>
    public IAsyncEnumerable<ChatSessionInfo> SessionsAsync(CancellationToken cancellationToken = default) => ListPages.ReadAsync(
        (after, ct) => _session.CallAsync<SessionList, ListPage<ChatSessionInfo>>(
            id => new OwnSessions(id, after), list => new([.. list.Items.Select(ChatSessionInfo.Of)], list.More), ct),
        session => session.Session,
        cancellationToken);

    /// <summary>Ends a session of this user, which is told <see cref="ByeCode.SignedOut"/> and does not come back (CP-ACC-019).</summary>
    /// <param name="session">The session's number.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task EndSessionAsync(ulong session, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(session);
        return DoAsync(id => new EndSession(id, session), cancellationToken);
    }

    /// <summary>
    /// Deletes the account with its tokens and invitations, and frees its name; what it said stays. All its sessions end, this one too.
    /// The last owner is refused with <see cref="ErrorCode.Denied"/> (CP-ACC-020).
    /// </summary>
    /// <param name="password">The account's password.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The password is empty or too long.</exception>
    public Task DeleteAsync(string password, CancellationToken cancellationToken = default)
    {
        var bytes = Secrets.OfPassword(password);
        return DoAsync(id => new DeleteAccount(id, bytes, null), cancellationToken, hasSecret: true);
    }

    /// <summary>Makes a token, by which a program logs in as this account and may less than it (CP-ACC-012).</summary>
    /// <param name="label">The words by which the token is known; at most <see cref="MaxLabel"/> bytes.</param>
    /// <param name="scopes">The requests that it is good for.</param>
    /// <param name="rooms">The ids of the rooms that it is good for, at most 100; null or none for all.</param>
    /// <param name="lifetime">How long it is good, at most 10 years, in whole milliseconds; null for 90 days.</param>
    /// <param name="cancellationToken">Ends the waiting; the token may be made then, and is in <see cref="TokensAsync"/>.</param>
    public Task<NewToken> CreateTokenAsync(
        string label, TokenScopes scopes, IEnumerable<ulong>? rooms = null, TimeSpan? lifetime = null, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckLabel(label, MaxLabel);
        var life = ArgumentChecks.Milliseconds(lifetime);
        TokenRoom[] good = [.. (rooms ?? []).Select(room => new TokenRoom(room))];
        foreach (var room in good)
            ArgumentChecks.CheckNumber(room.Room, nameof(rooms));
        return _session.CallAsync(
            new Call<TokenMade, NewToken>(id => new CreateToken(id, label, (int)scopes, good, life), static made => new NewToken(made)) { MayRepeat = false, HasSecret = true },
            cancellationToken);
    }

    /// <summary>Lists the account's tokens by ascending number, page by page.</summary>
    public IAsyncEnumerable<ChatToken> TokensAsync(CancellationToken cancellationToken = default) => TokenPages.ReadAsync(_session, name: null, cancellationToken);

    /// <summary>
    /// Revokes a token and ends the sessions that logged in by it. If there is none, it fails with <see cref="ErrorCode.NoSuchToken"/>,
    /// which may mean that a repeat was not needed (CP-ACC-014).
    /// </summary>
    /// <param name="number">The token's number.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RevokeTokenAsync(ulong number, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(number);
        return DoAsync(id => new RevokeToken(id, number, null), cancellationToken);
    }

    /// <summary>Makes an invitation, by which others make accounts (CP-ACC-015).</summary>
    /// <param name="role">The role of those accounts: a member's, or one below this account's own.</param>
    /// <param name="uses">How many accounts may be made by it; 1 to 1,000.</param>
    /// <param name="lifetime">How long it is good, at most a year, in whole milliseconds; null for 7 days.</param>
    /// <param name="cancellationToken">Ends the waiting; the invitation may be made then, and is in <see cref="InvitationsAsync"/>.</param>
    public Task<NewInvitation> InviteAsync(
        AccountRole role = AccountRole.Member, int uses = 1, TimeSpan? lifetime = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(uses, 1);
        var life = ArgumentChecks.Milliseconds(lifetime);
        return _session.CallAsync(
            new Call<InvitationMade, NewInvitation>(id => new Invite(id, (int)role, uses, life), static made => new NewInvitation(made)) { MayRepeat = false, HasSecret = true },
            cancellationToken);
    }

    /// <summary>Lists the account's invitations that are not over by ascending number, page by page; for an admin everybody's.</summary>
    public IAsyncEnumerable<ChatInvitation> InvitationsAsync(CancellationToken cancellationToken = default) => ListPages.ReadAsync(
        (after, ct) => _session.CallAsync<InvitationList, ListPage<ChatInvitation>>(
            id => new Invitations(id, after), list => new([.. list.Items.Select(ChatInvitation.Of)], list.More), ct),
        invitation => invitation.Number,
        cancellationToken);

    /// <summary>
    /// Revokes an invitation. If there is none, it fails with <see cref="ErrorCode.NoSuchInvitation"/>, which may mean that a repeat was
    /// not needed (CP-ACC-017).
    /// </summary>
    /// <param name="number">The invitation's number.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RevokeInvitationAsync(ulong number, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(number);
        return DoAsync(id => new RevokeInvitation(id, number), cancellationToken);
    }

    private Task<bool> DoAsync(Func<ulong, Request> request, CancellationToken cancellationToken, bool hasSecret = false) =>
        _session.CallAsync(new Call<Ok, bool>(request, static _ => true) { MayRepeat = false, HasSecret = hasSecret }, cancellationToken);
}

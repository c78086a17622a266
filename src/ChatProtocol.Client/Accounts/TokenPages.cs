namespace ChatProtocol.Client;

/// <summary>Reads the tokens of one's own account, or of another by its name.</summary>
internal static class TokenPages
{
    public static IAsyncEnumerable<ChatToken> ReadAsync(ReconnectingSession session, string? name, CancellationToken cancellationToken) => ListPages.ReadAsync(
        (after, ct) => session.CallAsync<TokenList, ListPage<ChatToken>>(
            id => new Tokens(id, after, name), list => new([.. list.Items.Select(ChatToken.Of)], list.More), ct),
        token => token.Number,
        cancellationToken);
}

using System.Text;

namespace ChatProtocol.Client;

/// <summary>A token of an account, without its secret, which nobody can tell any more. Immutable.</summary>
public sealed record ChatToken
{
    /// <summary>Its number, by which it is revoked.</summary>
    public ulong Number { get; init; }

    /// <summary>The words that say what it is for.</summary>
    public string Label { get; init; } = "";

    /// <summary>The requests that it is good for, as far as its account may make them.</summary>
    public TokenScopes Scopes { get; init; }

    /// <summary>How many rooms it is good for; 0 for all.</summary>
    public ulong Rooms { get; init; }

    /// <summary>When it was made, by the server's clock.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>When it ends, by the server's clock.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>The day on which it was last used; null for never.</summary>
    public DateTimeOffset? Used { get; init; }

    internal static ChatToken Of(TokenListItem token) => new()
    {
        Number = token.Token,
        Label = token.Label,
        Scopes = (TokenScopes)token.Scopes,
        Rooms = token.Rooms,
        Made = WireTimes.Time(token.Made),
        Expires = WireTimes.Time(token.Expires),
        Used = WireTimes.TimeOrNone(token.Used),
    };
}

/// <summary>A token that was just made, with its secret, which the server tells this once. Immutable.</summary>
public sealed class NewToken
{
    internal NewToken(TokenMade made) =>
        (Number, Secret, Expires) = (made.Token, Encoding.ASCII.GetString(made.Secret.Span), WireTimes.Time(made.Expires));

    /// <summary>Its number, by which it is revoked.</summary>
    public ulong Number { get; }

    /// <summary>The token itself, for <see cref="ChatClientOptions.ForToken"/>. Whoever has it can log in by it.</summary>
    public string Secret { get; }

    /// <summary>When it ends, by the server's clock.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>The number; the secret is left out.</summary>
    public override string ToString() => $"token {Number}";
}

namespace ChatProtocol.Client;

/// <summary>The subject of a ban: a user, addresses, or a session. Immutable.</summary>
public sealed record BanSubject
{
    private BanSubject()
    {
    }

    /// <summary>A user's name; null for another kind of subject.</summary>
    public string? Name { get; private init; }

    /// <summary>An address or prefix; null for another kind of subject.</summary>
    public string? Address { get; private init; }

    /// <summary>A session's number; null for another kind of subject.</summary>
    public ulong? Session { get; private init; }

    /// <summary>The user with this name: the ban is of the user's key, whatever other names that has.</summary>
    /// <exception cref="ChatException">The text is not a valid name.</exception>
    public static BanSubject User(string name)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal ? throw refusal : new BanSubject { Name = name };
    }

    /// <summary>Every client from these addresses.</summary>
    public static BanSubject Range(AddressRange range) => new() { Address = range.ToString() };

    /// <summary>The user of a session: the user's key, or the address where there is no key.</summary>
    public static BanSubject OfSession(ulong session) => new() { Session = session };
}

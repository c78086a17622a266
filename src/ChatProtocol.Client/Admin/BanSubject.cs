namespace ChatProtocol.Client;

/// <summary>The one whom a ban is for: a user, addresses, or a session. Immutable.</summary>
public sealed record BanSubject
{
    private BanSubject()
    {
    }

    /// <summary>A user's name; null if it is none.</summary>
    public string? Name { get; private init; }

    /// <summary>An address or prefix; null if it is none.</summary>
    public string? Address { get; private init; }

    /// <summary>A session's number; null if it is none.</summary>
    public ulong? Session { get; private init; }

    /// <summary>The user who has the name: it is the key behind it that is banned, whatever other names it has.</summary>
    /// <exception cref="ChatException">It cannot be a name.</exception>
    public static BanSubject User(string name)
    {
        return ChatClient.ValidateName(name) is { } refusal ? throw refusal : new BanSubject { Name = name };
    }

    /// <summary>Everybody who comes from these addresses.</summary>
    public static BanSubject Range(AddressRange range) => new() { Address = range.ToString() };

    /// <summary>The user who has the session: its key, or its address where it has none.</summary>
    public static BanSubject OfSession(ulong session) => new() { Session = session };
}

namespace ChatProtocol.Client;

/// <summary>Who is to be let in no more. Immutable.</summary>
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

    /// <summary>Whoever has the name: it is the key behind it that is banned, whatever other names it has.</summary>
    /// <exception cref="ChatException">It cannot be a name.</exception>
    public static BanSubject User(string name)
    {
        return ChatClient.ComplainOfName(name) is { } refusal ? throw refusal : new BanSubject { Name = name };
    }

    /// <summary>Whoever comes from these addresses.</summary>
    public static BanSubject Range(AddressRange range) => new() { Address = range.ToString() };

    /// <summary>Whoever has the session: its key, or its address where it has none.</summary>
    public static BanSubject OfSession(ulong session) => new() { Session = session };
}

namespace ChatProtocol.Client;

/// <summary>What was imported, or would be. Immutable.</summary>
public sealed record ImportResult
{
    /// <summary>Whether a server is imported whole, with its ids and accounts; otherwise one room.</summary>
    public bool IsWhole { get; init; }

    /// <summary>How many rooms, private ones included.</summary>
    public ulong Rooms { get; init; }

    /// <summary>How many entries.</summary>
    public ulong Entries { get; init; }

    /// <summary>How many accounts. None of them has a password, and nobody can log in as one before an admin has set it.</summary>
    public ulong Accounts { get; init; }

    /// <summary>The name of the one room; null for a server.</summary>
    public string? Room { get; init; }

    /// <summary>The id that the one room has here; null for a server, and in a dry run.</summary>
    public ulong? RoomId { get; init; }

    internal static ImportResult Of(Imported imported) => new()
    {
        IsWhole = imported.Whole,
        Rooms = imported.Rooms,
        Entries = imported.Entries,
        Accounts = imported.Accounts,
        Room = imported.Name,
        RoomId = imported.Room,
    };
}

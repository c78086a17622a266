namespace ChatProtocol.Hub;

/// <summary>
/// An import of an export that a log has checked whole, with what it would do. Used by one thread at a time: the hub sets the
/// properties before it asks for the first part.
/// </summary>
public abstract class LogImport
{
    /// <summary>Whether it is of a whole server, whose ids are kept; otherwise of one room.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The file's length in bytes, about as many as the entries will take.</summary>
    public required ulong Bytes { get; init; }

    /// <summary>How many rooms are imported.</summary>
    public required ulong Rooms { get; init; }

    /// <summary>How many entries are imported.</summary>
    public required ulong Entries { get; init; }

    /// <summary>How many accounts are imported.</summary>
    public required ulong Accounts { get; init; }

    /// <summary>How many of these are owners' that are not disabled.</summary>
    public int Owners { get; init; }

    /// <summary>The name of the one room; null for a server.</summary>
    public string? Name { get; init; }

    /// <summary>How many authors the one room has; each gets a principal id of its own.</summary>
    public ulong Authors { get; init; }

    /// <summary>The highest id of a server's rooms.</summary>
    public ulong LastRoom { get; init; }

    /// <summary>The highest id of a server's principals, those of authors included.</summary>
    public ulong LastPrincipal { get; init; }

    /// <summary>The rooms of a server that have retention limits; once it is finished they have to be in memory.</summary>
    public IReadOnlyList<ulong> Limited { get; init; } = [];

    /// <summary>The id that the one room gets. Set by the hub.</summary>
    public ulong Room { get; set; }

    /// <summary>The first of the ids that the one room's authors get. Set by the hub.</summary>
    public ulong FirstAuthor { get; set; }

    /// <summary>The lobby of a server as it is from now on; null if the file has none. Set by the log when the import is finished.</summary>
    public RoomRecord? Lobby { get; set; }
}

/// <summary>A part of an import that is stored with one batch.</summary>
/// <param name="Segments">Entries.</param>
/// <param name="Lost">Seqs without an entry at the beginning or the end of a room, of which the log keeps the place.</param>
public sealed record ImportPart(IReadOnlyList<Segment> Segments, IReadOnlyList<LostEntry> Lost)
{
    /// <summary>Whether this is the first part.</summary>
    public bool IsFirst { get; init; }

    /// <summary>Whether this is the last part.</summary>
    public bool IsLast { get; init; }
}

/// <summary>A seq whose entry is damaged.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The seq.</param>
public readonly record struct LostEntry(ulong Room, ulong Seq);

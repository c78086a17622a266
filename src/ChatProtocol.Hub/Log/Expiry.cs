namespace ChatProtocol.Hub;

/// <summary>Entries of a room that are to go, from its beginning on, in whole segments. A batch takes only some of them, so that it is never long.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Through">The last seq that can go.</param>
public sealed record Expiry(ulong Room, ulong Through) : LogChange
{
    internal override ulong? OfRoom => Room;

    /// <summary>Whether something has gone.</summary>
    public bool HasRemoved { get; set; }

    /// <summary>Whether more can go with the next batch.</summary>
    public bool HasMore { get; set; }

    /// <summary>The first seq that is still there; the log says how far it has come.</summary>
    public ulong Oldest { get; set; }

    /// <summary>The first seq that was there before.</summary>
    internal ulong Before { get; init; }
}

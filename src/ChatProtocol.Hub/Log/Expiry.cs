namespace ChatProtocol.Hub;

/// <summary>
/// Entries of a room that expire, from its beginning on, in whole segments. A batch removes only some of them, so that it is
/// never long.
/// </summary>
/// <param name="Room">The room's id.</param>
/// <param name="Through">The last seq that can be removed.</param>
public sealed record Expiry(ulong Room, ulong Through) : LogChange
{
    internal override ulong? OfRoom => Room;

    /// <summary>Whether anything was removed.</summary>
    public bool HasRemoved { get; set; }

    /// <summary>Whether more can be removed with the next batch.</summary>
    public bool HasMore { get; set; }

    /// <summary>The first seq that is still stored; set by the log.</summary>
    public ulong Oldest { get; set; }

    /// <summary>The first seq that was stored before.</summary>
    internal ulong Before { get; init; }
}

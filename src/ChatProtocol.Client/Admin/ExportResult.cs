namespace ChatProtocol.Client;

/// <summary>What an export holds. Immutable.</summary>
public sealed record ExportResult
{
    /// <summary>How many rooms, private ones included.</summary>
    public ulong Rooms { get; init; }

    /// <summary>How many entries; those that were missing already do not count.</summary>
    public ulong Entries { get; init; }

    /// <summary>The SHA-256 in the file's last line, in hexadecimal. Kept elsewhere it tells whether the file is still the same.</summary>
    public string Hash { get; init; } = "";

    internal static ExportResult Of(Exported exported) =>
        new() { Rooms = exported.Rooms, Entries = exported.Entries, Hash = Convert.ToHexStringLower(exported.Hash.Span) };
}

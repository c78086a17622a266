namespace ChatProtocol.Hub;

/// <summary>A principal as it is stored.</summary>
/// <param name="Id">Never given to anybody else.</param>
/// <param name="Name">The name shown.</param>
/// <param name="KeyHash">The SHA-256 of the guest's key; empty for one who had none.</param>
/// <param name="LastSeen">When its last session ended, in milliseconds since 1970 UTC.</param>
/// <param name="HoldsName">Whether the name is still its own; false once another has taken it.</param>
public sealed record PrincipalRecord(ulong Id, string Name, ReadOnlyMemory<byte> KeyHash, long LastSeen, bool HoldsName)
{
    /// <summary>Where its last entries lie, in the hub's own form; null if that is not known.</summary>
    public ReadOnlyMemory<byte>? Entries { get; init; }

    /// <summary>When it said its first words, in milliseconds since 1970 UTC; 0 if it has said nothing that is known of.</summary>
    public long FirstEntry { get; init; }
}

namespace ChatProtocol.Hub;

/// <summary>A principal as it is stored.</summary>
/// <param name="Id">The principal's id, never given to another.</param>
/// <param name="Name">The name shown.</param>
/// <param name="KeyHash">The SHA-256 of the guest's key, or what stands for it of an account; empty for a principal without a key.</param>
/// <param name="LastSeen">When its last session ended, in milliseconds since 1970 UTC.</param>
/// <param name="HoldsName">Whether the principal still holds the name; false once another has taken it.</param>
public sealed record PrincipalRecord(ulong Id, string Name, ReadOnlyMemory<byte> KeyHash, long LastSeen, bool HoldsName)
{
    /// <summary>The principal's last entry in each room, in the hub's own form; null if not known.</summary>
    public ReadOnlyMemory<byte>? Entries { get; init; }

    /// <summary>When the principal first posted, in milliseconds since 1970 UTC; 0 if no post of it is known.</summary>
    public long FirstEntry { get; init; }

    /// <summary>How many stored public rooms the principal has created, as the log found them.</summary>
    public int CreatedRooms { get; init; }

    /// <summary>Whether the principal has an account or a private room, or blocks anybody, as the log found it.</summary>
    public bool IsReferredTo { get; init; }
}

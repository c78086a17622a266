namespace ChatProtocol;

/// <summary>How far the server has stored an entry when it answers the post with <see cref="Posted"/> (CP-DEL-002).</summary>
public enum Durability
{
    /// <summary>The entry is in memory.</summary>
    Memory = 0,
    /// <summary>The entry was handed to the operating system.</summary>
    Written = 1,
    /// <summary>The entry was synced to the disk.</summary>
    Synced = 2,
}

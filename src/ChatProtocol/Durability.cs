namespace ChatProtocol;

/// <summary>What the server has done with an entry before it answers a post with <see cref="Posted"/> (CP-DEL-002).</summary>
public enum Durability
{
    /// <summary>Kept it in memory.</summary>
    Memory = 0,
    /// <summary>Handed it to the operating system.</summary>
    Written = 1,
    /// <summary>Synced it to the disk.</summary>
    Synced = 2,
}

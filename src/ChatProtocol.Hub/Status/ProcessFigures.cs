namespace ChatProtocol.Hub;

/// <summary>Figures of the process that the hub runs in, for the status.</summary>
/// <param name="Memory">The bytes of memory that it occupies.</param>
/// <param name="Capacity">The most connections that it takes at once; those of admins come on top.</param>
public readonly record struct ProcessFigures(ulong Memory, ulong Capacity);

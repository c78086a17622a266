namespace ChatProtocol.Server;

/// <summary>Where a <see cref="SendQueue"/> puts its bytes, in order. For one thread at a time.</summary>
/// <param name="transport">Where they go.</param>
internal abstract class Sink(Transport transport)
{
    /// <summary>What <see cref="TrySend"/> returns when nothing can be sent any more.</summary>
    public const int Broken = -1;

    /// <summary>Whether a piece of at most <see cref="LegacyLayout.ReadSize"/> bytes, and some more of them, would be taken whole.</summary>
    public bool HasRoom => transport.HasSendRoom;

    /// <summary>Sends what it can without waiting.</summary>
    /// <param name="bytes">At least one; only looked at until this returns.</param>
    /// <returns>How many were taken; 0 if the sink is busy, and then <see cref="UntilReadyAsync"/> has to follow; or <see cref="Broken"/>.</returns>
    public abstract int TrySend(ReadOnlyMemory<byte> bytes);

    /// <summary>Waits while the sink is busy.</summary>
    /// <param name="head">What is to be sent next, from the first byte that was not taken; must not change meanwhile.</param>
    /// <returns>How many bytes were taken meanwhile; none that were not offered to <see cref="TrySend"/> or stand in <paramref name="head"/>.</returns>
    /// <exception cref="IOException">Nothing can be sent any more.</exception>
    public abstract ValueTask<int> UntilReadyAsync(ReadOnlyMemory<byte> head);
}

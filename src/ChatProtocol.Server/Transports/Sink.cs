namespace ChatProtocol.Server;

/// <summary>The destination of a <see cref="SendQueue"/>'s bytes, in order. For one thread at a time.</summary>
internal abstract class Sink
{
    /// <summary>The result of <see cref="TrySend"/> when nothing can be sent any more.</summary>
    public const int Broken = -1;

    /// <summary>Whether a piece of at most <see cref="LegacyLayout.ReadSize"/> bytes, with some to spare, would be taken whole.</summary>
    public abstract bool HasRoom { get; }

    /// <summary>Sends as many bytes as it can without waiting.</summary>
    /// <param name="bytes">At least one; not used once this has returned.</param>
    /// <returns>How many were taken; 0 if the sink is busy, then call <see cref="UntilReadyAsync"/>; or <see cref="Broken"/>.</returns>
    public abstract int TrySend(ReadOnlyMemory<byte> bytes);

    /// <summary>Waits while the sink is busy.</summary>
    /// <param name="head">The bytes to be sent next, from the first that was not taken; must not change meanwhile.</param>
    /// <returns>How many bytes were taken meanwhile, all of them offered to <see cref="TrySend"/> or in <paramref name="head"/>.</returns>
    /// <exception cref="IOException">Nothing can be sent any more.</exception>
    public abstract ValueTask<int> UntilReadyAsync(ReadOnlyMemory<byte> head);
}

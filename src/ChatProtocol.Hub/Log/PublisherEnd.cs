namespace ChatProtocol.Hub;

/// <summary>A publisher that has ended: neither records nor segments from before bring it back.</summary>
/// <param name="Principal">Whose publisher it was.</param>
/// <param name="Id">Its 16 bytes.</param>
public sealed record PublisherEnd(ulong Principal, ReadOnlyMemory<byte> Id);

namespace ChatProtocol.Hub;

/// <summary>A publisher that has ended: neither earlier records nor earlier segments bring it back.</summary>
/// <param name="Principal">The id of the publisher's principal.</param>
/// <param name="Id">The publisher's 16 bytes.</param>
public sealed record PublisherEnd(ulong Principal, ReadOnlyMemory<byte> Id);

namespace ChatProtocol.Client;

/// <summary>A post that was not answered when an earlier run was killed.</summary>
/// <param name="Address">The room's address.</param>
/// <param name="Peer">The other principal of a private room: by the time the post is sent again another user may have the name.</param>
/// <param name="Counter">The counter that it was sent with; of one with a key the number that tells it from others in its room.</param>
/// <param name="Text">The text.</param>
internal sealed record UnsettledPost(string Address, ulong? Peer, ulong Counter, Text Text)
{
    /// <summary>The key that it was sent with, in the place of a counter.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>What the message carries beside its text; null for nothing.</summary>
    public MessageDetails? Details { get; init; }

    /// <summary>The tag; null for none.</summary>
    public ulong? Tag { get; init; }

    /// <summary>The tag that was posted before its own; null for the first, or without one.</summary>
    public ulong? TagBefore { get; init; }

    /// <summary>The number of the tag's place in the order of posting; 0 without one.</summary>
    public ulong TagIndex { get; init; }
}

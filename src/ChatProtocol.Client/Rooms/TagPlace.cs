namespace ChatProtocol.Client;

/// <summary>The place of a tag in the order of posting. A post that failed and is posted again has the place of the first.</summary>
/// <param name="tag">The tag.</param>
/// <param name="before">The tag that was posted before it; null for the first.</param>
/// <param name="index">The number of the place, from 1.</param>
internal sealed class TagPlace(ulong tag, ulong? before, ulong index)
{
    public ulong Tag => tag;

    public ulong? Before => before;

    public ulong Index => index;

    /// <summary>Whether the outbox has its post, so that a killed program sends it again.</summary>
    public bool IsRecorded { get; set; }

    public bool IsSettled { get; set; }

    public TagPlace? Previous { get; set; }

    public TagPlace? Next { get; set; }
}

namespace ChatProtocol.Hub;

/// <summary>A committed entry that is to lose its text: <see cref="Segment.Erase"/> says what takes the place of its segment. The reads begun before are answered before the batch is.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's.</param>
public sealed record Erasure(ulong Room, ulong Seq) : LogChange
{
    internal override ulong? OfRoom => Room;

    /// <summary>Why the log could not do it, if it could not: the rest of the batch stands all the same.</summary>
    public string? Complaint { get; set; }

    /// <summary>With which counter it was posted, if with one.</summary>
    internal CountedPost? Post { get; private set; }

    /// <summary>The log has found the entry, and takes its text away.</summary>
    /// <param name="segment">The segment it lies in, as it was until now.</param>
    public void FoundIn(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        foreach (var post in CountedPosts.Read(segment.Posts.Span))
            if (segment.First + (ulong)post.Index == Seq)
                Post = post;
    }
}

namespace ChatProtocol.Hub;

/// <summary>
/// A committed entry that is to lose its text: <see cref="Segment.Erase"/> gives the segment that replaces the stored one.
/// Reads begun before are answered before the batch is.
/// </summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's seq.</param>
public sealed record Erasure(ulong Room, ulong Seq) : LogChange
{
    internal override ulong? OfRoom => Room;

    /// <summary>Why the log could not erase the entry; null if it could. The rest of the batch is stored all the same.</summary>
    public string? Complaint { get; set; }

    /// <summary>The message that the entry was an edit of; its own seq for any other. Set when the log has found it.</summary>
    public ulong Target { get; private set; } = Seq;

    /// <summary>The counter that the entry was posted with; null if it had none.</summary>
    internal CountedPost? Post { get; private set; }

    /// <summary>The log has found the entry, and removes its text.</summary>
    /// <param name="segment">The segment that holds the entry, as stored until now.</param>
    public void FoundIn(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        if (segment.EntryAt(segment.IndexOf(Seq)) is Edited edited)
            Target = edited.Target;
        foreach (var post in CountedPosts.Read(segment.Posts.Span))
            if (segment.First + (ulong)post.Index == Seq)
                Post = post;
    }
}

namespace ChatProtocol.Hub;

/// <summary>
/// The posts of one publisher in one room: the latest posts by counter. The end of the list may be uncommitted; a
/// failed commit takes it back.
/// </summary>
internal sealed class PublisherCounters(Publisher publisher, ulong room, int remembered, ulong oldest, IEnumerable<PastPost> posts)
{
    private readonly List<PastPost> _posts = [.. posts];
    private ulong _oldest = oldest;

    public Publisher Publisher => publisher;

    public ulong Room => room;

    /// <summary>Whether the room was removed.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether there are posts that were not given to the log yet: a mark of <see cref="Publishers"/>.</summary>
    public bool IsChanged { get; set; }

    public ulong Last => _oldest + (ulong)_posts.Count - 1;

    public void Add(PastPost post, ulong committed)
    {
        // A failed commit takes posts back, and enough have to be left all the same (CP-DEL-016): only committed ones count.
        if (_posts.Count >= 2 * remembered && _posts[2 * remembered - 1].Seq <= committed)
        {
            _posts.RemoveRange(0, remembered);
            _oldest += (ulong)remembered;
        }
        _posts.Add(post);
    }

    /// <summary>A post that was accepted before; null if it is not remembered any more.</summary>
    public PastPost? Find(ulong counter) => counter < _oldest ? null : _posts[(int)(counter - _oldest)];

    /// <summary>Forgets the hash of a post's text; false if the post is not remembered any more.</summary>
    public bool TryForgetBody(ulong counter)
    {
        if (counter < _oldest || counter > Last)
            return false;
        var index = (int)(counter - _oldest);
        _posts[index] = _posts[index] with { BodyHash = 0 };
        return true;
    }

    /// <summary>Posts up to this one were accepted, and no more is known of them.</summary>
    public void ForgetThrough(ulong counter)
    {
        _posts.Clear();
        _oldest = counter + 1;
    }

    /// <summary>Takes back the posts above a room's committed head.</summary>
    public void RollBack(ulong committed) => _posts.RemoveAll(post => post.Seq > committed);

    public PublisherRecord ToRecord(long now) =>
        new(publisher.Key.Principal, publisher.Key.Id.ToArray(), room, _oldest, publisher.IsClaimed ? now : publisher.LastUsed, PastPost.WriteAll(_posts));
}

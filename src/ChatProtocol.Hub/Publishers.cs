using System.Buffers.Binary;

namespace ChatProtocol.Hub;

/// <summary>A publisher id: 16 secret bytes that a client chose.</summary>
internal readonly record struct PublisherId(ulong High, ulong Low)
{
    public const int Size = 16;

    public static PublisherId From(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void CopyTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }
}

/// <summary>A publisher: the same 16 bytes given by two principals are two.</summary>
internal readonly record struct PublisherKey(ulong Principal, PublisherId Id);

/// <summary>
/// The publishers, which post with counters, so that a retry has no second effect (CP-DEL-004). The log holds their posts twice:
/// beside the entries, in the same transaction, and, some seconds later, as records, so that a start has little to read.
/// </summary>
internal sealed class Publishers
{
    /// <summary>Records in one batch: about a megabyte at most.</summary>
    private const int MaxStoredAtOnce = 32;

    /// <summary>The most publishers of one principal; one more makes it forget the one unused for longest (CP-DEL-010).</summary>
    private const int MaxForEach = 256;

    private readonly Dictionary<PublisherKey, Publisher> _all = [];
    private readonly Dictionary<ulong, List<Publisher>> _ofPrincipals = [];
    private readonly int _remembered;
    private readonly long _kept;
    private ulong _claims;

    /// <summary>The counters with posts that no record holds yet.</summary>
    // Each is in the list once, by its own mark, which is faster than a set: every post asks.
    private readonly List<Counters> _changed = [];

    /// <summary>The counters that had changed when storing the records began, and that are still to be stored.</summary>
    private readonly Queue<Counters> _toStore = new();

    public Publishers(HubOptions options, LogContents contents)
    {
        _remembered = options.Limits.InFlight;
        _kept = (long)options.Times.PublisherKept.TotalMilliseconds;
        var removed = contents.RemovedRooms.ToHashSet();
        foreach (var record in contents.Publishers.Where(record => !removed.Contains(record.Room)))
            Recall(new PublisherKey(record.Principal, PublisherId.From(record.Id.Span)), record.LastUsed)
                .Begin(record.Room, record.Oldest, PastPost.ReadAll(record.Posts.Span));
        foreach (var tail in contents.Tail)
            if (!removed.Contains(tail.Segment.Room))
                Replay(tail);
    }

    /// <summary>Whether there are posts that no record holds yet.</summary>
    public bool HasMoreToStore => _changed.Count + _toStore.Count > 0;

    /// <summary>Claims a publisher for a session: whatever claimed it before is fenced off (CP-DEL-009).</summary>
    public PublisherClaim Claim(Principal principal, ReadOnlyMemory<byte> id, LogBatch batch)
    {
        var key = new PublisherKey(principal.Id, PublisherId.From(id.Span));
        if (!_all.ContainsKey(key))
            MakeRoom(key.Principal, batch);
        var publisher = Recall(key, 0);
        publisher.Claim = ++_claims;
        return new PublisherClaim(publisher, publisher.Claim);
    }

    /// <summary>The counters have one entry more, or fewer.</summary>
    public void Changed(Counters counters)
    {
        if (counters.IsChanged)
            return;
        counters.IsChanged = true;
        _changed.Add(counters);
    }

    private void Changed(IEnumerable<Counters> all)
    {
        foreach (var counters in all)
            Changed(counters);
    }

    /// <summary>An entry was erased: from here on a retry is recognised by its counter alone.</summary>
    public void ForgetBody(Erasure erasure)
    {
        if (erasure.Post is { } post && _all.TryGetValue(post.Publisher, out var publisher)
            && publisher.Find(erasure.Room) is { } counters && counters.TryForgetBody(post.Counter))
            Changed(counters);
    }

    /// <summary>A copy of the present list, for work in steps; some may be gone by then.</summary>
    public Publisher[] All() => [.. _all.Values];

    public void Release(PublisherClaim claim, long now)
    {
        if (claim.IsFenced)
            return;
        var publisher = claim.Publisher;
        publisher.Claim = 0;
        publisher.LastUsed = now;
        // A publisher that has posted nothing need not be remembered.
        if (publisher.IsEmpty)
            Drop(publisher);
    }

    /// <summary>A session that quits ends its publisher: it will not retry (CP-DEL-010).</summary>
    public void End(PublisherClaim claim, LogBatch batch)
    {
        if (!claim.IsFenced)
            Remove(claim.Publisher, batch);
    }

    /// <summary>Forgets the publishers that were unused for too long, one in each step.</summary>
    public IEnumerable<bool> Forget(long now, Func<LogBatch> open)
    {
        foreach (var publisher in All())
        {
            if (!publisher.IsGone && !publisher.IsClaimed && publisher.LastUsed < now - _kept)
                Remove(publisher, open());
            yield return true;
        }
    }

    /// <summary>Whether a principal has any publisher.</summary>
    public bool HasSome(ulong principal) => _ofPrincipals.ContainsKey(principal);

    /// <summary>Adds some of the changed records to a batch; called every second.</summary>
    public void Store(LogBatch batch, long now)
    {
        if (_toStore.Count == 0)
        {
            if (_changed.Count == 0)
                return;
            foreach (var changed in _changed)
            {
                changed.IsChanged = false;
                _toStore.Enqueue(changed);
            }
            _changed.Clear();
            batch.BeginsPublishers = true;
        }
        var stored = new List<Counters>();
        for (var i = 0; i < MaxStoredAtOnce && _toStore.TryDequeue(out var counters); i++)
            if (!counters.Publisher.IsGone && !counters.IsGone)
                stored.Add(counters);
        foreach (var counters in stored)
            batch.Add(new LogChange.KeepPublisher(counters.ToRecord(now)));
        batch.EndsPublishers = _toStore.Count == 0;
        batch.Owe(new Debt(() => { }, () => BeginAnew(stored)) { IsAwaited = false });
    }

    /// <summary>A batch with records was lost: storing begins again, for its end must not vouch for them.</summary>
    private void BeginAnew(List<Counters> lost)
    {
        Changed(lost);
        Changed(_toStore);
        _toStore.Clear();
    }

    private Publisher Recall(PublisherKey key, long lastUsed)
    {
        if (!_all.TryGetValue(key, out var publisher))
        {
            _all.Add(key, publisher = new Publisher(key, _remembered));
            if (!_ofPrincipals.TryGetValue(key.Principal, out var siblings))
                _ofPrincipals.Add(key.Principal, siblings = new List<Publisher>(1));
            siblings.Add(publisher);
        }
        publisher.LastUsed = Math.Max(publisher.LastUsed, lastUsed);
        return publisher;
    }

    private void Remove(Publisher publisher, LogBatch batch)
    {
        publisher.IsGone = true;
        Drop(publisher);
        if (!publisher.IsEmpty)
            batch.Add(new LogChange.EndPublisher(new PublisherEnd(publisher.Key.Principal, publisher.Key.Id.ToArray())));
    }

    private void Drop(Publisher publisher)
    {
        _all.Remove(publisher.Key);
        if (!_ofPrincipals.TryGetValue(publisher.Key.Principal, out var siblings))
            return;
        siblings.Remove(publisher);
        if (siblings.Count == 0)
            _ofPrincipals.Remove(publisher.Key.Principal);
    }

    private void MakeRoom(ulong principal, LogBatch batch)
    {
        if (_ofPrincipals.TryGetValue(principal, out var siblings) && siblings.Count >= MaxForEach
            && siblings.Where(publisher => !publisher.IsClaimed).MinBy(publisher => publisher.LastUsed) is { } oldest)
            Remove(oldest, batch);
    }

    /// <summary>Replays the posts since the records were stored; the records hold some of them.</summary>
    private void Replay(TailSegment tail)
    {
        var segment = tail.Segment;
        foreach (var post in CountedPosts.Read(segment.Posts.Span))
        {
            if (tail.HasEnded(post.Publisher))
                continue;
            var time = segment.TimeOf(post.Index);
            var publisher = Recall(post.Publisher, (long)time);
            var counters = publisher.Find(segment.Room) ?? publisher.Begin(segment.Room, post.Counter, []);
            if (post.Counter <= counters.Last)
                continue;
            // The posts between are damaged, and count as accepted all the same (CP-DEL-028).
            if (post.Counter > counters.Last + 1)
                counters.ForgetThrough(post.Counter - 1);
            counters.Add(new PastPost(segment.First + (ulong)post.Index, time, post.BodyHash), ulong.MaxValue);
            Changed(counters);
        }
    }
}

/// <summary>
/// A session's claim to a publisher. Numbers rise over all publishers, so that a claim to one that has ended is worth nothing for
/// the next that has the same id.
/// </summary>
internal readonly record struct PublisherClaim(Publisher Publisher, ulong Number)
{
    /// <summary>Whether there is a newer claim, so that posts by this one are refused (CP-DEL-009).</summary>
    public bool IsFenced => Publisher.Claim != Number;
}

/// <summary>One publisher's counters, by room.</summary>
internal sealed class Publisher(PublisherKey key, int remembered)
{
    // Null while it has posted nothing: most clients only listen.
    private Dictionary<ulong, Counters>? _byRoom;

    public PublisherKey Key => key;

    /// <summary>The number of the newest claim; 0 while nobody that claimed it is connected.</summary>
    public ulong Claim { get; set; }

    public bool IsClaimed => Claim != 0;

    public long LastUsed { get; set; }

    /// <summary>Whether it has ended, or was forgotten.</summary>
    public bool IsGone { get; set; }

    public bool IsEmpty => _byRoom is null;

    public Counters? Find(ulong room) => _byRoom?.GetValueOrDefault(room);

    /// <summary>Forgets the posts in a room; false if there are none.</summary>
    public bool TryForget(ulong room)
    {
        if (_byRoom is null || !_byRoom.Remove(room, out var counters))
            return false;
        counters.IsGone = true;
        if (_byRoom.Count == 0)
            _byRoom = null;
        return true;
    }

    public Counters Begin(ulong room) => Begin(room, 1, []);

    public Counters Begin(ulong room, ulong oldest, IEnumerable<PastPost> posts)
    {
        var counters = new Counters(this, room, remembered, oldest, posts);
        (_byRoom ??= []).Add(room, counters);
        return counters;
    }
}

/// <summary>
/// The posts of one publisher in one room: the latest posts by counter. The end of the list may be uncommitted; a
/// failed commit takes it back.
/// </summary>
internal sealed class Counters(Publisher publisher, ulong room, int remembered, ulong oldest, IEnumerable<PastPost> posts)
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

/// <summary>A post that was accepted; the hash is 0 for an erased one.</summary>
internal readonly record struct PastPost(ulong Seq, ulong Time, ulong BodyHash)
{
    private const int Size = 24;

    public static byte[] WriteAll(List<PastPost> posts)
    {
        var bytes = new byte[posts.Count * Size];
        for (var i = 0; i < posts.Count; i++)
        {
            var at = bytes.AsSpan(i * Size);
            BinaryPrimitives.WriteUInt64LittleEndian(at, posts[i].Seq);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], posts[i].Time);
            BinaryPrimitives.WriteUInt64LittleEndian(at[16..], posts[i].BodyHash);
        }
        return bytes;
    }

    public static List<PastPost> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var posts = new List<PastPost>(bytes.Length / Size);
        for (; bytes.Length >= Size; bytes = bytes[Size..])
            posts.Add(new PastPost(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..])));
        return posts;
    }
}

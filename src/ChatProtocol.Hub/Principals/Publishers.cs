namespace ChatProtocol.Hub;

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

    /// <summary>A day, in milliseconds: after it the use of a publisher without new posts is stored as well.</summary>
    private const long UseStoredAfter = 86_400_000;

    private readonly Dictionary<PublisherKey, Publisher> _all = [];
    private readonly Dictionary<ulong, List<Publisher>> _ofPrincipals = [];
    private readonly HashSet<ulong> _removed;

    /// <summary>Publishers that have ended, each with the batch that ends it in the log.</summary>
    private readonly Dictionary<PublisherKey, LogBatch> _ending = [];
    private readonly GroupCommit _groupCommit;
    private readonly DirectoryLookups _lookups;
    private readonly int _remembered;
    private readonly long _kept;
    private ulong _claims;

    /// <summary>The counters with posts that no record holds yet.</summary>
    // Each is in the list once, by its own mark, which is faster than a set: every post asks.
    private readonly List<PublisherCounters> _changed = [];

    /// <summary>The counters that had changed when storing the records began, and that are still to be stored.</summary>
    private readonly Queue<PublisherCounters> _toStore = new();

    public Publishers(HubOptions options, GroupCommit groupCommit, DirectoryLookups lookups, StartupContents contents)
    {
        _groupCommit = groupCommit;
        _lookups = lookups;
        _remembered = options.Limits.InFlight;
        _kept = (long)options.Times.PublisherKept.TotalMilliseconds;
        _removed = [.. contents.RemovedRooms];
        Load(PrincipalIds.Admin, contents.PublishersOf(PrincipalIds.Admin));
        var replayed = new HashSet<ulong> { PrincipalIds.Admin };
        foreach (var stored in contents.Replay)
            if (!_removed.Contains(stored.Segment.Room))
                Replay(stored, principal =>
                {
                    if (replayed.Add(principal))
                        Load(principal, contents.PublishersOf(principal));
                });
    }

    /// <summary>Takes the publishers of a principal into memory, unless they have been there since the start.</summary>
    public void Load(ulong principal, IEnumerable<PublisherRecord> records)
    {
        if (!_ofPrincipals.ContainsKey(principal))
            foreach (var record in records)
                if (PublisherKey.Of(record.Principal, record.Id) is var key && !_ending.ContainsKey(key) && !_removed.Contains(record.Room))
                    Recall(key, record.LastUsed).Begin(record.Room, record.Oldest, PastPost.ReadAll(record.Posts.Span));
    }

    /// <summary>Whether a principal's publishers may leave memory with it: the log has all there is to know of them.</summary>
    public bool MayGo(Principal principal)
    {
        foreach (var publisher in _ofPrincipals.GetValueOrDefault(principal.Id) ?? [])
        {
            if (publisher.IsClaimed || publisher.Unstored > 0 || publisher.ChangedBy > _groupCommit.StoredThrough)
                return false;
            // Answers from before the records were stored may be under way.
            principal.ChangedBy = Math.Max(principal.ChangedBy, publisher.ChangedBy);
            publisher.ChangedBy = 0;
        }
        return true;
    }

    /// <summary>A principal leaves memory.</summary>
    public void Evict(ulong principal)
    {
        if (_ofPrincipals.Remove(principal, out var all))
            all.ForEach(publisher => _all.Remove(publisher.Key));
    }

    /// <summary>A room was removed: its records are in no publisher that is loaded from here on.</summary>
    public void Forget(ulong room) => _removed.Add(room);

    /// <summary>Whether there are posts that no record holds yet.</summary>
    public bool HasMoreToStore => _changed.Count + _toStore.Count > 0;

    /// <summary>
    /// The batch that ends a publisher of this id in the log; null if none does. The end covers all posts up to this batch, also
    /// those that a new publisher with the id would add to it: a claim has to wait until the batch is stored.
    /// </summary>
    public LogBatch? EndedBy(Principal principal, ReadOnlyMemory<byte> id) =>
        _ending.GetValueOrDefault(new PublisherKey(principal.Id, PublisherId.From(id.Span)));

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
    public void Changed(PublisherCounters counters)
    {
        if (counters.IsChanged)
            return;
        counters.IsChanged = true;
        counters.Publisher.Unstored++;
        _changed.Add(counters);
    }

    private void Changed(IEnumerable<PublisherCounters> all)
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
        // Or it would seem to be unused since its last post, once it is not in memory.
        if (now - publisher.StoredUse > UseStoredAfter)
            Changed(publisher.All);
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
        var stored = new List<PublisherCounters>();
        for (var i = 0; i < MaxStoredAtOnce && _toStore.TryDequeue(out var counters); i++)
        {
            counters.Publisher.Unstored--;
            if (!counters.Publisher.IsGone && !counters.IsGone)
                stored.Add(counters);
        }
        foreach (var counters in stored)
        {
            counters.Publisher.ChangedBy = batch.Number;
            counters.Publisher.StoredUse = now;
            batch.Add(new LogChange.KeepPublisher(counters.ToRecord(now)));
        }
        batch.EndsPublishers = _toStore.Count == 0;
        batch.Notify(new CommitCallbacks(() => { }, () => BeginAnew(stored)) { IsAwaited = false });
    }

    /// <summary>A batch with records was lost: storing begins again, for its end must not vouch for them.</summary>
    private void BeginAnew(List<PublisherCounters> lost)
    {
        Changed(lost);
        foreach (var counters in _toStore)
            counters.Publisher.Unstored--;
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
        publisher.LastUsed = publisher.StoredUse = Math.Max(publisher.LastUsed, lastUsed);
        return publisher;
    }

    private void Remove(Publisher publisher, LogBatch batch)
    {
        publisher.IsGone = true;
        Drop(publisher);
        if (!publisher.IsEmpty)
            End(publisher.Key, batch);
    }

    /// <summary>The log forgets a publisher, which is not in memory any more.</summary>
    public void End(PublisherKey publisher, LogBatch batch)
    {
        _ending[publisher] = batch;
        batch.Add(new LogChange.EndPublisher(new PublisherEnd(publisher.Principal, publisher.Id.ToArray())), new CommitCallbacks(
            () =>
            {
                _ending.Remove(publisher);
                _lookups.Distrust();
            },
            () => End(publisher, _groupCommit.Open))
        { IsAwaited = false });
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
    private void Replay(ReplaySegment stored, Action<ulong> load)
    {
        var segment = stored.Segment;
        foreach (var post in CountedPosts.Read(segment.Posts.Span))
        {
            if (stored.HasEnded(post.Publisher))
                continue;
            load(post.Publisher.Principal);
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

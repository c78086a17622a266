namespace ChatProtocol.Hub;

/// <summary>
/// A purge under way: room by room, first a look at what there is, which a dry run ends with, then the entry that tells it, and the texts, some
/// in each batch. Only one read or batch of it is under way at a time, so that nobody's posts wait for more than that.
/// </summary>
internal sealed class PurgeRun(
    HubClock clock, IMaintenanceLog log, DirectoryLookups lookups, RoomDirectory directory, EntryWriter entries, EntryEraser eraser, PostFinder finder,
    Session session, Purge purge, PurgeTarget target, ulong since, Action ended) : IAsker
{
    /// <summary>The most authors of one name: each has an entry of its own that tells the purge.</summary>
    private const int MaxAuthors = 100;

    public static readonly Error Unread = new(null, ErrorCode.LogUnavailable, "not everything can be read just now, and only a part is erased; try again", RetryAfter: 1000);

    private static readonly Error Unstored = new(null, ErrorCode.LogUnavailable, "the server cannot store anything just now, and only a part is erased; try again", RetryAfter: 1000);

    private readonly Principal _actor = session.Principal!;
    private readonly TokenRecord? _token = session.Token;
    private readonly Queue<(ulong Room, ulong Last)> _rooms = new();
    private ulong _entries;
    private ulong _purgedRooms;
    private string? _complaint;
    private bool _isGoingOn;
    private bool _hasNext;

    public bool IsReachable => ((IAsker)session).IsReachable;

    /// <summary>Begins with rooms, each with the seq of the last post of the principal there, or with a higher number.</summary>
    public void Begin(IEnumerable<(ulong Room, ulong Last)> rooms)
    {
        foreach (var room in rooms)
            _rooms.Enqueue(room);
        GoOn();
    }

    /// <summary>The purge ends here. What was erased stays so; who asks again gets the rest.</summary>
    public void Fail(Error reason)
    {
        ended();
        session.Reply(reason with { Id = purge.Id });
    }

    /// <summary>The log is done with the files.</summary>
    public void Reply(Frame frame) => session.Reply(frame is Ok ? new Purged(purge.Id, _entries, _purgedRooms) : frame);

    /// <summary>Goes on with the next room. Of rooms without anything to read there may be many in a row, which is why this is a loop.</summary>
    private void GoOn()
    {
        _hasNext = true;
        if (_isGoingOn)
            return;
        _isGoingOn = true;
        while (_hasNext)
        {
            _hasNext = false;
            Next();
        }
        _isGoingOn = false;
    }

    private void Next()
    {
        if (!_rooms.TryDequeue(out var next))
            Finish();
        else if (directory.Knows(next.Room))
            Begin(next.Room, next.Last);
        else
            lookups.Ask(new DirectoryQuery.Room(next.Room), found =>
            {
                if (found is null)
                    Fail(Unread);
                else
                    Begin(next.Room, next.Last);
            });
    }

    private void Begin(ulong id, ulong last)
    {
        if (directory.Find(id) is not { } room || !MayPurge(room))
        {
            GoOn();
            return;
        }
        room.Pins++;
        // Posts under way are hit as well.
        entries.AwaitAll(room, () => Look(room, new EntryQuery(room.Id, new SeqRange(room.Oldest, Math.Min(last, room.Committed))) { Since = since }));
    }

    /// <summary>Every room that the asker sees; one that it names may be a private one of others, as for an erasure.</summary>
    private bool MayPurge(Room room)
    {
        var permissions = Rights.Of(_actor, room, clock.Now, _token);
        var isAdmin = Rights.Of(_actor, _token).Include(Permissions.Moderate);
        return purge.Room is null ? isAdmin && permissions.Include(Permissions.See) : isAdmin || permissions.Include(Permissions.ModerateRoom);
    }

    private void Look(Room room, EntryQuery query)
    {
        var authors = new SortedDictionary<ulong, SeqRange>();
        var count = 0ul;
        finder.Find(query, target.Includes, (posts, goOn) =>
        {
            foreach (var (seq, author) in posts)
            {
                if (authors.Count == MaxAuthors && !authors.ContainsKey(author))
                    continue;
                authors[author] = new SeqRange(authors.TryGetValue(author, out var before) ? before.First : seq, seq);
                count++;
            }
            goOn();
        }, isRead =>
        {
            if (!isRead)
                Fail(room, Unread);
            else if (count == 0 || purge.DryRun || room.IsRemoved || !MayPurge(room))
                Leave(room, purge.DryRun ? count : 0);
            else
                Erase(room, authors);
        });
    }

    private void Erase(Room room, SortedDictionary<ulong, SeqRange> authors)
    {
        var range = new SeqRange(authors.Values.Min(one => one.First), authors.Values.Max(one => one.Last));
        var before = _entries;
        var isTold = false;
        finder.Find(new EntryQuery(room.Id, range), author => authors.ContainsKey(author.Principal) && target.Includes(author), (posts, goOn) =>
        {
            if (posts.Count > 0 && !isTold && !room.IsRemoved)
                Tell(room, authors);
            isTold |= posts.Count > 0;
            EraseSome(room, posts, goOn);
        }, isRead =>
        {
            if (!isRead)
                Fail(room, Unread);
            else
                Leave(room, erased: 0, isPurged: _entries > before);
        });
    }

    /// <summary>In the batch of the first texts that go: whoever comes back later learns which of its copies to drop (CP-PUR-003).</summary>
    private void Tell(Room room, SortedDictionary<ulong, SeqRange> authors)
    {
        foreach (var (author, range) in authors)
        {
            entries.Append(room, _actor, (seq, time) => new PurgedEntries(room.Id, seq, time, _actor.Id, _actor.Name.Text, author, range.First, range.Last), clock.Now, out var seq, out var time);
            entries.AwaitSilently(room, seq, time);
        }
        directory.MarkUsed(room);
    }

    private void EraseSome(Room room, IReadOnlyList<FoundPost> posts, Action goOn)
    {
        List<ulong> seqs = [.. posts.Take(EntryEraser.MaxEntries).Select(post => post.Seq)];
        if (room.IsRemoved)
            Leave(room, erased: 0);
        else if (seqs.Count == 0)
            goOn();
        else
            eraser.Erase(room, seqs, new ErasureCallbacks(
                complaint =>
                {
                    _complaint ??= complaint;
                    _entries += (ulong)seqs.Count;
                    EraseSome(room, [.. posts.Skip(seqs.Count)], goOn);
                },
                () => Fail(room, Unstored), () => Leave(room, erased: 0)));
    }

    private void Leave(Room room, ulong erased, bool isPurged = false)
    {
        room.Pins--;
        _entries += erased;
        _purgedRooms += erased > 0 || isPurged ? 1u : 0;
        GoOn();
    }

    private void Fail(Room room, Error reason)
    {
        room.Pins--;
        Fail(reason);
    }

    /// <summary>Nobody can read the texts any more, but the files may still hold them, also those of a purge that was broken off.</summary>
    private void Finish()
    {
        ended();
        if (_complaint is not null)
            session.Reply(new Error(purge.Id, ErrorCode.LogUnavailable, _complaint));
        else if (purge.DryRun)
            session.Reply(new Purged(purge.Id, _entries, _purgedRooms));
        else
            log.Do(new MaintenanceTask.Scrub { Asker = this, Id = purge.Id });
    }
}

namespace ChatProtocol.Hub;

/// <summary>Posts, from their arrival to the answer.</summary>
internal sealed class PostHandlers : IVerbHandlers
{
    private readonly HubClock _clock;
    private readonly HubStatus _status;
    private readonly BodyHash _bodyHash;
    private readonly EntryWriter _entries;
    private readonly Publishers _publishers;
    private readonly PostKeys _keys;
    private readonly AmendmentBook _amendments;
    private readonly PostRules _rules;
    private readonly RoomDirectory _directory;
    private readonly FanOut _fanOut;
    private readonly Inboxes _inboxes;
    private readonly RequestNeeds _needs;
    private readonly RoomAccess _access;
    private readonly Action<IReadOnlyList<(Room Room, Principal From, ulong Seq)>> _said;

    public PostHandlers(
        HubOptions options, HubClock clock, HubStatus status, StepCounter steps, DirectoryLookups lookups, EntryWriter entries, Publishers publishers,
        PostKeys keys, AmendmentBook amendments, PostRules rules, RoomDirectory directory, FanOut fanOut, SessionRegistry sessions, Inboxes inboxes, RequestNeeds needs, RoomAccess access,
        Action<IReadOnlyList<(Room Room, Principal From, ulong Seq)>> said)
    {
        _clock = clock;
        _status = status;
        _bodyHash = new BodyHash(options.HashKey.Span);
        _entries = entries;
        _publishers = publishers;
        _keys = keys;
        _amendments = amendments;
        _rules = rules;
        _directory = directory;
        _fanOut = fanOut;
        _inboxes = inboxes;
        _needs = needs;
        _access = access;
        _said = said;
        Pacing = new Pacing(clock, status, steps, lookups, sessions, this);
        SlowMode = new SlowMode(clock, status, steps, lookups, this);
    }

    /// <summary>Posts that wait for their rate to allow them.</summary>
    public Pacing Pacing { get; }

    /// <summary>Posts that wait as their room is in slow mode.</summary>
    public SlowMode SlowMode { get; }

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Post>(Permissions.Speak, Post, wants: needs.Post),
    ];

    public void Post(Session session, Post post)
    {
        if (session.IsPaced)
            PostPaced(session, post);
        else if (Check(session, post) is { } accepted)
            Accept(session, post, accepted);
    }

    // Methods of their own hold the closures, which a post that waits for nothing does not pay for.
    private void PostPaced(Session session, Post post) => Pacing.Post(session, new PacedPost(
        post.Id, post.Room, () => Check(session, post), () => _needs.Post(session, post), accepted => Accept(session, post, accepted)));

    private void PostSlowly(Session session, Post post, AcceptedPost accepted) => SlowMode.Post(
        session, accepted, () => Check(session, post), () => post.Key is null ? null : _needs.Post(session, post));

    /// <summary>A post may go to its room now, or when slow mode allows it.</summary>
    private void Accept(Session session, Post post, AcceptedPost accepted)
    {
        if (accepted.Room.Settings.Slow == 0 || _access.Includes(session, accepted.Room, Permissions.ModerateRoom))
            Append(session, accepted);
        else
            PostSlowly(session, post, accepted);
    }

    /// <summary>The post to append; null if it was refused, or answered because it was stored before.</summary>
    public AcceptedPost? Check(Session session, Post post)
    {
        if (post.Key is not null)
            return CheckKeyed(session, post);
        var counters = post.Counter is null ? null : session.Publisher?.Publisher.Find(post.Room);
        if (counters is not null && AnswersAgain(session, post, counters))
            return null;
        if (_access.Find(session, post.Id, post.Room, Permissions.Speak) is not { } room || SlowMode.RefuseBehindAnother(session, post.Id, room))
        {
            ExpectAgain(session, post);
            return null;
        }
        if (post.Counter is { } counter)
            return CheckCounted(session, post, room, counter, counters);
        return Check(session, new AcceptedPost(post.Id, room, session.Principal!, post.Text, Counters: null, Details: post.Details));
    }

    /// <summary>The first post was refused for what may pass. Those behind it are out of order then, and not those of a forgotten publisher.</summary>
    private void ExpectAgain(Session session, Post post)
    {
        if (_directory.Find(post.Room) is { } room && !Rights.IsHidden(session.Principal!, room, session.Token))
            Begin(session, post);
    }

    private static void Begin(Session session, Post post)
    {
        if (post.Counter == 1 && session.Publisher is { } claim && claim.Publisher.Find(post.Room) is null)
            claim.Publisher.Begin(post.Room);
    }

    /// <summary>A post that is stored is answered whatever its sender may do by now (CP-ROL-023).</summary>
    private bool AnswersAgain(Session session, Post post, PublisherCounters counters)
    {
        if (post.Counter is not (> 0 and var counter) || counter > counters.Last || session.Publisher is not { IsFenced: false } || _directory.Find(post.Room) is not { } room)
            return false;
        AnswerAgain(session, post, room, counters, counter);
        return true;
    }

    /// <summary>The same post if it may be stored; null if it was refused.</summary>
    public AcceptedPost? Check(Session session, AcceptedPost post) => _rules.MayPost(session, post.Id, post.Room, post.From, post.Text) && PostRules.MayReferTo(session, post.Id, post.Room, post.Details) ? post : null;

    /// <summary>Appends a post by a principal that need not be the session's own: an admin speaks as the server in this way.</summary>
    public void Append(Session session, AcceptedPost post)
    {
        var (id, room, from, text, counters, key, details) = post;
        PostOrigin? origin = counters is null ? null
            : new PostOrigin(counters.Publisher.Key, counters.Last + 1, _bodyHash.Of(text, details));
        _entries.Append(room, from, text, details, origin, _clock.Now, out var seq, out var time);
        _directory.MarkUsed(room);
        if (origin is { } counted)
        {
            counters!.Add(new PastPost(seq, time, counted.BodyHash), room.Committed);
            _publishers.Changed(counters);
        }
        if (key is not null)
            _keys.Add(new PostKeyRecord(key, seq, time, _bodyHash.Of(text, details)));
        _entries.Await(new WaitingPost(session, id, room, seq, time, counters));
    }

    /// <summary>The batch is durable: senders are answered before any member, themselves included, gets an entry (CP-DEL-001).</summary>
    public void Committed(LogBatch batch)
    {
        foreach (var segment in batch.Segments)
        {
            if (_directory.Find(segment.Room) is not { } room)
                continue;
            (room.Committed, room.CommittedUnsaid) = (segment.Last, segment.Unsaid);
            _directory.IsStored(room);
            room.CommittedTime = segment.Time;
            _fanOut.Keep(room, segment);
            _status.Figures.Posts += segment.Count;
            if (room.IsPrivate)
                _inboxes.Invite(room, segment);
        }
        _keys.Committed(batch);
        _amendments.Committed(batch);
        _said(_entries.TakeOfReaders());
        foreach (var post in _entries.UnderWay)
            post.Asker.Reply(new Posted(post.Id, post.Seq, post.Time));
        _entries.Answered();
        foreach (var segment in batch.Segments)
            if (_directory.Find(segment.Room) is { } room)
                _fanOut.Enqueue(room);
    }

    /// <summary>Nothing that was gathered or under way is stored: its rooms fall back to the committed heads (CP-DEL-003).</summary>
    public void NotStored()
    {
        _keys.NotStored();
        _amendments.NotStored();
        foreach (var post in _entries.TakeLost())
        {
            post.Room.Assigned = post.Room.UnderWay = post.Room.Committed;
            post.Room.Unsaid = post.Room.CommittedUnsaid;
            post.Room.LastTime = post.Room.CommittedTime;
            post.Room.IsStored = post.Room.Committed > 0;
            post.Counters?.RollBack(post.Room.Committed);
            _directory.MayBeUnusedAgain(post.Room);
            post.Asker.RefuseUnstored(post.Id);
        }
    }

    /// <summary>The room cannot be looked up. The posts behind this one are out of order then, and not those of a forgotten publisher.</summary>
    public static void RefuseAsUnread(Session session, Post post)
    {
        Begin(session, post);
        session.RefuseAsUnread(post.Id);
    }

    /// <summary>The server is about to stop.</summary>
    public void RefuseAsDraining(Session session, ulong id) =>
        session.Refuse(id, ErrorCode.ShuttingDown, "the server is about to stop", retryAfter: _status.Draining!.Last.Back);

    /// <summary>Counters go up one by one, so that a retry is recognised and order holds (CP-DEL-005 to 008).</summary>
    private AcceptedPost? CheckCounted(Session session, Post post, Room room, ulong counter, PublisherCounters? counters)
    {
        if (session.Publisher is not { } claim)
        {
            session.Refuse(post.Id, ErrorCode.InvalidValue, "a counter needs the publisher id that login may give", field: "counter");
            return null;
        }
        if (claim.IsFenced)
        {
            session.Refuse(post.Id, ErrorCode.PublisherFenced, "a newer connection posts with this publisher id");
            return null;
        }
        if (counters is null && counter != 1)
        {
            session.Refuse(post.Id, ErrorCode.PublisherForgotten, "this publisher's counter is not known here; begin anew at 1", field: "counter");
            return null;
        }
        counters ??= claim.Publisher.Begin(room.Id);
        if (counter == 0 || counter > counters.Last + 1)
            session.Refuse(post.Id, ErrorCode.OutOfOrder, $"expected counter {counters.Last + 1}", counters.Last + 1, "counter");
        else
            return Check(session, new AcceptedPost(post.Id, room, session.Principal!, post.Text, counters, Details: post.Details));
        return null;
    }

    private void AnswerAgain(Session session, Post post, Room room, PublisherCounters counters, ulong counter)
    {
        if (counters.Find(counter) is not { } past)
            session.Reply(new Posted(post.Id, null, null));
        else if (past.BodyHash != 0 && past.BodyHash != _bodyHash.Of(post.Text, post.Details))
            session.Refuse(post.Id, ErrorCode.CounterConflict, $"counter {counter} was used for another text", counter, "counter");
        else if (past.Seq <= room.Committed)
            session.Reply(new Posted(post.Id, past.Seq, past.Time));
        else
            // The original is still on its way to the disk: both are answered together (CP-DEL-017).
            _entries.AwaitOriginal(new WaitingPost(session, post.Id, room, past.Seq, past.Time, counters));
    }

    /// <summary>A key is used once in a room, so that a retry is recognised at any time (CP-KEY-003, 004).</summary>
    private AcceptedPost? CheckKeyed(Session session, Post post)
    {
        if (post.Counter is not null)
        {
            session.Refuse(post.Id, ErrorCode.InvalidValue, "a post has a counter or a key, not both", field: "key");
            return null;
        }
        var key = _keys.Of(session.Principal!, post);
        if (AnswersAgain(session, post, key) || _access.Find(session, post.Id, post.Room, Permissions.Speak) is not { } room || SlowMode.RefuseBehindAnother(session, post.Id, room))
            return null;
        return Check(session, new AcceptedPost(post.Id, room, session.Principal!, post.Text, Counters: null, key, post.Details));
    }

    private bool AnswersAgain(Session session, Post post, PostKey key)
    {
        if (_directory.Find(post.Room) is not { } room)
            return false;
        var underWay = _keys.FindUnderWay(key);
        if ((underWay ?? _keys.FindStored(key)) is not { } past)
            return false;
        if (past.BodyHash != 0 && past.BodyHash != _bodyHash.Of(post.Text, post.Details))
            session.Refuse(post.Id, ErrorCode.KeyConflict, "the key was used for another text in this room", field: "key");
        else if (underWay is null)
            session.Reply(new Posted(post.Id, past.Seq, past.Time));
        else
            // Both are answered together (CP-KEY-007).
            _entries.AwaitOriginal(new WaitingPost(session, post.Id, room, past.Seq, past.Time, Counters: null));
        return true;
    }
}

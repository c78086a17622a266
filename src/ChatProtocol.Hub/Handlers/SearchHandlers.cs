namespace ChatProtocol.Hub;

/// <summary>A search that a session waits for.</summary>
/// <param name="Session">The session that waits.</param>
/// <param name="Id">The request's id.</param>
/// <param name="Search">The search.</param>
/// <param name="IsOfRoom">Whether the asker named the room.</param>
internal sealed record SearchWait(Session Session, ulong Id, EntrySearch Search, bool IsOfRoom)
{
    /// <summary>The last batch that was stored when the log was asked.</summary>
    public long Asked { get; init; }

    /// <summary>How often the log was asked before.</summary>
    public int Before { get; init; }

    /// <summary>The rooms of what was found, held in memory until the answer is made.</summary>
    public List<Room> Held { get; } = [];
}

/// <summary>
/// Searches: the log finds, outside of the hub's turn, and what it finds is held against the asker's rights when the answer is made (CP-SEA-008).
/// A session has one under way at a time.
/// </summary>
internal sealed class SearchHandlers(
    HubOptions options, StepCounter steps, ISearchLog log, GroupCommit groupCommit, DirectoryLookups lookups, LongReplies longReplies, RoomDirectory directory, RoomAccess access)
    : IVerbHandlers
{
    /// <summary>The bytes that the marks of an entry take at most.</summary>
    private const int MaxMarkBytes = SearchQuery.MaxMarks * 16;

    /// <summary>A search is asked for anew so often while texts of its rooms are being erased.</summary>
    private const int MaxRepeats = 3;

    private readonly int _maxCount = Math.Min(options.Limits.Page, options.Limits.Frame / 2 / MaxMarkBytes);
    private readonly SearchCursors _cursors = new(options.HashKey);

    /// <summary>The last batch that erased something in a room, of those stored while a search was under way.</summary>
    private readonly Dictionary<ulong, long> _erased = [];

    private int _underWay;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<Search>(Permissions.See, Search, (session, search) => search.Room is { } room ? needs.Room(session, room) : null,
            reads: (session, search) => search.Room is { } room ? access.Reading(session, room) : null),
    ];

    public void Search(Session session, Search search)
    {
        if (!options.HasSearch)
            session.Refuse(search.Id, ErrorCode.UnknownCode, "search is turned off on this server");
        else if (search.Room is { } room && access.Find(session, search.Id, room) is null)
            return;
        else if (search.Count < 1 || search.Count > options.Limits.Page)
            session.Refuse(search.Id, ErrorCode.InvalidValue, $"count is 1 to {options.Limits.Page}", (ulong)options.Limits.Page, "count");
        else if (search.Query.Length > SearchQuery.MaxLength)
            session.Refuse(search.Id, ErrorCode.InvalidValue, $"a query has at most {SearchQuery.MaxLength} bytes", SearchQuery.MaxLength, "query");
        else if (SearchQuery.Parse(search.Query) is not { } query)
            session.Refuse(search.Id, ErrorCode.InvalidValue, "the query has no word, number or symbol that could be found", field: "query");
        else if (search.Kind is { } kind && !(kind <= byte.MaxValue && Entry.IsEntryCode((int)kind)))
            session.Refuse(search.Id, ErrorCode.InvalidValue, $"{kind} is not the code of an entry", field: "kind");
        else if (Decode(search.Before) is not { } before)
            session.Refuse(search.Id, ErrorCode.InvalidValue, "no answer of this server ended there", field: "before");
        else
            Ask(new SearchWait(session, search.Id, ToSearch(session, search, query, before), search.Room is not null));
    }

    /// <summary>What a search under way has found in these rooms may be gone.</summary>
    public void Committed(LogBatch batch)
    {
        if (_underWay == 0)
            return;
        foreach (var erasure in batch.Changes.OfType<Erasure>())
            _erased[erasure.Room] = batch.Number;
    }

    private EntrySearch ToSearch(Session session, Search search, SearchQuery query, SearchCursor before) => new(query, session.Principal!.Id, Math.Min(search.Count, _maxCount))
    {
        Rooms = search.Room is { } room ? [room] : session.Token is { Rooms.Count: > 0 } token ? token.Rooms : null,
        Author = search.Author,
        Since = search.Since,
        Until = search.Until,
        Kind = (int?)search.Kind,
        Before = before,
    };

    private SearchCursor? Decode(ReadOnlyMemory<byte>? cursor) => cursor is { } bytes ? _cursors.TryDecode(bytes.Span) : SearchCursor.End;

    private void Ask(SearchWait wait)
    {
        wait.Session.AwaitsPage = true;
        _underWay++;
        var asked = wait with { Asked = groupCommit.StoredThrough };
        log.Search(new SearchRead(wait.Search, found => Searched(asked, found)));
    }

    private void Searched(SearchWait wait, SearchResult? found)
    {
        if (wait.Session.IsClosed)
            End(wait);
        else if (found is null)
            Refuse(wait);
        else
            HoldRooms(wait, found, [.. found.Entries.Select(entry => entry.Segment.Room).Distinct()], 0);
    }

    /// <summary>Rights are judged by rooms in memory. Those that are not there are looked up, one at a time.</summary>
    private void HoldRooms(SearchWait wait, SearchResult found, IReadOnlyList<ulong> rooms, int next)
    {
        for (; next < rooms.Count && directory.Knows(rooms[next]); next++)
            Hold(wait, rooms[next]);
        if (next == rooms.Count)
        {
            Answer(wait, found);
            return;
        }
        lookups.Ask(new DirectoryQuery.Room(rooms[next]), known =>
        {
            Hold(wait, rooms[next]);
            if (wait.Session.IsClosed)
                End(wait);
            else if (known is null)
                Refuse(wait);
            else
                HoldRooms(wait, found, rooms, next + 1);
        });
    }

    private void Hold(SearchWait wait, ulong id)
    {
        steps.Add();
        if (directory.Find(id) is not { } room)
            return;
        room.Pins++;
        wait.Held.Add(room);
    }

    private void Answer(SearchWait wait, SearchResult found)
    {
        var session = wait.Session;
        // CP-ADM-012: a text that was erased since the log was asked is sent to nobody.
        if (found.Entries.Any(entry => _erased.TryGetValue(entry.Segment.Room, out var batch) && batch > wait.Asked))
        {
            AskAgain(wait);
            return;
        }
        // The room may have been removed meanwhile, and the asker banned from it.
        if (wait.IsOfRoom && access.Find(session, wait.Id, wait.Search.Rooms![0]) is null)
        {
            End(wait);
            return;
        }
        List<FoundEntry> seen = [.. found.Entries.Where(entry => MayRead(wait, entry.Segment))];
        session.Reply(new Found(
            wait.Id, seen.Count, [.. seen.SelectMany((entry, i) => entry.Marks.Select(mark => new FoundMark(i, mark.Start, mark.Length)))], found.Next is { } next ? _cursors.Encode(next) : default(ReadOnlyMemory<byte>?), found.MissingFrom));
        foreach (var entry in seen)
        {
            steps.Add();
            session.Send(entry.Segment, 0, 1);
        }
        End(wait);
    }

    /// <summary>
    /// Whether the asker may read an entry now. In rooms that it has not named, and sees by its role on the server alone, nothing is found: reading
    /// there is recorded (CP-SEA-009).
    /// </summary>
    private bool MayRead(SearchWait wait, Segment entry) =>
        directory.Find(entry.Room) is { } room && entry.First >= room.Oldest && access.Includes(wait.Session, room, Permissions.See)
        && (wait.IsOfRoom || access.Reading(wait.Session, room.Id) is null);

    private void AskAgain(SearchWait wait)
    {
        if (wait.Before == MaxRepeats)
        {
            Refuse(wait);
            return;
        }
        Release(wait);
        Ask(new SearchWait(wait.Session, wait.Id, wait.Search, wait.IsOfRoom) { Before = wait.Before + 1 });
    }

    private void Refuse(SearchWait wait)
    {
        wait.Session.Refuse(wait.Id, ErrorCode.LogUnavailable, "nothing can be searched just now; try again", retryAfter: 1000);
        End(wait);
    }

    private void End(SearchWait wait)
    {
        Release(wait);
        wait.Session.AwaitsPage = false;
        longReplies.GoOn(wait.Session);
    }

    private void Release(SearchWait wait)
    {
        wait.Held.ForEach(room => room.Pins--);
        if (--_underWay == 0)
            _erased.Clear();
    }
}

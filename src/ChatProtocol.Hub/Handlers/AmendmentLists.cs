namespace ChatProtocol.Hub;

/// <summary>Lists of pinned messages, of the messages of a thread, and of the reactions to a message.</summary>
internal sealed class AmendmentLists(HubOptions options, StepCounter steps, DirectoryLookups lookups, RoomAccess access) : IVerbHandlers
{
    /// <summary>The reactions of one principal to a message stay together (CP-AMD-014).</summary>
    private const int MaxOwn = AmendmentHandlers.MaxOwn;

    private int Most => options.Limits.Page;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.OfLong<Pins>(Permissions.See, Pins, Wanting<Pins>(needs, pins => pins.Room, QueryFor), reads: (session, pins) => access.Reading(session, pins.Room)),
        Verb.OfLong<ThreadMessages>(Permissions.See, Thread, Wanting<ThreadMessages>(needs, thread => thread.Room, QueryFor), reads: (session, thread) => access.Reading(session, thread.Room)),
        Verb.OfLong<Reactions>(Permissions.See, Reactions, Wanting<Reactions>(needs, reactions => reactions.Room, QueryFor), reads: (session, reactions) => access.Reading(session, reactions.Room)),
    ];

    public void Pins(Session session, Pins pins)
    {
        if (access.Find(session, pins.Id, pins.Room) is { } room)
            Answer(session, pins.Id, Kept(room, lookups.AnswerTo(QueryFor(pins))), more: false);
    }

    public void Thread(Session session, ThreadMessages thread)
    {
        if (access.Find(session, thread.Id, thread.Room) is not { } room)
            return;
        var found = Kept(room, lookups.AnswerTo(QueryFor(thread)));
        Answer(session, thread.Id, found.Take(Most), found.Count > Most);
    }

    public void Reactions(Session session, Reactions reactions)
    {
        if (access.Find(session, reactions.Id, reactions.Room) is not { } room)
            return;
        var found = reactions.Seq < room.Oldest ? [] : lookups.AnswerTo(QueryFor(reactions))?.Reactions ?? [];
        var more = found.Count > Most + MaxOwn;
        var whole = more ? found.Where(one => one.Principal != found[^1].Principal) : found;
        steps.Add(found.Count / StepCounter.LookUps);
        session.Reply(new ReactionList(reactions.Id, [.. whole.Select(one => new ReactionListItem(one.Principal, one.Name, one.Reaction))], more));
    }

    /// <summary>The room is looked up first, and asked of only if the asker sees it.</summary>
    private Func<Session, T, DirectoryQuery?> Wanting<T>(RequestNeeds needs, Func<T, ulong> room, Func<T, DirectoryQuery> query) => (session, request) =>
        needs.InRoom(session, room(request), query(request)) is { } wanted && lookups.AnswerTo(wanted) is null ? wanted : null;

    private static DirectoryQuery QueryFor(Pins pins) => new DirectoryQuery.PinnedIn(pins.Room);

    private DirectoryQuery QueryFor(ThreadMessages thread) => new DirectoryQuery.InThread(thread.Room, thread.Root, thread.After, Most + 1);

    private DirectoryQuery QueryFor(Reactions reactions) => new DirectoryQuery.ReactionsTo(reactions.Room, reactions.Seq, reactions.After, Most + MaxOwn + 1);

    /// <summary>What has not expired meanwhile.</summary>
    private static IReadOnlyList<ulong> Kept(Room room, DirectoryResult? found) => [.. (found?.Seqs ?? []).Where(seq => seq >= room.Oldest)];

    private void Answer(Session session, ulong id, IEnumerable<ulong> seqs, bool more)
    {
        List<SeqListItem> items = [.. seqs.Select(seq => new SeqListItem(seq))];
        steps.Add(items.Count / StepCounter.LookUps);
        session.Reply(new SeqList(id, items, more));
    }
}

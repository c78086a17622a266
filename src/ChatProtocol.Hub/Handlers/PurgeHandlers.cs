namespace ChatProtocol.Hub;

/// <summary>Purge: erases what a principal has posted lately.</summary>
internal sealed class PurgeHandlers(
    HubClock clock, StepCounter steps, ILog log, DirectoryLookups lookups, Principals principals, RoomDirectory directory, RoomAccess access, EntryWriter entries, EntryEraser eraser, AuditTrail audit) : IVerbHandlers
{
    private readonly PostFinder _finder = new(steps, log);

    /// <summary>The principals that have a purge under way: each read of the log is one of theirs, however many they ask for.</summary>
    private readonly HashSet<ulong> _askers = [];

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.InRoom<Purge>(Permissions.Moderate, Permissions.ModerateRoom, Purge,
            (session, purge) => purge.Room is not { } room ? needs.Name(purge.Name)
                : session.Permissions.Include(Permissions.Moderate) ? needs.AnyRoomAndName(room, purge.Name) : needs.RoomAndName(session, room, purge.Name),
            purge => new AuditSubject(purge.Name, Room: purge.Room, IsRead: purge.DryRun)),
    ];

    public void Purge(Session session, Purge purge)
    {
        if (!MayAsk(session, purge, out var room) || Find(session, purge, room) is not { } target)
            return;
        // What it erases takes many batches: its record goes ahead of the first.
        audit.Record(session, purge.Id);
        Begin(session, purge, room, target);
    }

    private bool MayAsk(Session session, Purge purge, out Room? room)
    {
        room = null;
        if (purge.Room is { } id)
            room = access.FindFor(session, purge.Id, id, Permissions.Moderate, Permissions.ModerateRoom);
        else if (!session.Permissions.Include(Permissions.Moderate))
            session.Refuse(purge.Id, ErrorCode.Denied, "only an admin may purge every room: name one that you moderate", field: "room");
        return room is not null || purge.Room is null && session.Permissions.Include(Permissions.Moderate);
    }

    /// <summary>The principal, or in one room the name that its posts have (CP-PUR-002); null after refusing.</summary>
    private PurgeTarget? Find(Session session, Purge purge, Room? room)
    {
        var name = new UserName(purge.Name);
        var principal = principals.FindLastHolder(name);
        if (purge.For is 0 or > ChatProtocol.Purge.MaxFor)
            session.Refuse(purge.Id, ErrorCode.InvalidValue, $"a purge goes back 1 to {ChatProtocol.Purge.MaxFor} ms", ChatProtocol.Purge.MaxFor, "for");
        else if (principal is null && room is null)
            session.Refuse(purge.Id, ErrorCode.NoSuchUser, $"nobody is known by the name {purge.Name}: name a room, where the posts have the names of those who are gone", field: "name");
        else if (principal is not null && Rights.Of(principal).Include(Permissions.Immune))
            session.Refuse(purge.Id, ErrorCode.InvalidValue, $"{principal.Name} is the server's own: erase its entries one by one", field: "name");
        else if (principal is not null && !Outranks(session.Principal!, principal, room))
            session.Refuse(purge.Id, ErrorCode.Denied, $"only who is above {principal.Name} may do this", field: "name");
        else if (_askers.Contains(session.Principal!.Id))
            session.Refuse(purge.Id, ErrorCode.RateLimited, "a purge of yours is under way: ask again when it is done", retryAfter: 1000);
        else
            return new PurgeTarget(principal, name);
        return null;
    }

    private static bool Outranks(Principal actor, Principal other, Room? room) =>
        actor == other || (room is null ? Rights.Outranks(actor, other) : Rights.Outranks(actor, other, room.Standings.RoleOf(other.Id), room));

    private void Begin(Session session, Purge purge, Room? room, PurgeTarget target)
    {
        var since = (ulong)clock.Now - Math.Min(purge.For, (ulong)clock.Now);
        var actor = session.Principal!;
        var run = new PurgeRun(clock, log, lookups, directory, entries, eraser, _finder, session, purge, target, since, () => _askers.Remove(actor.Id));
        _askers.Add(actor.Id);
        if (room is not null)
            run.Begin([(room.Id, ulong.MaxValue)]);
        else if (target.Principal!.Entries.Find() is { } last)
            run.Begin(last.Select(one => (one.Key, one.Value)));
        else
            FindRooms(session, target.Principal, since, 0, [], run);
    }

    /// <summary>The rooms of a principal that has posted in more than are noted for it: those that it sees, and in which somebody has posted since.</summary>
    private void FindRooms(Session session, Principal principal, ulong since, ulong after, List<(ulong Room, ulong Last)> found, PurgeRun run)
    {
        const int count = 500;
        // One more shows whether there are more.
        if (lookups.IsWhole)
            Take(new DirectoryResult());
        else
            lookups.Ask(new DirectoryQuery.RoomsSeenBy(principal.Id, after, count + 1), answer =>
            {
                if (answer is null)
                    run.Fail(PurgeRun.Unread);
                else
                    Take(answer);
            });

        void Take(DirectoryResult stored)
        {
            var page = steps.ListOf(count, directory.Listed.SeenBy(principal, token: null, after, stored), item => item, out var more);
            found.AddRange(page.Where(item => item.Time >= since).Select(item => (item.Room, ulong.MaxValue)));
            if (more)
                FindRooms(session, principal, since, page[^1].Room, found, run);
            else
                run.Begin(found);
        }
    }
}

/// <summary>Whose posts are purged.</summary>
/// <param name="Principal">The principal; null to go by the name.</param>
/// <param name="Name">The name.</param>
internal sealed record PurgeTarget(Principal? Principal, UserName Name)
{
    public bool Includes(PostAuthor author) => Principal is not null ? author.Principal == Principal.Id : new UserName(author.Name) == Name;
}

using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// The roles, restrictions and settings of one room by the order of its log, and what follows from them. What is not answered yet, or was
/// not when its connection broke, makes uncertain how the room stands beyond what is told (CP-ROL-001 to 032).
/// </summary>
internal sealed class RoomLaw(World world, RoomLedger room)
{
    private readonly List<Entry> _changes = [];
    private readonly List<OpenRequest> _open = [];
    private readonly Dictionary<ulong, (long First, int Count, ulong Slow)> _slow = [];
    private RoomFold? _stored;

    public bool IsByInvitation { get; private set; }

    public bool HasChanges => _changes.Count > 0;

    private RoomFold Stored => _stored ??= At(ulong.MaxValue);

    /// <summary>Whether no change is open: the hub's state is that of the told entries.</summary>
    private bool IsCertain
    {
        get
        {
            foreach (var open in _open)
                if (open.Since is null && open.Link.IsServerDone)
                    open.Since = world.Disk.Told;
            _open.RemoveAll(open => open.Asked.IsAnswered || open.Since is { } since && (world.Disk.Told > since + 2 || world.Server.IsIdle));
            return _open.Count == 0 && room.Told == room.Head;
        }
    }

    /// <summary>Records that the server has received a request to change the room.</summary>
    public void Came(PendingRequest asked, Link link) => _open.Add(new OpenRequest(asked, link));

    /// <summary>Checks a stored entry by those before it.</summary>
    public void Add(Entry entry)
    {
        if (world.Disk.Image.RecordOf(room.Id) is not { } record)
            return;
        IsByInvitation = record.Kind == RoomKind.ByInvitation;
        if (entry is Message message)
        {
            if (IsByInvitation || HasChanges)
                CheckMessage(message);
            return;
        }
        if (!world.Ledger.Admins.MayBe(entry.From))
            CheckAuthor(entry);
        _changes.Add(entry);
        Stored.Apply(entry);
    }

    /// <summary>Checks that the stored record says the same as the log (CP-ROL-010, CP-ROL-011).</summary>
    public void CheckRecord()
    {
        if (world.Disk.Image.RecordOf(room.Id) is { } record && !Stored.Equals(record))
            throw new Violation(Checker.Role, $"room {room.Id} has {record.Settings} and {string.Join(", ", record.Standings)}, and its log says {Stored.Settings} and {string.Join(", ", Stored.Standings)}");
    }

    /// <summary>Checks that nobody is left in the room who may not be there, once the hub was told of a change (CP-ROL-021).</summary>
    public void CheckMembers()
    {
        if (!HasChanges || !IsCertain)
            return;
        foreach (var link in world.Links)
            if (!link.IsServerDone && !link.IsClosing && link.Memberships.Has(room.Id) && !MayBeIn(link.Principal))
                throw new Violation(Checker.Role, $"principal {link.Principal} may not be in room {room.Id} any more, and {link} is");
    }

    /// <summary>Checks something of the room that is told to a connection (CP-ROL-002).</summary>
    public void SeeTold(Link link, string what)
    {
        if ((IsByInvitation || HasChanges) && IsCertain && !MayBeIn(link.Principal))
            throw new Violation(Checker.Role, $"principal {link.Principal} may not be in room {room.Id}, and is told {what}");
    }

    public void See(Link link, RoomInfo info)
    {
        if (room.Told == 0 || !IsCertain || world.Disk.Image.RecordOf(room.Id) is null)
            return;
        SeeTold(link, "of the room");
        var (fold, settings) = (At(room.Told), new RoomSettings(info.Title, info.Topic, info.Moderated == 1, info.Archived == 1, info.Slow, info.EditFor));
        if (settings != fold.Settings && info.Peer is null)
            throw new Violation(Checker.Role, $"{settings} is told of room {room.Id}, and its log says {fold.Settings}");
        if (info.Peer is null && !link.IsAdmin && info.Role != fold.RoleOf(link.Principal))
            throw new Violation(Checker.Role, $"principal {link.Principal} is told to be {info.Role} in room {room.Id}, and is {fold.RoleOf(link.Principal)}");
        if (info.Peer is null && !world.Ledger.Admins.MayBe(link.Principal) && fold.Find(link.Principal) is { Until: 0 } standing && info.Restriction != standing.Restriction)
            throw new Violation(Checker.Role, $"principal {link.Principal} is told to be {info.Restriction} in room {room.Id}, and is {standing.Restriction}");
    }

    public void See(Link link, RoomRoles asked, RoleList list)
    {
        SeeTold(link, "its roles");
        if (!IsCertain)
            return;
        var fold = At(room.Told);
        foreach (var item in list.Items)
            if (item.Role != fold.RoleOf(item.Principal))
                throw new Violation(Checker.Role, $"{item} is told of room {room.Id}, where it is {fold.RoleOf(item.Principal)}");
        if (!list.More && fold.Insiders.FirstOrDefault(one => one > asked.After && list.Items.All(item => item.Principal != one)) is > 0 and var missing)
            throw new Violation(Checker.Role, $"principal {missing} has a role in room {room.Id}, and a list leaves it out");
    }

    /// <summary>Checks the answer to a change: its entry, or that there was nothing to change.</summary>
    public void See(Link link, PendingRequest asked, Posted posted)
    {
        if (room.IsGone)
            return;
        if (posted.Seq is { } seq)
        {
            if (seq > room.Told || _changes.Find(change => change.Seq == seq) is not { } entry || entry.From != link.Principal || entry.Time != posted.Time || !Tells(entry, asked.Request))
                throw new Violation(Checker.Role, $"{asked.Request} is answered with entry {seq} of room {room.Id}, which is not that: {_changes.Find(change => change.Seq == seq)} of {room.Told}, by principal {link.Principal}");
            return;
        }
        for (var at = asked.Head; at <= room.Told; at++)
            if (Holds(At(at), asked.Request))
                return;
        throw new Violation(Checker.Role, $"{asked.Request} is told to change nothing, and its room was never so by then: {At(room.Told).Settings}");
    }

    /// <summary>Checks that a post is refused for what may be so.</summary>
    public void SeeRefusal(Link link, ErrorCode reason)
    {
        if (!IsCertain || room.IsPrivate)
            return;
        var fold = At(room.Told);
        var restriction = fold.Find(link.Principal)?.Restriction;
        var isRight = reason switch
        {
            ErrorCode.BannedFromRoom => restriction == RoomRestriction.Banned,
            ErrorCode.RoomArchived => fold.Settings.IsArchived,
            ErrorCode.Muted => restriction == RoomRestriction.Muted || fold.Settings.IsModerated && fold.RoleOf(link.Principal) == RoomRole.None,
            _ => true,
        };
        if (!isRight)
            throw new Violation(Checker.Role, $"a post of principal {link.Principal} to room {room.Id} is refused with {reason}, and its log does not say so");
    }

    /// <summary>Records the start of a server: nothing is under way any more, and nobody has posted in slow mode.</summary>
    public void Restart()
    {
        _open.Clear();
        _slow.Clear();
    }

    /// <summary>Records that a restore has taken back all entries above a seq.</summary>
    public void Cut(ulong head)
    {
        _changes.RemoveAll(change => change.Seq > head);
        _stored = null;
        Restart();
    }

    private void CheckMessage(Message message)
    {
        if (Stored.Settings.IsArchived)
            throw new Violation(Checker.Role, $"entry {message.Seq} of room {room.Id} is stored, which is archived");
        if (world.Ledger.Admins.MayBe(message.From))
        {
            _slow.Remove(message.From);
            return;
        }
        var role = Stored.RoleOf(message.From);
        if (Stored.RestrictionAt(message.From, message.Time) is var restriction and not RoomRestriction.None)
            throw new Violation(Checker.Role, $"entry {message.Seq} of room {room.Id} is principal {message.From}'s, who is {restriction}");
        if (role == RoomRole.None && (IsByInvitation || Stored.Settings.IsModerated))
            throw new Violation(Checker.Role, $"entry {message.Seq} of room {room.Id} is principal {message.From}'s, who has no role there");
        CheckSlow(message, role);
    }

    /// <summary>A post is appended after it came, and before its batch is handed over: so many lie so far apart at least (CP-ROL-032).</summary>
    private void CheckSlow(Message message, RoomRole role)
    {
        var slow = Stored.Settings.Slow;
        if (slow == 0 || role >= RoomRole.Moderator || room.CameAt(message) is not { } came)
        {
            _slow.Remove(message.From);
            return;
        }
        var (first, count, least) = _slow.TryGetValue(message.From, out var known) && known.Slow == slow ? known : (came, 0, slow);
        _slow[message.From] = (first, count + 1, least);
        if (world.Disk.HandedAt - first < (long)least * count)
            throw new Violation(Checker.Role, $"entry {message.Seq} of room {room.Id} is the {count + 1}th of principal {message.From} within {world.Disk.HandedAt - first} ms, and slow is {slow}");
    }

    private void CheckAuthor(Entry entry)
    {
        var own = Stored.RoleOf(entry.From);
        var isRight = entry switch
        {
            RoleChanged self when self.Principal == self.From => self.Role <= own,
            RoleChanged other => own >= RoomRole.Moderator && own > Stored.RoleOf(other.Principal) && (own == RoomRole.Owner || other.Role < own),
            RoomChanged change => own >= ((change.Moderated ?? change.Archived ?? change.Slow ?? change.EditFor) is null ? RoomRole.Moderator : RoomRole.Owner),
            _ => false,
        };
        var isFree = Stored.RestrictionAt(entry.From, entry.Time) == RoomRestriction.None || entry is RoleChanged { } change2 && change2.Principal == change2.From;
        if (!isRight || !isFree)
            throw new Violation(Checker.Role, $"{entry} is stored, whose author is {own} there and may not do this");
    }

    private bool MayBeIn(ulong principal)
    {
        if (room.IsGone || room.IsPrivate || principal == 0 || world.Ledger.Admins.MayBe(principal))
            return true;
        var fold = At(room.Told);
        return fold.Find(principal) is not { Restriction: RoomRestriction.Banned, Until: 0 } && (!IsByInvitation || fold.RoleOf(principal) != RoomRole.None);
    }

    private RoomFold At(ulong seq)
    {
        var fold = new RoomFold(world.Disk.Image.RecordOf(room.Id) is { Kind: not RoomKind.Private } record ? record.Creator : 0);
        foreach (var change in _changes.Where(change => change.Seq <= seq))
            fold.Apply(change);
        return fold;
    }

    private bool Tells(Entry entry, Request request) => (entry, request) switch
    {
        (RoleChanged told, SetRole set) => told.Role == set.Role,
        (RoleChanged told, Restrict restrict) => told.Restriction == restrict.Restriction && told.Until == 0 == restrict.For is null,
        (RoomChanged told, ChangeRoom) => Holds(At(told.Seq), request),
        _ => false,
    };

    /// <summary>Whether a room stands as a request wants it; a name may be anybody's.</summary>
    private static bool Holds(RoomFold fold, Request request) => request switch
    {
        ChangeRoom change => (change.Title is null || change.Title == fold.Settings.Title) && (change.Topic is null || change.Topic == fold.Settings.Topic)
            && (change.Moderated is null || change.Moderated == 1 == fold.Settings.IsModerated)
            && (change.Archived is null || change.Archived == 1 == fold.Settings.IsArchived) && (change.Slow is null || change.Slow == fold.Settings.Slow) && (change.EditFor is null || change.EditFor == fold.Settings.EditFor),
        SetRole { Role: not RoomRole.None } set => fold.Insiders.Any(one => fold.RoleOf(one) == set.Role),
        Restrict { Restriction: not RoomRestriction.None } restrict => fold.Standings.Any(one => one.Restriction == restrict.Restriction),
        _ => true,
    };

    private sealed record OpenRequest(PendingRequest Asked, Link Link)
    {
        public long? Since { get; set; }
    }
}

namespace ChatProtocol.Simulation;

/// <summary>The requests of one connection; checks the server's answers when they are sent.</summary>
internal sealed class Conversation(World world, Link link)
{
    private readonly List<PendingRequest> _asked = [];
    private readonly MarkersSeen _markers = new(world, link);
    private Publisher? _publisher;
    private int _unanswered;

    public ulong NextId => (ulong)_asked.Count + 1;

    /// <summary>Whether the server owes an answer.</summary>
    public bool IsOpen => _unanswered > 0;

    public void Ask(PendingRequest asked)
    {
        _asked.Add(asked);
        if (asked.Request is Login login)
            _publisher = login.Publisher is null ? null : link.Client.Publisher;
        link.Say(asked.Request);
    }

    /// <summary>The request that a reply answers, for the client.</summary>
    public PendingRequest this[ulong id] => _asked[(int)id - 1];

    public void Came(Request request)
    {
        var asked = this[request.Id];
        asked.Came = true;
        _unanswered++;
        asked.WasFenced = _publisher is { Newest: { } newest } && newest != link && link.Principal != 0;
        if (request is History history)
            (asked.Head, asked.Changes) = (world.Ledger.RoomOf(history.Room).Told, world.Ledger.RoomOf(history.Room).Changes);
        if (world.Swarm.RoomRate > 0)
            CameToRoom(asked);
        if (asked.Subject is { } subject)
            asked.Turn = world.Ledger.Bans.Ask(subject);
        asked.Account?.Came(link);
        if (asked.Blocked is { } blocked)
            CameToBlock(asked, blocked);
        if (asked.Intended is { } intended)
        {
            intended.CameBy = link;
            intended.CameAt ??= world.Clock.Awake;
            intended.MayWait = intended.HasCome && (_unanswered > 1 || intended.Key is not null);
            asked.Turn = intended is { HasCome: false, Peer: { } peer } ? world.Ledger.Blocks.CertainSince(peer, intended.Principal) : 0;
            intended.HasCome = true;
        }
    }

    private void CameToRoom(PendingRequest asked)
    {
        var room = asked.Request switch { ChangeRoom change => change.Room, SetRole set => set.Room, Restrict restrict => restrict.Room, _ => 0UL };
        if (room == 0)
            return;
        asked.Head = world.Ledger.RoomOf(room).Told;
        world.Ledger.RoomOf(room).Law.Came(asked, link);
    }

    private void CameToBlock(PendingRequest asked, Identity blocked)
    {
        asked.Other = blocked.MayBeAnother(world) ? 0 : blocked.Principal;
        if (asked.Other != 0)
            asked.Turn = world.Ledger.Blocks.Ask(link.Principal, asked.Other);
        else
            world.Ledger.Blocks.Ask(link.Principal);
    }

    /// <summary>Checks a frame against the ledger; true if it answers a request.</summary>
    public bool Check(Frame frame)
    {
        if (frame is PrivateRoom invitation)
        {
            world.Ledger.RoomOf(invitation.Room).SeeEpoch(invitation.Epoch);
            link.Memberships.Begin(invitation.Room, invitation.Cursor);
        }
        if (frame is Marker moved)
            _markers.See(moved.Room, 0, moved.Seq, moved.Unread, moved.Head);
        if (frame is Error { Id: null, Reason: var reason })
            CheckLast(reason, frame);
        var id = frame is Reply reply ? reply.Id : (frame as Error)?.Id;
        if (id is not { } number)
            return false;
        if (number > (ulong)_asked.Count || this[number] is not { Came: true, IsAnswered: false } asked)
            throw new Violation(Checker.Protocol, $"{frame} answers nothing that is open");
        asked.IsAnswered = true;
        _unanswered--;
        asked.Account?.Answered(link, frame);
        if (frame is Error error)
            CheckRefusal(asked, error);
        else if (asked.IsProbe && frame is not Posted { Seq: null })
            throw new Violation(Checker.Answer, $"{asked.Request} is granted with {frame}");
        else
            CheckSuccess(asked, frame);
        return true;
    }

    private void CheckSuccess(PendingRequest asked, Frame frame)
    {
        switch (frame)
        {
            case Posted posted when asked.Intended is not null: CheckPosted(asked, posted); break;
            case Posted posted when asked.Request is ChangeRoom change: world.Ledger.RoomOf(change.Room).Law.See(link, asked, posted); break;
            case Posted posted when asked.Request is SetRole set: world.Ledger.RoomOf(set.Room).Law.See(link, asked, posted); break;
            case Posted posted when asked.Request is Restrict restrict: world.Ledger.RoomOf(restrict.Room).Law.See(link, asked, posted); break;
            case RoleList roles when asked.Request is RoomRoles wanted: world.Ledger.RoomOf(wanted.Room).Law.See(link, wanted, roles); break;
            case RoomInfo info: CheckRoom(asked.Request, info); break;
            case Page page: CheckPage(asked, page); break;
            case LoggedIn loggedIn: CheckLogin(asked.Request, loggedIn); break;
            case Ok when asked.Request is Leave leave: link.Memberships.End(leave.Room); break;
            case Ok when asked.Request is Block && asked.Other != 0: world.Ledger.Blocks.Answer(link.Principal, asked.Other, asked.Turn, holds: true); break;
            case Ok when asked.Request is Unblock && asked.Other != 0: world.Ledger.Blocks.Answer(link.Principal, asked.Other, asked.Turn, holds: false); break;
            case Ok when asked.Request is RemoveRoom remove: CheckRemoval(remove); break;
            case Ok when asked.Subject is { } subject: world.Ledger.Bans.Lift(subject, asked.Turn); break;
            case BanList { Items: [var ban] } when asked.Subject is { } subject: world.Ledger.Bans.Hold(subject, asked.Turn, ban.Until); break;
            case Retention retention: world.Ledger.RoomOf(((Retain)asked.Request).Room).SeeOldest(retention.Oldest); break;
            case RoomList list: CheckList(((Rooms)asked.Request).After, list.Items.Select(item => item.Room), list.More, frame); break;
            case Marked marked when asked.Request is MarkRead mark: _markers.See(mark.Room, mark.Seq, marked.Seq, marked.Unread, marked.Head); break;
            case UnreadList list: CheckUnread(((Unread)asked.Request).After, list); break;
            case MemberList list: CheckList(((Members)asked.Request).After, list.Items.Select(item => item.Principal), list.More, frame); break;
        }
    }

    /// <summary>Checks the answer to a removal: the room is gone from the disk, and no session is in it (CP-ADM-030).</summary>
    private void CheckRemoval(RemoveRoom remove)
    {
        if (!world.Ledger.RoomOf(remove.Room).IsGone)
            throw new Violation(Checker.NotDurable, $"room {remove.Room} is told to be removed, and is on the disk");
        if (world.Links.FirstOrDefault(other => !other.IsServerDone && !other.IsClosing && other.Memberships.Has(remove.Room)) is { } left)
            throw new Violation(Checker.Removal, $"room {remove.Room} is told to be removed, and {left} is in it");
    }

    private static void CheckList(ulong after, IEnumerable<ulong> items, bool more, Frame frame)
    {
        var last = after;
        foreach (var item in items)
            last = item > last ? item : throw new Violation(Checker.Answer, $"{frame} is not in order behind {after}");
        if (more && last == after)
            throw new Violation(Checker.Answer, $"{frame} has nothing behind {after}, and says that there is more");
    }

    private void CheckUnread(ulong after, UnreadList list)
    {
        CheckList(after, list.Items.Select(item => item.Room), list.More, list);
        foreach (var item in list.Items)
            _markers.See(item.Room, 0, item.Seq, item.Unread, item.Head);
    }

    /// <summary>Checks a final error that answers no request.</summary>
    private void CheckLast(ErrorCode reason, Frame frame)
    {
        if (reason == ErrorCode.Banned)
            CheckBanned(frame);
        else if (reason is not (ErrorCode.LogUnavailable or ErrorCode.HelloTimeout))
            throw new Violation(Checker.Protocol, $"{link} is closed with {frame}");
    }

    /// <summary>Checks that no client is told of a ban that cannot hold (CP-BAN-003).</summary>
    private void CheckBanned(Frame frame)
    {
        var identity = link.Client.Identity;
        if (!world.Ledger.Bans.MayHold(identity.Subject) && !(identity.Address is { } address && world.Ledger.Bans.MayHold(address)))
            throw new Violation(Checker.Ban, $"{link.Client} is told {frame}, and was never banned");
    }

    private void CheckPosted(PendingRequest asked, Posted posted)
    {
        var intended = asked.Intended!;
        if (asked.Turn > 0 && intended.Peer is { } blocker && world.Ledger.Blocks.CertainSince(blocker, intended.Principal) == asked.Turn)
            throw new Violation(Checker.Block, $"{intended} is posted, and {blocker} blocks its author");
        if (asked.WasFenced && intended.Stream is not null)
            throw new Violation(Checker.Publisher, $"{intended} is accepted from an older session");
        if (intended.Stream is { } stream)
            stream.Acknowledged = Math.Max(stream.Acknowledged, intended.Counter);
        // The room was removed and its counters began anew; then a restore has brought the room and its old counters back.
        var isRestored = intended.Stream is { Publisher.IsRestored: true };
        if (posted.Seq is null && !isRestored && (intended.Stream is null || intended.Counter > intended.Stream.Forgotten && intended.Counter + (ulong)world.Swarm.InFlight > intended.Stream.Applied))
            throw new Violation(Checker.Answer, $"{intended} was posted too lately to be forgotten, as {intended.Stream?.Applied} is the last");
        if (posted.Seq is not null && intended.Seq == 0)
            throw new Violation(Checker.NotDurable, $"{intended} is acknowledged as entry {posted.Seq}, and is not on the disk");
        if (posted.Seq is { } seq && (seq != intended.Seq || posted.Time != intended.Time))
            throw new Violation(Checker.Answer, $"{intended} is entry {intended.Seq}, and acknowledged as {seq}");
        intended.Outcome = PostOutcome.Acknowledged;
        Answered(intended);
    }

    private void CheckRefusal(PendingRequest asked, Error error)
    {
        if (error.Reason == ErrorCode.Banned)
            CheckBanned(error);
        if (asked.Intended is not { } intended)
            return;
        Answered(intended);
        world.Ledger.RoomOf(intended.Room).Law.SeeRefusal(link, error.Reason);
        if (error.Reason == ErrorCode.Blocked && intended.Peer is { } blocked && !world.Ledger.Blocks.MayHold(intended.Principal, blocked))
            throw new Violation(Checker.Block, $"{intended} is refused with {error}, and its author blocks nobody");
        if (intended.Key is not null)
        {
            KeyLedger.SeeRefusal(intended, world.Ledger.RoomOf(intended.Room), error);
            return;
        }
        if (intended.Stream is not { } stream)
        {
            intended.Outcome = PostOutcome.Refused;
            return;
        }
        switch (error.Reason)
        {
            case ErrorCode.OutOfOrder when error.Value <= stream.Acknowledged && !stream.Publisher.MayBeForgotten:
                throw new Violation(Checker.Lost, $"{intended} is refused, as counter {error.Value} is next, and {stream.Acknowledged} was acknowledged");
            case ErrorCode.PublisherForgotten when !stream.Publisher.MayBeForgotten:
                throw new Violation(Checker.Publisher, $"{intended} is refused, as the publisher is not known");
            case ErrorCode.PublisherFenced when stream.Publisher.Newest == link:
                throw new Violation(Checker.Publisher, $"{intended} is refused, as another session is newer, and there is none");
            case ErrorCode.CounterConflict when !stream.Publisher.IsRestored:
                throw new Violation(Checker.Duplicate, $"{intended} is refused, as its counter has another text");
            case ErrorCode.NoSuchUser or ErrorCode.Blocked when intended.Seq != 0 && !stream.Publisher.MayBeForgotten:
                throw new Violation(Checker.Answer, $"{intended} is entry {intended.Seq}, and refused");
        }
    }

    private void Answered(IntendedPost intended)
    {
        if (intended.CameBy == link)
            intended.CameBy = null;
        if (intended.AnswerFirst == link)
            intended.AnswerFirst = null;
    }

    private void CheckRoom(Request request, RoomInfo info)
    {
        var room = world.Ledger.RoomOf(info.Room);
        room.SeeEpoch(info.Epoch);
        room.Law.See(link, info);
        world.Ledger.Name(info.Room, info.Peer is { } peer ? $"of {Math.Min(peer, link.Principal)} and {Math.Max(peer, link.Principal)}" : info.Name);
        if (info.Head != room.Told)
            throw new Violation(info.Head < room.Told ? Checker.Lost : Checker.NotDurable, $"room {info.Room} is told to end with {info.Head}, and ends with {room.Told}");
        room.SeeOldest(info.Oldest);
        if (info.Cursor != Math.Max((request as Join)?.After ?? info.Head, info.Oldest - 1))
            throw new Violation(Checker.Protocol, $"{request} is answered with cursor {info.Cursor}");
        if (request is Join)
            link.Memberships.Begin(info.Room, info.Cursor);
    }

    private void CheckPage(PendingRequest asked, Page page)
    {
        var room = world.Ledger.RoomOf(page.Room);
        room.SeeEpoch(page.Epoch);
        if (page.Head < asked.Head || page.Head > room.Told)
            throw new Violation(Checker.Lost, $"a page of room {page.Room} tells {page.Head} as its end, which was {asked.Head} and is {room.Told}");
        room.Law.SeeTold(link, "a page");
        link.Memberships.Begin(asked, page);
    }

    private void CheckLogin(Request request, LoggedIn loggedIn)
    {
        link.Principal = loggedIn.Principal;
        world.Ledger.Accounts.SeeName(loggedIn.Name, loggedIn.Principal);
        if (request is not Login login || link.IsAdmin)
            return;
        if (loggedIn.Window != login.Window && world.Broken != BrokenVariant.WindowWidened)
            throw new Violation(Checker.Credit, $"{login} is answered with {loggedIn}");
        link.Memberships.Window = login.Window;
        var identity = link.Client.Identity;
        foreach (var subject in new[] { identity.Subject, identity.Address })
            if (subject is not null && world.Ledger.Bans.Holds(subject))
                throw new Violation(Checker.Ban, $"{link.Client} is let in, and {subject} is banned");
        link.Client.Identity.SeePrincipal(loggedIn.Principal, world);
        if (_publisher is not { } publisher)
            return;
        if (publisher.Principal == 0)
            publisher.Principal = loggedIn.Principal;
        if (publisher.Principal == loggedIn.Principal)
            publisher.Newest = link;
    }
}

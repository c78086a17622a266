namespace ChatProtocol.Simulation;

/// <summary>The requests of one connection; checks the server's answers when they are sent.</summary>
internal sealed class Conversation(World world, Link link)
{
    private readonly List<Asked> _asked = [];
    private Publisher? _publisher;
    private int _unanswered;

    public ulong NextId => (ulong)_asked.Count + 1;

    /// <summary>Whether the server owes an answer.</summary>
    public bool IsOpen => _unanswered > 0;

    public void Ask(Asked asked)
    {
        _asked.Add(asked);
        if (asked.Request is Login)
            _publisher = link.Client.Publisher;
        link.Say(asked.Request);
    }

    /// <summary>The request that a reply answers, for the client.</summary>
    public Asked this[ulong id] => _asked[(int)id - 1];

    public void Came(Request request)
    {
        var asked = this[request.Id];
        asked.Came = true;
        _unanswered++;
        asked.WasFenced = _publisher is { Newest: { } newest } && newest != link && link.Principal != 0;
        if (request is History history)
            asked.Head = world.Ledger.RoomOf(history.Room).Told;
        if (asked.Saying is { } saying)
            saying.CameBy = link;
    }

    /// <summary>Checks a frame against the ledger; true if it answers a request.</summary>
    public bool Check(Frame frame)
    {
        if (frame is PrivateRoom invitation)
            world.Ledger.RoomOf(invitation.Room).SeeEpoch(invitation.Epoch);
        var id = frame is Reply reply ? reply.Id : (frame as Error)?.Id;
        if (id is not { } number)
            return false;
        if (number > (ulong)_asked.Count || this[number] is not { Came: true, IsAnswered: false } asked)
            throw new Violation(Checker.Protocol, $"{frame} answers nothing that is open");
        asked.IsAnswered = true;
        _unanswered--;
        if (frame is Error error)
            CheckRefusal(asked, error);
        else if (asked.IsProbe && frame is not Posted { Seq: null })
            throw new Violation(Checker.Answer, $"{asked.Request} is granted with {frame}");
        else
            CheckSuccess(asked, frame);
        return true;
    }

    private void CheckSuccess(Asked asked, Frame frame)
    {
        switch (frame)
        {
            case Posted posted when asked.Saying is not null: CheckPosted(asked, posted); break;
            case RoomInfo info: CheckRoom(asked.Request, info); break;
            case Page page: CheckPage(asked, page); break;
            case LoggedIn loggedIn: CheckLogin(asked.Request, loggedIn); break;
        }
    }

    private void CheckPosted(Asked asked, Posted posted)
    {
        var saying = asked.Saying!;
        if (asked.WasFenced && saying.Stream is not null)
            throw new Violation(Checker.Publisher, $"{saying} is accepted from an older session");
        if (saying.Stream is { } stream)
            stream.Acknowledged = Math.Max(stream.Acknowledged, saying.Counter);
        if (posted.Seq is null && (saying.Stream is null || saying.Counter + (ulong)world.Swarm.InFlight > saying.Stream.Applied))
            throw new Violation(Checker.Answer, $"{saying} was posted too lately to be forgotten, as {saying.Stream?.Applied} is the last");
        if (posted.Seq is not null && saying.Seq == 0)
            throw new Violation(Checker.NotDurable, $"{saying} is acknowledged as entry {posted.Seq}, and is not on the disk");
        if (posted.Seq is { } seq && (seq != saying.Seq || posted.Time != saying.Time))
            throw new Violation(Checker.Answer, $"{saying} is entry {saying.Seq}, and acknowledged as {seq}");
        saying.Fate = Fate.Acknowledged;
        Answered(saying);
    }

    private void CheckRefusal(Asked asked, Error error)
    {
        if (asked.Saying is not { } saying)
            return;
        Answered(saying);
        if (saying.Stream is not { } stream)
        {
            // After an error of the disk the outcome of a post without a counter is unknown.
            saying.Fate = error.Reason == ErrorCode.LogUnavailable && world.Disk.IsUnsure ? Fate.Unknown : Fate.Refused;
            return;
        }
        switch (error.Reason)
        {
            case ErrorCode.OutOfOrder when error.Value <= stream.Acknowledged && !stream.Publisher.MayBeForgotten:
                throw new Violation(Checker.Lost, $"{saying} is refused, as counter {error.Value} is next, and {stream.Acknowledged} was acknowledged");
            case ErrorCode.PublisherForgotten when !stream.Publisher.MayBeForgotten:
                throw new Violation(Checker.Publisher, $"{saying} is refused, as the publisher is not known");
            case ErrorCode.PublisherFenced when stream.Publisher.Newest == link:
                throw new Violation(Checker.Publisher, $"{saying} is refused, as another session is newer, and there is none");
            case ErrorCode.CounterConflict:
                throw new Violation(Checker.Duplicate, $"{saying} is refused, as its counter has another text");
            case ErrorCode.NoSuchUser or ErrorCode.Blocked when saying.Seq != 0 && !stream.Publisher.MayBeForgotten && !world.Disk.IsUnsure:
                throw new Violation(Checker.Answer, $"{saying} is entry {saying.Seq}, and refused");
        }
    }

    private void Answered(Saying saying)
    {
        if (saying.CameBy == link)
            saying.CameBy = null;
        if (saying.AnswerFirst == link)
            saying.AnswerFirst = null;
    }

    private void CheckRoom(Request request, RoomInfo info)
    {
        var room = world.Ledger.RoomOf(info.Room);
        room.SeeEpoch(info.Epoch);
        world.Ledger.Name(info.Room, info.Peer is { } peer ? $"of {Math.Min(peer, link.Principal)} and {Math.Max(peer, link.Principal)}" : info.Name);
        if (info.Head != room.Told)
            throw new Violation(info.Head < room.Told ? Checker.Lost : Checker.NotDurable, $"room {info.Room} is told to end with {info.Head}, and ends with {room.Told}");
        if (info.Cursor != ((request as Join)?.After ?? info.Head))
            throw new Violation(Checker.Protocol, $"{request} is answered with cursor {info.Cursor}");
    }

    private void CheckPage(Asked asked, Page page)
    {
        var room = world.Ledger.RoomOf(page.Room);
        room.SeeEpoch(page.Epoch);
        if (page.Head < asked.Head || page.Head > room.Told)
            throw new Violation(Checker.Lost, $"a page of room {page.Room} tells {page.Head} as its end, which was {asked.Head} and is {room.Told}");
    }

    private void CheckLogin(Request request, LoggedIn loggedIn)
    {
        link.Principal = loggedIn.Principal;
        if (request is not Login || link.IsAdmin)
            return;
        link.Client.Identity.SeePrincipal(loggedIn.Principal, world);
        if (_publisher is not { } publisher)
            return;
        if (publisher.Principal == 0)
            publisher.Principal = loggedIn.Principal;
        if (publisher.Principal == loggedIn.Principal)
            publisher.Newest = link;
    }
}

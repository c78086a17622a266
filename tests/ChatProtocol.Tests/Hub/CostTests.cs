using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>
/// What each request costs in the worst state that is known for it, in the hub's own steps: no more than a page of what it
/// returns, whatever the number of rooms, sessions, names and entries. What follows from it is done in slices.
/// </summary>
public sealed class CostTests
{
    private const int Crowd = 400;

    /// <summary>Of these, who speaks in the hall.</summary>
    private const int Speakers = 40;

    /// <summary>Steps of a request beside those for each item that it returns.</summary>
    private const int MaxSteps = 48;

    /// <summary>Steps of one slice of everything that is done in slices.</summary>
    private const int MaxSlice = 3 * 4096 + 2 * 1024;

    private readonly HubBench _bench = new(options => options with { Near = Bounds.Near with { Renames = Rate.Unlimited } });

    /// <summary>The request of each verb that costs most, as far as anybody knows.</summary>
    private static readonly Dictionary<string, Func<ulong, State, Request>> Worst = new()
    {
        ["hello"] = (id, _) => new Hello(id, 1, 0, [], "test"),
        ["login"] = (id, _) => HubClient.GuestLogin(id, "many", publisher: 9),
        ["join"] = (id, _) => new Join(id, "hall", PresenceMode.Full, 0, null),
        ["leave"] = (id, state) => new Leave(id, state.Hall),
        ["post"] = (id, state) => new Post(id, state.Hall, "hello everybody", null),
        ["open"] = (id, _) => new Open(id, "@many", false),
        ["history"] = (id, state) => new History(id, state.Hall, 1000, null, 0),
        ["rooms"] = (id, _) => new Rooms(id, Limits.MaxInteger),
        ["members"] = (id, state) => new Members(id, state.Hall, Limits.MaxInteger),
        ["nick"] = (id, _) => new Nick(id, "somebody"),
        ["quit"] = (id, _) => new Quit(id),
        ["ping"] = (id, _) => new Ping(id),
        ["sessions"] = (id, _) => new Sessions(id, Limits.MaxInteger),
        ["kick"] = (id, _) => new Kick(id, null, "many", "enough"),
        ["tell"] = (id, _) => new Tell(id, "many", new Text("hello")),
        ["broadcast"] = (id, _) => new Broadcast(id, new Text("hello")),
        ["status"] = (id, _) => new Status(id),
        ["shutdown"] = (id, _) => new Shutdown(id, 1000, "", null),
        ["backup"] = (id, _) => new Backup(id, "/backup.db"),
        ["verify"] = (id, _) => new Verify(id),
        ["erase"] = (id, state) => new Erase(id, state.Hall, 3),
        ["retain"] = (id, state) => new Retain(id, state.Hall, true, 1, 1, 1),
        ["block"] = (id, _) => new Block(id, "many"),
        ["unblock"] = (id, _) => new Unblock(id, "guest-1"),
        ["blocks"] = (id, _) => new Blocks(id, Limits.MaxInteger),
        ["ban"] = (id, _) => new Ban(id, "many", null, null, null, "enough", false, false),
        ["unban"] = (id, _) => new Unban(id, 1, null, null),
        ["bans"] = (id, _) => new Bans(id, Limits.MaxInteger),
        ["remove-room"] = (id, state) => new RemoveRoom(id, state.Hall),
        ["accept-time"] = (id, _) => new AcceptTime(id),
    };

    public static TheoryData<string> Verbs => [.. Registry.Messages.Where(m => m.Kind == "request" && m.Direction != "to-client").Select(m => m.Name)];

    [Spec("CP-LIM-007")]
    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_request_costs_no_more_than_a_page_of_what_it_returns(string verb)
    {
        var state = Fill();
        var client = Asker(verb, state);
        var before = _bench.Hub.Steps;

        var id = client.Send(number => Worst[verb](number, state));

        Assert.InRange(_bench.Hub.Steps - before, 0, MaxSteps + Items(client.AnswerTo(id)));
        FinishInSlices();
        Assert.NotNull(client.AnswerTo(id));
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void A_list_from_its_beginning_costs_what_it_returns()
    {
        var state = Fill();
        var admin = _bench.LogInAdmin();
        foreach (var request in (Func<ulong, Request>[])[id => new Rooms(id, 0), id => new Members(id, state.Hall, 0), id => new Sessions(id, 0)])
        {
            var before = _bench.Hub.Steps;
            var reply = admin.AnswerTo(admin.Send(request));

            Assert.True(Items(reply) >= 200);
            Assert.InRange(_bench.Hub.Steps - before, 1, MaxSteps + Items(reply));
            _bench.Work();
        }
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void A_session_that_goes_costs_no_more_than_the_rooms_that_it_is_in()
    {
        var state = Fill();
        var before = _bench.Hub.Steps;
        state.Many[0].Disconnect();

        Assert.InRange(_bench.Hub.Steps - before, 0, MaxSteps + State.RoomsOfMany + 1);
        FinishInSlices();
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void Sessions_take_turns_with_long_replies_however_many_one_has_asked_for()
    {
        var state = Fill();
        var greedy = _bench.LogIn("greedy");
        var modest = _bench.LogIn("modest");
        for (var i = 0; i < 100; i++)
            greedy.Send(id => new Rooms(id, 0));
        modest.Send(id => new Rooms(id, 0));
        var second = modest.Send(id => new Members(id, state.Hall, 0));

        // Each session has one reply in a turn.
        _bench.Hub.Work();
        _bench.Hub.Work();

        Assert.NotNull(modest.AnswerTo(second));
        Assert.True(greedy.Received.OfType<RoomList>().Count() < 10);
        FinishInSlices();
        Assert.Equal(100, greedy.Received.OfType<RoomList>().Count());
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void An_admin_is_answered_at_once_while_a_thousand_names_are_changed()
    {
        var state = Fill();
        foreach (var one in state.Many)
            for (var i = 0; i < 20; i++)
                one.Send(id => new Nick(id, $"many-{i}"));
        var admin = _bench.LogInAdmin();
        var kick = admin.Send(id => new Kick(id, state.Many[^1].Session.Id, null, "enough"));
        _bench.Hub.Work();

        Assert.IsType<Ok>(admin.AnswerTo(kick));
        Assert.True(state.Many[^1].IsClosed);
        FinishInSlices();
    }

    private void FinishInSlices()
    {
        for (var turns = 0; turns < 5000; turns++)
        {
            var before = _bench.Hub.Steps;
            var hasMore = _bench.Hub.Work();
            Assert.InRange(_bench.Hub.Steps - before, 0, MaxSlice);
            _bench.Hub.Flush();
            if (_bench.Log.UnderWay is not null)
                _bench.Hub.Committed(_bench.Log.Store());
            while (_bench.Log.Chores.TryDequeue(out var chore))
                _bench.Hub.ChoreDone(chore, _bench.ChoreResult);
            while (_bench.Log.Reads.Count > 0)
                _bench.AnswerRead();
            if (!hasMore && _bench.Log.UnderWay is null && _bench.Hub.IsIdle)
                return;
        }
        Assert.Fail("The hub does not come to rest.");
    }

    private static int Items(Frame? reply) => reply switch
    {
        RoomList list => list.Items.Count + 1,
        MemberList list => list.Items.Count + 1,
        SessionList list => list.Items.Count + 1,
        _ => 0,
    };

    /// <summary>Whoever may ask it, in the worst position for it.</summary>
    private HubClient Asker(string verb, State state) => verb switch
    {
        "hello" => _bench.Connect(),
        "login" => _bench.Greet(),
        "nick" or "leave" or "post" or "block" or "unblock" or "blocks" => state.Many[0],
        "join" or "open" or "history" or "rooms" or "members" or "quit" or "ping" => _bench.LogIn("stranger"),
        _ => _bench.LogInAdmin(),
    };

    /// <summary>A hall that everybody is in, a room and a private room for each, rooms that were only opened, and one with many sessions in many rooms.</summary>
    private State Fill()
    {
        var crowd = Enumerable.Range(0, Crowd).Select(_ => _bench.Connect()).ToList();
        var logins = crowd.Select((one, i) =>
        {
            one.Send(id => new Hello(id, 1, 0, [], "test"));
            return one.Send(id => HubClient.GuestLogin(id, $"guest-{i}", publisher: 1));
        }).ToList();
        _bench.Settle();
        foreach (var (one, login) in crowd.Zip(logins))
            one.LoggedIn = (LoggedIn)one.AnswerTo(login)!;
        foreach (var one in crowd)
        {
            one.Send(id => new Join(id, "hall", PresenceMode.Full, null, null));
            one.Send(id => new Join(id, $"room of {one.Principal}".Replace(' ', '-'), PresenceMode.None, null, null));
            one.Send(id => new Open(id, $"void-{one.Principal}", true));
        }
        var hall = crowd[0].Received.OfType<RoomInfo>().First().Room;
        for (var i = 0; i < crowd.Count; i++)
        {
            if (i < Speakers)
                crowd[i].SendPost(hall, $"I am {i}", 1);
            crowd[i].Send(id => new Join(id, $"@guest-{(i + 1) % Crowd}", PresenceMode.None, null, null));
        }
        _bench.Settle();
        var many = Enumerable.Range(0, 40).Select(i => _bench.LogIn("many", publisher: (byte)(i + 1), inbox: true)).ToList();
        for (var i = 0; i < State.RoomsOfMany; i++)
            foreach (var one in many)
                one.Send(id => new Join(id, i == 0 ? "hall" : $"far-{i}", PresenceMode.Full, null, null));
        _bench.Settle();
        return new State(hall, many);
    }

    private sealed record State(ulong Hall, List<HubClient> Many)
    {
        public const int RoomsOfMany = 60;
    }
}

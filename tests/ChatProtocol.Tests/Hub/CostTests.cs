using System.Security.Cryptography;
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

    /// <summary>Steps of a request beside those for each item that it returns and each name that it has judged or taken.</summary>
    private const int MaxSteps = 16;

    /// <summary>Bans in one answer where a frame has the default length.</summary>
    private const int Page = 131_072 / 768;

    /// <summary>Steps of one slice of everything that is done in slices.</summary>
    private const int MaxSlice = 3 * 4096 + 1024 + State.RoomsOfMany;

    /// <summary>Steps of one turn of the server: requests by turns, what is due, and one slice.</summary>
    private const int MaxTurn = 8192 + 3 * 4096 + MaxSlice;

    private readonly HubBench _bench = new(options => options with { Near = GuestBounds.Near with { Renames = Rate.Unlimited } });

    /// <summary>The request of each verb that costs most, as far as anybody knows; of others any.</summary>
    private static readonly Dictionary<string, Func<ulong, State, Request>> Worst = new()
    {
        ["hello"] = (id, _) => new Hello(id, 1, 1, [], "test"),
        ["login"] = (id, _) => HubClient.GuestLogin(id, "Ñandú", publisher: 9),
        ["join"] = (id, _) => new Join(id, "hall", PresenceMode.Full, 0, null),
        ["leave"] = (id, state) => new Leave(id, state.Hall),
        ["post"] = (id, state) => new Post(id, state.Hall, "hello everybody", null),
        ["open"] = (id, _) => new Open(id, "Ñandú", true),
        ["history"] = (id, state) => new History(id, state.Hall, 1000, null, 0),
        ["search"] = (id, _) => new Search(id, "e", 1000),
        ["rooms"] = (id, _) => new Rooms(id, Limits.MaxInteger),
        ["members"] = (id, state) => new Members(id, state.Hall, Limits.MaxInteger),
        ["nick"] = (id, _) => new Nick(id, "Ñandú"),
        ["sessions"] = (id, _) => new Sessions(id, Limits.MaxInteger),
        ["kick"] = (id, _) => new Kick(id, null, "many", "enough"),
        ["tell"] = (id, _) => new Tell(id, "many", new Text("hello")),
        ["broadcast"] = (id, _) => new Broadcast(id, new Text("hello")),
        ["shutdown"] = (id, _) => new Shutdown(id, 1000, "", null),
        ["backup"] = (id, _) => new Backup(id, "/backup.db"),
        ["edit"] = (id, state) => new Edit(id, state.Hall, 3, "hello again"),
        ["retract"] = (id, state) => new Retract(id, state.Hall, 3),
        ["react"] = (id, state) => new React(id, state.Hall, 3, "👍"),
        ["pin"] = (id, state) => new Pin(id, state.Hall, 3),
        ["pins"] = (id, state) => new Pins(id, state.Hall),
        ["thread-messages"] = (id, state) => new ThreadMessages(id, state.Hall, 1),
        ["reactions"] = (id, state) => new Reactions(id, state.Hall, 3),
        ["erase"] = (id, state) => new Erase(id, state.Hall, 3),
        ["purge"] = (id, state) => new Purge(id, "many", Purge.MaxFor, null, false),
        ["report"] = (id, state) => new Report(id, state.Hall, 3, "enough"),
        ["retain"] = (id, state) => new Retain(id, state.Hall, true, 1, 1, 1),
        ["block"] = (id, _) => new Block(id, "many"),
        ["unblock"] = (id, _) => new Unblock(id, $"blocked-{BlockBook.MaxBlocked - 1}"),
        ["blocks"] = (id, _) => new Blocks(id, Limits.MaxInteger),
        ["ban"] = (id, _) => new Ban(id, "many", null, null, null, "enough", false, false),
        ["unban"] = (id, _) => new Unban(id, null, null, "2001:db8::9/128"),
        ["bans"] = (id, _) => new Bans(id, Limits.MaxInteger),
        ["remove-room"] = (id, state) => new RemoveRoom(id, state.Hall),
        ["register"] = (id, _) => new Register(id, "Ñandú", HubClient.PasswordOf("Ñandú"), null),
        ["create-account"] = (id, _) => new CreateAccount(id, "Ñandú", 1, HubClient.PasswordOf("Ñandú")),
        ["change-account"] = (id, _) => new ChangeAccount(id, "many", null, 1, HubClient.PasswordOf("new")),
        ["change-password"] = (id, _) => new ChangePassword(id, HubClient.PasswordOf("many"), HubClient.PasswordOf("new")),
        ["delete-account"] = (id, _) => new DeleteAccount(id, HubClient.PasswordOf("many"), null),
        ["tokens"] = (id, _) => new Tokens(id, 0, null),
        ["invitations"] = (id, _) => new Invitations(id, 0),
        ["mark-read"] = (id, state) => new MarkRead(id, state.Hall, 1),
        ["unread"] = (id, _) => new Unread(id, 0),
        ["own-sessions"] = (id, _) => new OwnSessions(id, 0),
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

        var id = client.Send(number => Worst.TryGetValue(verb, out var worst) ? worst(number, state) : Samples.Request(verb)(number));

        Assert.InRange(_bench.Hub.Steps - before, 0, MaxSteps + Names(verb) * StepCounter.OfName + Items(client.AnswerTo(id)));
        // The reactions of a large room are gathered for so long.
        if (verb == "react")
            _bench.Pass(TimeSpan.FromMilliseconds(250));
        FinishInSlices();
        Assert.NotNull(client.AnswerTo(id));
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void A_list_from_its_beginning_costs_what_it_returns()
    {
        var state = Fill();
        var admin = _bench.LogInAdmin();
        _bench.Pass(TimeSpan.FromSeconds(1));
        foreach (var (asker, request) in ((HubClient, Func<ulong, Request>)[])[(admin, id => new Rooms(id, 0)), (admin, id => new Members(id, state.Hall, 0)),
            (admin, id => new Sessions(id, 0)), (admin, id => new Bans(id, 0)), (state.Many[0], id => new Blocks(id, 0))])
        {
            var before = _bench.Hub.Steps;
            var reply = asker.AnswerTo(asker.Send(request));

            Assert.True(Items(reply) >= Page);
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
        // A kick waits for nothing but its record.
        _bench.Hub.Flush();
        _bench.Hub.Committed(_bench.Log.Store());
        _bench.Hub.Work();

        Assert.IsType<Ok>(admin.AnswerTo(kick));
        Assert.True(state.Many[^1].IsClosed);
        FinishInSlices();
    }

    [Spec("CP-BAN-007")]
    [Fact]
    public void Bans_whose_time_is_over_go_in_slices_and_leave_nothing_behind()
    {
        Fill();
        var admin = _bench.LogInAdmin();
        Assert.Equal(BanBook.MaxBans, _bench.Log.Bans.Count());

        _bench.Hub.Tick();
        FinishInSlices();

        Assert.All(_bench.Log.Bans, ban => Assert.Equal(0, ban.Until));
        Assert.Equal(_bench.Log.Bans.Select(ban => ban.Number).Take(Page), admin.Ask<BanList>(id => new Bans(id, 0)).Items.Select(ban => ban.Ban));
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void Renames_of_sessions_in_hundreds_of_rooms_keep_nobody_waiting_for_more_than_a_turn()
    {
        const int Sessions = 20;
        const int Rooms = 990;
        const int Turns = 50;
        var renamers = Enumerable.Range(0, Sessions).Select(_ => _bench.LogIn("many")).ToList();
        for (var i = 0; i < Rooms; i++)
        {
            foreach (var one in renamers)
                one.Send(id => new Join(id, $"far-{i}", PresenceMode.Full, null, null));
            _bench.Settle();
        }
        var innocent = _bench.LogIn("innocent");
        var other = _bench.LogIn("innocent");
        var room = innocent.Join("quiet").Room;
        var renamed = 0;

        for (var turn = 0; turn < Turns; turn++)
        {
            var before = _bench.Hub.Steps;
            foreach (var one in renamers)
                for (var until = _bench.Hub.Steps + 128; _bench.Hub.Steps < until; renamed++)
                    one.Send(id => new Nick(id, $"many-{renamed}"));
            var post = innocent.SendPost(room, $"{turn}");
            var list = innocent.Send(id => new Rooms(id, 0));
            Turn();

            Assert.InRange(_bench.Hub.Steps - before, 0, MaxTurn);
            Assert.IsType<Posted>(innocent.AnswerTo(post));
            Assert.IsType<RoomList>(innocent.AnswerTo(list));
        }

        // Behind what was begun before: each of the sessions in each of its rooms, twice at most, however often it was renamed.
        innocent.Send(id => new Nick(id, "another"));
        for (var turns = 2 * Sessions * Rooms / 4096 + 3; turns > 0; turns--)
            Turn();
        Assert.Equal("another", other.Received.OfType<Renamed>().Last().Name);
        Assert.True(renamed > 10 * Turns);
        FinishInSlices();
        Assert.All(renamers, one => Assert.Equal($"many-{renamed - 1}", one.Session.NameTold));
    }

    /// <summary>One turn of the server, with a log that is quick.</summary>
    private void Turn()
    {
        _bench.Freeze(TimeSpan.FromMilliseconds(20));
        _bench.Hub.Tick();
        _bench.Hub.Flush();
        if (_bench.Log.UnderWay is not null)
            _bench.Hub.Committed(_bench.Log.Store());
        _bench.Hub.Work();
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void What_a_join_delivers_counts_for_the_turn_that_it_is_in()
    {
        const int Segments = 500;
        var ann = _bench.LogIn("ann");
        var room = ann.Open("hall").Room;
        for (var i = 0; i < Segments; i++)
            ann.Say(room, $"{i}");
        var bob = _bench.LogIn("bob");
        var before = _bench.Hub.Steps;

        bob.Send(id => new Join(id, "hall", PresenceMode.None, 0, null));

        Assert.InRange(_bench.Hub.Steps - before, Segments, Segments + MaxSteps);
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
            while (_bench.Log.MaintenanceTasks.TryDequeue(out var task))
                _bench.Hub.MaintenanceDone(task, _bench.MaintenanceResult);
            while (_bench.Log.Reads.Count > 0)
                _bench.AnswerRead();
            while (_bench.Log.Searches.Count > 0)
                _bench.AnswerSearch();
            _bench.Hash();
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
        BlockList list => list.Items.Count + 1,
        BanList list => list.Items.Count + 1,
        TokenList list => list.Items.Count + 1,
        InvitationList list => list.Items.Count + 1,
        AccountList list => list.Items.Count + 1,
        UnreadList list => list.Items.Count + 1,
        _ => 0,
    };

    /// <summary>How many names are judged, or taken for use.</summary>
    private static int Names(string verb) => verb is "login" or "nick" or "open" or "create-account" or "register" ? 2 : 0;

    /// <summary>Whoever may ask it, in the worst position for it.</summary>
    private HubClient Asker(string verb, State state) => verb switch
    {
        "hello" => _bench.Connect(),
        "login" => _bench.Greet(from: "[2001:db8::9]:4000"),
        "register" => _bench.Greet(),
        "nick" or "leave" or "post" or "block" or "unblock" or "blocks" or "unread" or "mark-read" or "own-sessions" or "end-session" => state.Many[0],
        _ when Registry.Messages.Single(m => m.Name == verb).Asker is "account" => state.Many[0],
        "join" or "open" or "history" or "rooms" or "members" or "quit" or "ping" => _bench.LogIn("stranger"),
        _ => _bench.LogInAdmin(),
    };

    /// <summary>
    /// A hall that everybody is in, a room and a private room for each, rooms that were only opened, and one with many sessions
    /// in many rooms who blocks as many as it may; as many bans as there may be, of every length, and a third of them over.
    /// </summary>
    private State Fill()
    {
        var owner = _bench.LogIn("many").Principal;
        _bench.Log.Hold(
            Enumerable.Range(0, BanBook.MaxBans).Select(i => MakeBan(i) with { Until = i % 3 == 0 ? HubBench.Begin - 1 : 0 }),
            Enumerable.Range(0, BlockBook.MaxBlocked).Select(i => new BlockRecord(owner, 1_000_000 + (ulong)i, $"blocked-{i}")));
        _bench.Restart();
        var crowd = Enumerable.Range(0, Crowd).Select(_ => _bench.Connect()).ToList();
        var logins = crowd.Select((one, i) =>
        {
            one.Send(id => new Hello(id, 1, 1, [], "test"));
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
        many[0].Ask<Ok>(id => new Register(id, "many", HubClient.PasswordOf("many"), null));
        for (var i = 0; i < UserAccount.MaxTokens - 1; i++)
            many[0].CreateToken(TokenScopes.All);
        for (var i = 0; i < InvitationBook.MaxOfOne - 1; i++)
            many[0].Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
        return new State(hall, many);
    }

    /// <summary>One of somebody's key, or of a run of addresses.</summary>
    private static BanRecord MakeBan(int i)
    {
        var (subject, hash) = i % 2 == 0 ? ($"banned-{i}", SHA256.HashData(BitConverter.GetBytes(i)))
            : i < 64 ? ($"{AddressRange.Parse($"12{i % 8}.1.2.3/{i / 2 + 1}")}", [])
            : ($"{AddressRange.Parse($"fd00:{i:x}::1/{i / 2 % 97 + 32}")}", (byte[])[]);
        return new BanRecord((ulong)i + 1, 0, subject, hash, 0, "", "admin", HubBench.Begin - 1000);
    }

    private sealed record State(ulong Hall, List<HubClient> Many)
    {
        public const int RoomsOfMany = 60;
    }
}

using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Rooms and principals are loaded when they are first wanted, and a request that names one waits for that.</summary>
public sealed class EvictionTests
{
    private readonly HubBench _bench = new(options => options with { MaxCached = 2 });

    [Fact]
    public void A_start_finds_what_was_stored_before()
    {
        var ann = _bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        ann.Say(room, "hello");
        _bench.LogIn("bob");
        var between = ann.Open("@bob").Room;
        _bench.Restart();

        var back = _bench.LogIn("ann");
        Assert.Equal(ann.Principal, back.Principal);
        Assert.Equal((room, 1ul), (back.Open("tea").Room, back.Open("tea").Head));
        Assert.NotEqual(between, room);
        Assert.Equal(2ul, back.Say(room, "again").Seq);
    }

    [Fact]
    public void A_request_waits_for_the_room_that_it_names_and_those_behind_it_wait_as_well()
    {
        var (room, ann, bob) = Restarted();
        var answer = Hold();
        var post = ann.SendPost(room, "hello");
        var list = ann.Send(id => new Ping(id));
        var other = bob.Send(id => new Ping(id));

        Assert.Null(ann.AnswerTo(post));
        Assert.Null(ann.AnswerTo(list));
        Assert.NotNull(bob.AnswerTo(other));
        Assert.False(_bench.Hub.IsIdle);

        answer();
        _bench.Work();
        Assert.NotNull(ann.AnswerTo(list));
        _bench.Settle();
        Assert.IsType<Posted>(ann.AnswerTo(post));
    }

    [Spec("CP-ROL-032")]
    [Fact]
    public void A_room_stays_in_memory_while_somebody_has_to_wait_there_in_slow_mode()
    {
        var (ann, bob) = (_bench.LogIn("ann"), _bench.LogIn("bob"));
        var room = ann.Open("tea").Room;
        ann.Ask<Posted>(id => new ChangeRoom(id, room, null, null, null, null, 10_000));
        bob.Say(room, "one");
        for (var i = 0; i < 10; i++)
            ann.Say(ann.Open($"other{i}").Room, "hello");

        var second = bob.SendPost(room, "two");
        _bench.Settle();
        Assert.Null(bob.AnswerTo(second));
        _bench.Pass(TimeSpan.FromSeconds(10));
        _bench.Settle();

        Assert.IsType<Posted>(bob.AnswerTo(second));
    }

    [Fact]
    public void A_name_that_is_not_in_memory_is_not_free()
    {
        Restarted();
        _bench.Pass(TimeSpan.FromHours(1));
        var thief = _bench.Greet();
        Assert.Equal(ErrorCode.NameTaken, thief.Refused(id => HubClient.GuestLogin(id, "TOM", key: "another")));
    }

    [Fact]
    public void Two_that_want_the_same_new_name_at_once_do_not_both_get_it()
    {
        var (one, two) = (_bench.Greet(), _bench.Greet());
        var answer = Hold();
        var first = one.Send(id => HubClient.GuestLogin(id, "new", key: "one"));
        var second = two.Send(id => HubClient.GuestLogin(id, "new", key: "two"));
        answer();
        _bench.Settle();

        Assert.IsType<LoggedIn>(one.AnswerTo(first));
        Assert.Equal(ErrorCode.NameTaken, Assert.IsType<Error>(two.AnswerTo(second)).Reason);
    }

    [Fact]
    public void Two_that_make_the_same_room_at_once_make_one()
    {
        var (ann, bob) = (_bench.LogIn("ann"), _bench.LogIn("bob"));
        var answer = Hold();
        var first = ann.Send(id => new Open(id, "tea", true));
        var second = bob.Send(id => new Open(id, "Tea", true));
        answer();
        _bench.Settle();

        Assert.Equal(Assert.IsType<RoomInfo>(ann.AnswerTo(first)).Room, Assert.IsType<RoomInfo>(bob.AnswerTo(second)).Room);
    }

    [Spec("CP-NAM-014")]
    [Fact]
    public void A_room_that_looks_like_a_stored_one_is_refused()
    {
        var ann = _bench.LogIn("ann");
        ann.Say(ann.Join("scope").Room, "hello");
        _bench.Restart();

        // Cyrillic letters.
        Assert.Equal(ErrorCode.BadName, _bench.LogIn("bob").Refused(id => new Open(id, "ѕсоре", true)));
        Assert.Equal(ErrorCode.BadName, _bench.LogIn("bob").Refused(id => new Open(id, "ｓｃｏｐｅ\u200d", true)));
    }

    [Fact]
    public void A_request_is_refused_while_the_log_cannot_look_up_and_later_ones_go_on()
    {
        var (room, ann, _) = Restarted();
        _bench.Log.AnswerLookup = read => _bench.Hub.Found(read, null);
        Assert.Equal(ErrorCode.LogUnavailable, ann.Refused(id => new Post(id, room, "hello", null)));

        _bench.Log.AnswerLookup = read => _bench.Hub.Found(read, _bench.Log.Find(read.Query));
        ann.Say(room, "hello");
    }

    [Fact]
    public void Users_who_are_not_in_memory_are_found_by_name_whatever_is_asked_for_beside_them()
    {
        var (_, ann, _) = Restarted();
        IReadOnlyList<UserInfo>? found = null;
        _bench.Hub.FindUsers(ann.Session, ["nobody", "tom", "neither"], users => found = users);
        _bench.Settle();
        Assert.Equal([("tom", false)], found!.Select(user => (user.Name, user.IsPresent)));

        _bench.Restart();
        _bench.Log.AnswerLookup = read => _bench.Hub.Found(read, null);
        _bench.Hub.FindUsers(_bench.Connect().Session, ["tom"], users => found = users);
        Assert.Null(found);
    }

    [Spec("CP-LEG-061")]
    [Fact]
    public void A_text_that_may_be_meant_for_somebody_who_is_not_in_memory_is_told_to_nobody_and_later_ones_wait_for_that()
    {
        Restarted();
        var text = LegacyGatewayPeer.Enter(_bench, new EndpointIndex(), "127.0.0.1:1");
        var answer = Hold();

        Assert.Empty(text.Say("tom%%hello"));
        Assert.Empty(text.Say("later"));
        Assert.Empty(_bench.Log.EntriesOf(1));
        answer();
        _bench.Settle();
        text.Settle();

        Assert.Contains("not sent: this may be a private message", Assert.Single(text.Lines), StringComparison.Ordinal);
        Assert.Equal(["later"], _bench.Log.EntriesOf(1).Select(message => message.Text.ToString()));
    }

    [Fact]
    public void An_answer_from_before_a_removal_does_not_bring_the_room_back()
    {
        var (room, ann, bob) = Restarted();
        var admin = _bench.LogInAdmin();
        ann.Open("tea");
        var removal = admin.Send(id => new RemoveRoom(id, room));
        _bench.Hub.Flush();
        var early = _bench.Log.Find(new DirectoryQuery.RoomNamed("tea"));
        _bench.Settle();
        Assert.IsType<Ok>(admin.AnswerTo(removal));

        Assert.Single(early.Rooms);
        Assert.Equal(ErrorCode.NoSuchRoom, bob.Refused(id => new Open(id, "tea", false)));
    }

    [Fact]
    public void No_more_stay_in_memory_than_are_allowed_to_and_are_in_use()
    {
        var ann = _bench.LogIn("ann");
        for (var i = 0; i < 100; i++)
        {
            ann.Say(ann.Join($"room-{i}").Room, "hello");
            ann.Ask<Ok>(id => new Leave(id, ann.Open($"room-{i}").Room));
        }
        var before = _bench.Log.EveryLookup;
        ann.Open("room-99");
        Assert.Equal(before, _bench.Log.EveryLookup);

        ann.Open("room-0");
        Assert.Equal(before + 1, _bench.Log.EveryLookup);
    }

    [Spec("CP-ROM-010", "CP-ROM-017")]
    [Fact]
    public void A_list_has_each_room_once_whether_it_is_in_memory_or_not()
    {
        var ann = _bench.LogIn("ann");
        _bench.LogIn("bob");
        for (var i = 0; i < 40; i++)
            ann.Say(ann.Open($"room-{i}").Room, "hello");
        ann.Say(ann.Open("@bob").Room, "hello");
        _bench.Restart();
        var back = _bench.LogIn("ann");
        back.Open("room-7");
        back.Join("fresh");

        var rooms = back.Ask<RoomList>(id => new Rooms(id, 0)).Items;
        Assert.Equal(43, rooms.Count);
        Assert.Equal(rooms.Select(room => room.Room).Distinct().Order(), rooms.Select(room => room.Room));
        Assert.Contains(rooms, room => room is { Kind: RoomKind.Private, Name: "bob", Head: 1 });
        Assert.Contains(rooms, room => room is { Name: "fresh", Members: 1 });
        Assert.DoesNotContain(_bench.LogIn("carol").Ask<RoomList>(id => new Rooms(id, 0)).Items, room => room.Kind == RoomKind.Private);
    }

    [Fact]
    public void Everything_is_in_memory_until_an_old_log_is_indexed()
    {
        var ann = _bench.LogIn("ann");
        ann.Say(ann.Join("tea").Room, "hello");
        _bench.Log.IsWhole = true;
        _bench.MaintenanceResult = new MaintenanceResult(null) { HasMore = true };
        _bench.Restart();
        Assert.IsType<MaintenanceTask.Index>(_bench.Log.MaintenanceTasks.Peek());

        var before = _bench.Log.EveryLookup;
        var back = _bench.LogInBehind("ann");
        var open = back.Send(id => new Open(id, "tea", false));
        Assert.IsType<RoomInfo>(back.AnswerTo(open));
        Assert.Equal(before, _bench.Log.EveryLookup);

        _bench.MaintenanceResult = new MaintenanceResult(null);
        _bench.Settle();
        Assert.Equal(ErrorCode.NoSuchRoom, back.Refused(id => new Open(id, "coffee", false)));
        Assert.Equal(before + 1, _bench.Log.EveryLookup);
    }

    /// <summary>A room, a member-to-be, and somebody else, after a start that has loaded only those two.</summary>
    private (ulong Room, HubClient Ann, HubClient Bob) Restarted()
    {
        var ann = _bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        ann.Say(room, "hello");
        _bench.LogIn("tom");
        _bench.LogIn("bob");
        _bench.Restart();
        return (room, _bench.LogIn("ann"), _bench.LogIn("bob"));
    }

    /// <summary>From here on nothing is looked up until the result is called.</summary>
    private Action Hold()
    {
        var atOnce = _bench.Log.AnswerLookup;
        _bench.Log.AnswerLookup = null;
        return () =>
        {
            _bench.Log.AnswerLookup = atOnce;
            while (_bench.Log.Lookups.TryDequeue(out var read))
                atOnce!(read);
        };
    }
}

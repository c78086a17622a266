using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class RoomTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;

    public RoomTests() => _ann = _bench.LogIn("ann");

    [Spec("CP-ROM-001")]
    [Fact]
    public void The_lobby_is_there_from_the_start() =>
        Assert.Equal("lobby", _ann.Ask<RoomInfo>(id => new Open(id, "Lobby", false)).Name);

    [Spec("CP-ROM-001")]
    [Fact]
    public void The_lobby_stays_when_its_last_member_leaves()
    {
        _ann.Leave(_ann.Join("lobby").Room);
        _bench.Pass(TimeSpan.FromMinutes(10));

        Assert.Equal("lobby", Assert.Single(ListRooms(_ann)).Name);
    }

    [Spec("CP-ROM-004", "CP-NAM-007")]
    [Fact]
    public void Joining_creates_a_room_under_the_name_as_typed()
    {
        var info = _ann.Join("Tea");

        Assert.Equal((RoomKind.Public, "Tea", 0UL, 0UL, 1UL, HubBench.EpochOf(info.Room)), (info.Kind, info.Name, info.Head, info.Cursor, info.First, info.Epoch));
        Assert.Null(info.Peer);
    }

    [Spec("CP-NAM-002", "CP-NAM-004")]
    [Fact]
    public void One_room_is_found_by_any_writing_of_its_name()
    {
        var room = _ann.Join("Tea").Room;

        Assert.Equal(room, _bench.LogIn("bob").Join("#TEA").Room);
    }

    [Spec("CP-ROM-003")]
    [Fact]
    public void Opening_an_unknown_room_without_creating_it_is_refused() =>
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Open(id, "tea", false)));

    [Spec("CP-ROM-003")]
    [Fact]
    public void Opening_does_not_make_a_member()
    {
        var room = _ann.Open("tea").Room;
        _bench.LogIn("bob").Say(room, "hi");

        Assert.Empty(_ann.Entries(room));
    }

    [Spec("CP-NAM-001")]
    [Theory]
    [InlineData("")]
    [InlineData("##tea")]
    [InlineData("t ea")]
    [InlineData("\ufffe")]
    public void A_bad_room_name_is_refused(string name) =>
        Assert.Equal(ErrorCode.BadName, _ann.Refused(id => new Join(id, name, PresenceMode.None, null, null)));

    [Spec("CP-ROM-015")]
    [Fact]
    public void Joining_twice_is_refused()
    {
        _ann.Join("tea");

        Assert.Equal(ErrorCode.AlreadyJoined, _ann.Refused(id => new Join(id, "TEA", PresenceMode.None, null, null)));
    }

    [Spec("CP-ROM-007")]
    [Fact]
    public void Leaving_a_room_one_is_not_in_is_refused() => Assert.Equal(ErrorCode.NotJoined, _ann.Refused(id => new Leave(id, 1)));

    [Spec("CP-ROM-007")]
    [Fact]
    public void Nothing_of_a_room_comes_behind_the_answer_to_leave()
    {
        var room = _ann.Join("tea", PresenceMode.Full).Room;
        _ann.SendPost(room, "hi");
        _ann.Send(id => new Leave(id, room));
        _bench.Settle();
        _bench.Pass(TimeSpan.FromSeconds(1));

        Assert.Empty(_ann.Entries(room));
        Assert.Empty(_ann.Presences);
    }

    [Fact]
    public void One_may_come_back_to_a_room_one_has_left()
    {
        var room = _ann.Join("tea").Room;
        _ann.Say(room, "one");
        _ann.Leave(room);
        _ann.Join("tea", after: 0);
        _bench.Settle();

        Assert.Equal(["one", "one"], _ann.Texts(room));
    }

    [Spec("CP-ROM-008")]
    [Fact]
    public void A_room_without_entries_vanishes_with_its_last_member()
    {
        var room = _ann.Join("tea").Room;
        _ann.Leave(room);

        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Open(id, "tea", false)));
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new History(id, room, 1, null, null)));
    }

    [Spec("CP-ROM-008")]
    [Fact]
    public void A_room_without_entries_vanishes_with_its_last_members_connection()
    {
        _bench.LogIn("bob").Join("tea");
        var bob = _bench.LogIn("bob");
        bob.Join("milk");
        bob.Disconnect();

        Assert.Equal(["lobby", "tea"], ListRooms(_ann).Select(r => r.Name));
    }

    [Spec("CP-ROM-008")]
    [Fact]
    public void A_room_that_was_only_opened_vanishes_after_a_while()
    {
        var room = _ann.Open("tea").Room;
        _bench.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Post(id, room, "hi", null)));
    }

    [Fact]
    public void A_room_with_entries_stays()
    {
        var room = _ann.Join("tea").Room;
        _ann.Say(room, "hi");
        _ann.Leave(room);
        _bench.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(room, _ann.Open("tea").Room);
    }

    [Fact]
    public void A_room_whose_first_entry_is_under_way_stays_when_its_last_member_leaves()
    {
        var room = _ann.Join("tea").Room;
        _ann.SendPost(room, "hi");
        _ann.Send(id => new Leave(id, room));
        _bench.Settle();

        Assert.Equal(1UL, _ann.Open("tea").Head);
    }

    [Spec("CP-ROM-008")]
    [Fact]
    public void A_room_whose_first_entry_failed_vanishes_when_nobody_is_there()
    {
        var room = _ann.Open("tea").Room;
        _ann.SendPost(room, "lost");
        _bench.Fail();
        _bench.Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Open(id, "tea", false)));
    }

    [Fact]
    public void A_room_whose_first_entry_failed_is_stored_with_the_next()
    {
        var room = _ann.Join("tea").Room;
        _ann.SendPost(room, "lost");
        _bench.Fail();

        Assert.Equal(1UL, _ann.Say(room, "kept").Seq);
        _bench.Restart();
        Assert.Equal(room, _bench.LogIn("ann").Open("tea").Room);
    }

    [Spec("CP-ROM-002")]
    [Fact]
    public void A_rooms_id_is_not_given_again_when_it_has_vanished()
    {
        var room = _ann.Join("tea").Room;
        _ann.Leave(room);

        Assert.NotEqual(room, _ann.Join("tea").Room);
    }

    [Spec("CP-ROM-002")]
    [Theory]
    [InlineData("milk")]
    [InlineData("@bob")]
    public void No_id_is_given_that_a_crash_could_have_given_again(string address)
    {
        _bench.LogIn("bob");
        _bench.LosesBatches = true;
        _bench.Restart();
        var ann = _bench.LogInBehind("ann");
        var asked = ann.Send(id => new Open(id, address, true));
        _bench.Freeze(TimeSpan.FromSeconds(1));
        _bench.Settle();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(ann.AnswerTo(asked)).Reason);
        _bench.LosesBatches = false;
        _bench.Freeze(TimeSpan.FromSeconds(1));
        _bench.Settle();
        ann.Open(address);
    }

    [Spec("CP-TRA-013")]
    [Fact]
    public void A_burst_of_new_rooms_waits_for_the_disk_and_none_is_refused()
    {
        _ann.Open("first");
        var clients = new[] { _ann, _bench.LogIn("bob"), _bench.LogIn("cleo") };

        var asked = clients.SelectMany(client => Enumerable.Range(1, 998)
            .Select(i => (Client: client, Id: client.Send(id => new Open(id, $"{client.LoggedIn!.Name}-{i}", true))))).ToList();
        var quit = _ann.Send(id => new Quit(id));
        Assert.Contains(asked, one => one.Client.AnswerTo(one.Id) is null);
        _bench.Settle();

        var rooms = asked.Select(one => Assert.IsType<RoomInfo>(one.Client.AnswerTo(one.Id)).Room);
        Assert.Equal(asked.Count, rooms.Distinct().Count());
        Assert.Equal(new Ok(quit), _ann.Last);
    }

    [Spec("CP-TRA-013")]
    [Fact]
    public void Whoever_leaves_while_it_waits_for_a_new_room_gets_none()
    {
        _bench.LogIn("bob").Disconnect();
        foreach (var i in Enumerable.Range(1, 1000))
            _ann.Send(id => new Open(id, $"r{i}", true));
        var bob = _bench.LogInBehind("bob");
        bob.Send(id => new Join(id, "late", PresenceMode.None, null, null));
        bob.Disconnect();
        _bench.Settle();

        Assert.Equal(ErrorCode.NoSuchRoom, _bench.LogIn("cleo").Refused(id => new Open(id, "late", false)));
    }

    [Spec("CP-ROM-011")]
    [Fact]
    public void A_session_can_join_only_so_many_rooms()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { JoinedRooms = 2 } });
        var ann = bench.LogIn("ann");
        var room = ann.Join("a").Room;
        ann.Join("b");

        var error = ann.Ask<Error>(id => new Join(id, "c", PresenceMode.None, null, null));
        Assert.Equal((ErrorCode.TooManyRooms, 2UL), (error.Reason, error.Value));
        ann.Leave(room);
        ann.Join("c");
    }

    [Spec("CP-ROM-011")]
    [Fact]
    public void A_principal_can_create_only_so_many_rooms_that_exist()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { CreatedRooms = 2 } });
        var (ann, also) = (bench.LogIn("ann"), bench.LogIn("ann"));
        var room = ann.Join("a").Room;
        also.Join("b");

        var error = ann.Ask<Error>(id => new Open(id, "c", true));
        Assert.Equal((ErrorCode.TooManyRooms, 2UL), (error.Reason, error.Value));
        ann.Leave(room);
        ann.Open("c");
    }

    [Spec("CP-ROM-011")]
    [Fact]
    public void Rooms_created_before_a_restart_count()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { CreatedRooms = 1 } });
        var ann = bench.LogIn("ann");
        ann.Say(ann.Open("a").Room, "hi");
        bench.Restart();

        Assert.Equal(ErrorCode.TooManyRooms, bench.LogIn("ann").Refused(id => new Open(id, "b", true)));
    }

    [Spec("CP-ROM-010")]
    [Fact]
    public void The_list_tells_each_rooms_head_members_and_time()
    {
        var room = _ann.Join("tea").Room;
        _bench.LogIn("ann").Join("tea");
        _bench.LogIn("bob").Join("tea");
        _ann.Say(room, "hi");

        Assert.Equal(new RoomListItem(room, RoomKind.Public, "tea", 1, 2, HubBench.Begin), ListRooms(_ann)[^1]);
    }

    [Spec("CP-ROM-010", "CP-ROM-017")]
    [Fact]
    public void A_long_list_comes_in_pieces_by_ascending_id()
    {
        for (var i = 0; i < 600; i++)
            _ann.Join($"room-{i}");

        var first = _ann.Ask<RoomList>(id => new Rooms(id, 0));
        var rest = _ann.Ask<RoomList>(id => new Rooms(id, first.Items[^1].Room));

        Assert.Equal((500, true, 101, false), (first.Items.Count, first.More, rest.Items.Count, rest.More));
        Assert.Equal(601, first.Items.Concat(rest.Items).Select(r => r.Room).Distinct().Count());
        Assert.True(first.Items.Concat(rest.Items).Zip(rest.Items).All(p => p.First.Room <= p.Second.Room));
    }

    [Spec("CP-ROM-017")]
    [Fact]
    public void A_list_fits_the_longest_frame()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { Frame = 8192, Text = 4096 } });
        var ann = bench.LogIn("ann");
        for (var i = 0; i < 200; i++)
            ann.Join($"{i}-".PadRight(64, 'x'));

        var list = ann.Ask<RoomList>(id => new Rooms(id, 0));

        Assert.True(list.More);
        Assert.InRange(FrameCodec.Encode(list).Length, 1, 8192);
    }

    [Spec("CP-ROM-012")]
    [Fact]
    public void A_public_room_takes_posts_and_questions_from_who_has_not_joined()
    {
        var room = _ann.Join("tea").Room;
        var bob = _bench.LogIn("bob");
        bob.Say(room, "hi");

        Assert.Equal("ann", Assert.Single(bob.Ask<MemberList>(id => new Members(id, room, 0)).Items).Name);
        Assert.Equal(1, bob.Ask<Page>(id => new History(id, room, 5, null, null)).Count);
    }

    private static IReadOnlyList<RoomListItem> ListRooms(HubClient client) => client.Ask<RoomList>(id => new Rooms(id, 0)).Items;
}

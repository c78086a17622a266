using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class PrivateRoomTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly HubClient _eve;
    private readonly ulong _room;

    public PrivateRoomTests()
    {
        _ann = _bench.LogIn("ann", inbox: true);
        _bob = _bench.LogIn("bob", inbox: true);
        _eve = _bench.LogIn("eve", inbox: true);
        _room = _ann.Open("@bob").Room;
    }

    [Spec("CP-ROM-013")]
    [Fact]
    public void Both_find_the_same_room_under_the_others_name()
    {
        var (mine, yours) = (_ann.Open("@BOB"), _bob.Open("@ann"));

        Assert.Equal((RoomKind.Private, _room, "bob", _bob.Principal), (mine.Kind, mine.Room, mine.Name, mine.Peer));
        Assert.Equal((_room, "ann", _ann.Principal), (yours.Room, yours.Name, yours.Peer));
    }

    [Spec("CP-ROM-013")]
    [Theory]
    [InlineData("@nobody")]
    [InlineData("@")]
    [InlineData("@a b")]
    [InlineData("@\ufffe")]
    public void A_name_that_nobody_holds_is_refused(string address) =>
        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Open(id, address, true)));

    [Spec("CP-ROM-013", "CP-ROM-016")]
    [Fact]
    public void The_server_can_be_read_but_not_written_to_as_it_has_no_session()
    {
        var info = _ann.Open("@server");

        Assert.Equal((RoomKind.Private, "server", 1UL), (info.Kind, info.Name, info.Peer));
        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Post(id, info.Room, "hello?", null)));
    }

    [Spec("CP-ROM-014")]
    [Fact]
    public void There_is_no_private_room_with_oneself() => Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Open(id, "@ann", true)));

    [Spec("CP-ROM-006")]
    [Fact]
    public void To_others_a_private_room_is_the_same_as_a_missing_one()
    {
        _ann.Say(_room, "secret");
        Func<ulong, Func<ulong, Request>>[] asked =
        [
            room => id => new Post(id, room, "hi", null),
            room => id => new History(id, room, 1, null, null),
            room => id => new Members(id, room, 0),
        ];

        foreach (var ask in asked)
        {
            var hidden = _eve.Ask<Error>(ask(_room));
            Assert.Equal(ErrorCode.NoSuchRoom, hidden.Reason);
            Assert.Equal(_eve.Ask<Error>(ask(999)) with { Id = 0 }, hidden with { Id = 0 });
        }
    }

    [Spec("CP-ROM-006")]
    [Fact]
    public void To_leave_a_hidden_room_gets_the_same_answer_as_to_leave_a_missing_one() => Assert.Equal(
        _eve.Ask<Error>(id => new Leave(id, 999)) with { Id = 0 }, _eve.Ask<Error>(id => new Leave(id, _room)) with { Id = 0 });

    [Spec("CP-ROM-006")]
    [Fact]
    public void An_admin_is_somebody_else_too() =>
        Assert.Equal(ErrorCode.NoSuchRoom, _bench.LogInAdmin().Refused(id => new History(id, _room, 1, null, null)));

    [Spec("CP-ROM-006", "CP-ROM-010")]
    [Fact]
    public void Only_its_two_find_it_in_the_list()
    {
        _ann.Say(_room, "secret");

        Assert.Contains(Listed(_bob), r => r is { Kind: RoomKind.Private, Name: "ann" });
        Assert.DoesNotContain(Listed(_eve), r => r.Kind == RoomKind.Private);
    }

    [Spec("CP-ROM-009")]
    [Fact]
    public void All_sessions_of_both_are_told_of_the_room_and_then_given_the_entry()
    {
        var also = _bench.LogIn("bob", inbox: true);
        _ann.Say(_room, "psst");

        Assert.All([(_ann, _bob), (_bob, _ann), (also, _ann)], pair =>
        {
            var (client, peer) = pair;
            var told = Assert.IsType<PrivateRoom>(Assert.Single(client.Received, f => f is PrivateRoom));
            Assert.Equal((_room, peer.Principal, peer.LoggedIn!.Name, 0UL), (told.Room, told.Peer, told.Name, told.Cursor));
            Assert.True(client.Received.IndexOf(told) < client.Received.IndexOf(client.Entries(_room)[0]));
        });
    }

    [Spec("CP-ROM-009")]
    [Fact]
    public void The_room_is_announced_once_and_then_delivers()
    {
        _ann.Say(_room, "one");
        _bob.Say(_room, "two");

        Assert.Single(_bob.Received, f => f is PrivateRoom);
        Assert.Equal(["one", "two"], _bob.Texts(_room));
    }

    [Spec("CP-ROM-009")]
    [Fact]
    public void A_session_without_inbox_gets_nothing()
    {
        var quiet = _bench.LogIn("bob");
        _ann.Say(_room, "psst");

        Assert.DoesNotContain(quiet.Received, f => f is PrivateRoom or Message);
    }

    [Spec("CP-ROM-009")]
    [Fact]
    public void A_session_that_comes_later_is_told_with_the_next_entry_and_given_it_alone()
    {
        _ann.Say(_room, "one");
        var late = _bench.LogIn("bob", inbox: true);
        _ann.Say(_room, "two");

        Assert.Equal(1UL, Assert.IsType<PrivateRoom>(late.Received.Find(f => f is PrivateRoom)).Cursor);
        Assert.Equal(["two"], late.Texts(_room));
    }

    [Spec("CP-ROM-009")]
    [Fact]
    public void A_session_that_has_joined_is_not_told_again()
    {
        var quiet = _bench.LogIn("bob", inbox: true);
        quiet.Join("@ann");
        _ann.Say(_room, "one");

        Assert.DoesNotContain(quiet.Received, f => f is PrivateRoom);
        Assert.Equal(["one"], quiet.Texts(_room));
    }

    [Spec("CP-ROM-009", "CP-DEL-012")]
    [Fact]
    public void Entries_of_one_commit_beyond_a_segment_all_arrive()
    {
        var text = new string('x', 30_000);
        for (var i = 0; i < 5; i++)
            _ann.SendPost(_room, text);
        _bench.Settle();

        Assert.Equal([1, 2, 3, 4, 5], _bob.Seqs(_room));
        Assert.Single(_bob.Received, f => f is PrivateRoom);
    }

    [Spec("CP-ROM-016")]
    [Fact]
    public void A_post_to_an_absent_guest_is_refused()
    {
        _bob.Disconnect();

        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Post(id, _room, "psst", null)));
    }

    [Fact]
    public void Nobody_is_invited_while_the_commit_is_under_way()
    {
        _ann.SendPost(_room, "psst");
        _bench.Hub.Flush();

        Assert.DoesNotContain(_bob.Received, f => f is PrivateRoom);
    }

    [Fact]
    public void The_next_holder_of_a_name_does_not_get_the_last_ones_room()
    {
        _ann.Say(_room, "for bob");
        _bob.Disconnect();
        _bench.Pass(TimeSpan.FromHours(25));
        var (ann, other) = (_bench.LogIn("ann"), _bench.LogIn("bob", "other"));

        Assert.NotEqual(_room, other.Open("@ann").Room);
        Assert.NotEqual(_room, ann.Open("@bob").Room);
        Assert.Equal(ErrorCode.NoSuchRoom, other.Refused(id => new History(id, _room, 1, null, null)));
    }

    [Fact]
    public void A_private_room_is_the_same_after_a_restart()
    {
        _ann.Say(_room, "one");
        _bench.Restart();
        var (bob, ann) = (_bench.LogIn("bob", inbox: true), _bench.LogIn("ann"));

        Assert.Equal(_room, ann.Open("@bob").Room);
        ann.Say(_room, "two");
        Assert.Equal(["two"], bob.Texts(_room));
        Assert.Equal(ErrorCode.NoSuchRoom, _bench.LogIn("eve").Refused(id => new Members(id, _room, 0)));
    }

    [Fact]
    public void Who_lost_the_name_keeps_the_private_rooms_others_have_with_him_after_a_restart()
    {
        _ann.Say(_room, "one");
        _bob.Disconnect();
        _bench.Settle();
        _bench.Pass(TimeSpan.FromHours(25));
        _bench.LogIn("bob", "other");
        _bench.Restart();

        var page = _bench.LogIn("ann").Ask<Page>(id => new History(id, _room, 1, null, null));
        Assert.Equal(1, page.Count);
    }

    private static IReadOnlyList<RoomListItem> Listed(HubClient client) => client.Ask<RoomList>(id => new Rooms(id, 0)).Items;
}

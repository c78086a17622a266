using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>How far somebody has read, on whatever device, and what is unread.</summary>
public sealed class MarkerTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public MarkerTests()
    {
        _ann = _bench.LogIn("ann");
        _bob = _bench.LogIn("bob");
        _room = _ann.Join("tea").Room;
    }

    [Spec("CP-MRK-001", "CP-MRK-003")]
    [Fact]
    public void A_marker_goes_up_and_never_down_and_what_is_above_it_is_unread()
    {
        Say(_ann, 5);
        Assert.Equal((0UL, 5UL, true, 5UL), Mark(_bob, 0));
        Assert.Equal((3UL, 2UL, true, 5UL), Mark(_bob, 3));
        Assert.Equal((3UL, 2UL, true, 5UL), Mark(_bob, 1));
        Assert.Equal((5UL, 0UL, true, 5UL), Mark(_bob, 5));
        Say(_ann, 1);
        Assert.Equal((5UL, 1UL, true, 6UL), Mark(_bob, 0));
    }

    [Spec("CP-MRK-002")]
    [Fact]
    public void A_marker_beyond_the_last_entry_is_refused_with_where_that_is()
    {
        Say(_ann, 2);
        var error = _bob.Ask<Error>(id => new MarkRead(id, _room, 3));
        Assert.Equal((ErrorCode.CursorAhead, 2UL), (error.Reason, error.Value));
        Assert.Equal((0UL, 2UL, true, 2UL), Mark(_bob, 0));
    }

    [Spec("CP-MRK-003", "CP-MSG-016")]
    [Fact]
    public void Neither_ones_own_entries_nor_erased_ones_nor_changes_are_unread()
    {
        Say(_ann, 4);
        Say(_bob, 2);
        _bench.LogInAdmin().Ask<Ok>(id => new Erase(id, _room, 2));
        Assert.Equal((0UL, 3UL, true, 6UL), Mark(_bob, 0));
        Assert.Equal((0UL, 2UL, true, 6UL), Mark(_ann, 0));
        _ann.Ask<Purged>(id => new Purge(id, "bob", 60_000, _room, false));
        Assert.Equal((0UL, 0UL, true, 7UL), Mark(_ann, 0));
        Assert.Equal((0UL, 3UL, true, 7UL), Mark(_bob, 0));
    }

    [Spec("CP-MRK-005", "CP-MRK-011")]
    [Fact]
    public void The_other_sessions_of_the_principal_are_told_at_once_and_nobody_else_is()
    {
        Say(_ann, 5);
        var phone = _bench.LogIn("bob");
        Mark(_bob, 3);
        Assert.Equal([new Marker(_room, 3, 2, true, 5)], phone.All<Marker>());
        Assert.Empty(_bob.All<Marker>());
        Assert.Empty(_ann.All<Marker>());
    }

    [Spec("CP-MRK-005")]
    [Fact]
    public void Where_many_marks_follow_each_other_the_last_is_told_a_little_later()
    {
        Say(_ann, 50);
        var phone = _bench.LogIn("bob");
        for (var seq = 1ul; seq <= 50; seq++)
            Mark(_bob, seq);
        Assert.Single(phone.All<Marker>());
        _bench.Pass(TimeSpan.FromMilliseconds(249));
        _bench.Settle();
        Assert.Single(phone.All<Marker>());
        _bench.Pass(TimeSpan.FromMilliseconds(1));
        _bench.Settle();
        Assert.Equal([new Marker(_room, 1, 49, true, 50), new Marker(_room, 50, 0, true, 50)], phone.All<Marker>());
        Mark(phone, 50);
        Assert.Empty(_bob.All<Marker>());
    }

    [Spec("CP-MRK-006")]
    [Fact]
    public void What_one_says_moves_the_marker_that_there_is_and_makes_none()
    {
        Say(_ann, 3);
        Say(_bob, 1);
        Assert.Equal((0UL, 3UL, true, 4UL), Mark(_bob, 0));
        var phone = _bench.LogIn("bob");
        Mark(_bob, 1);
        Say(_bob, 1);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Assert.Equal((5UL, 0UL, true, 5UL), Mark(_bob, 0));
        Assert.Equal(new Marker(_room, 5, 0, true, 5), phone.All<Marker>()[^1]);
    }

    [Spec("CP-MRK-007")]
    [Fact]
    public void A_marker_is_stored_within_a_second_many_with_one_commit_and_is_there_again_behind_a_restart()
    {
        Say(_ann, 9);
        _bench.Pass(TimeSpan.FromSeconds(5));
        _bench.Settle();
        Mark(_bob, 7);
        for (var seq = 1ul; seq <= 9; seq++)
            Mark(_ann, seq);
        Assert.Empty(_bench.Log.Markers);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Assert.Equal([9UL, 7UL], _bench.Log.Markers.Select(marker => marker.Seq));
        _bench.Restart();
        Assert.Equal((7UL, 2UL, true, 9UL), Mark(_bench.LogIn("bob"), 0));
    }

    [Spec("CP-MRK-007")]
    [Fact]
    public void A_marker_whose_batch_is_lost_is_stored_with_a_later_one_and_a_server_that_stops_stores_all()
    {
        Say(_ann, 3);
        Mark(_bob, 2);
        _bench.LosesBatches = true;
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Assert.Empty(_bench.Log.Markers);
        _bench.LosesBatches = false;
        _bench.Pass(TimeSpan.FromSeconds(3));
        _bench.Settle();
        Assert.Equal(2UL, Assert.Single(_bench.Log.Markers).Seq);

        Mark(_bob, 3);
        _bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(1), new Bye(ByeCode.Shutdown, "", null)));
        Assert.False(_bench.Hub.IsIdle);
        _bench.Pass(TimeSpan.Zero);
        _bench.Settle();
        Assert.True(_bench.Hub.IsIdle);
        Assert.Equal(3UL, Assert.Single(_bench.Log.Markers).Seq);
    }

    [Spec("CP-MRK-009")]
    [Fact]
    public void A_principal_has_a_bounded_number_of_markers_and_keeps_those_that_it_moved_last()
    {
        var bench = new HubBench(options => options with { Limits = options.Limits with { CreatedRooms = 5000 }, Near = GuestBounds.Near with { Rooms = Rate.Unlimited } });
        var (ann, bob) = (bench.LogIn("ann"), bench.LogIn("bob"));
        for (var i = 0; i <= MarkerBook.MaxForEach; i++)
        {
            var room = ann.Open($"room-{i}").Room;
            ann.Say(room, "hello");
            bob.Ask<Marked>(id => new MarkRead(id, room, 1));
            bench.Pass(TimeSpan.FromMilliseconds(1));
        }
        bench.Pass(TimeSpan.FromSeconds(10));
        bench.Settle();
        Assert.Equal(MarkerBook.MaxForEach, bench.Log.Markers.Count());
        var rooms = new List<ulong>();
        for (var more = true; more;)
        {
            var list = bob.Ask<UnreadList>(id => new Unread(id, rooms.LastOrDefault()));
            Assert.InRange(list.Items.Count, 1, 500);
            rooms.AddRange(list.Items.Select(item => item.Room));
            more = list.More;
        }
        Assert.Equal(MarkerBook.MaxForEach, rooms.Count);
        Assert.Equal(rooms.Order(), rooms);
        Assert.DoesNotContain(ann.Open("room-0").Room, rooms);
    }

    [Spec("CP-MRK-009")]
    [Fact]
    public void Markers_go_with_their_room()
    {
        Say(_ann, 2);
        Mark(_bob, 1);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Mark(_bob, 2);
        _ann.Ask<Ok>(id => new RemoveRoom(id, _room));
        _bench.Pass(TimeSpan.FromSeconds(5));
        _bench.Settle();
        Assert.Empty(_bench.Log.Markers);
        Assert.Empty(_bob.Ask<UnreadList>(id => new Unread(id, 0)).Items);
        Assert.Equal(ErrorCode.NoSuchRoom, _bob.Refused(id => new MarkRead(id, _room, 1)));
    }

    [Spec("CP-MRK-010")]
    [Fact]
    public void Behind_a_restore_what_is_new_is_unread()
    {
        Say(_ann, 9);
        Mark(_bob, 9);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        _bench.Log.Alter(_room, room => room with { Epoch = 4711, EpochFirst = 6 });
        _bench.Restart();
        var bob = _bench.LogIn("bob");
        Assert.Equal((5UL, 4UL, true, 9UL), Mark(bob, 0));
        Assert.Equal((8UL, 1UL, true, 9UL), Mark(bob, 8));
    }

    [Spec("CP-MRK-004")]
    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    public void What_is_far_above_the_marker_is_counted_by_the_log_at_the_cost_of_a_page(long tailBytes)
    {
        var bench = new HubBench(options => options with { TailBytes = tailBytes });
        var (ann, bob) = (bench.LogIn("ann"), bench.LogIn("bob"));
        var room = ann.Open("tea").Room;
        var text = new string('x', 1000);
        for (var i = 0; i < 200; i++)
            ann.Say(room, text);
        var admin = bench.LogInAdmin();
        admin.Ask<Ok>(id => new Erase(id, room, 100));
        admin.Ask<Ok>(id => new Erase(id, room, 199));
        bench.Log.EveryRead.Clear();

        // Of the last 64 KiB one is erased; the one before them was not looked at.
        Assert.Equal(new Marked(0, 0, 199, false, 200), bob.Ask<Marked>(id => new MarkRead(id, room, 0)) with { Id = 0 });
        Assert.Equal(new Marked(0, 150, 49, true, 200), bob.Ask<Marked>(id => new MarkRead(id, room, 150)) with { Id = 0 });
        Assert.All(bench.Log.EveryRead, read => Assert.Equal(UnreadCounter.MaxBytes, read.Query.MaxBytes));
        Assert.Equal(tailBytes == 0 ? 2 : 0, bench.Log.EveryRead.Count);
    }

    [Spec("CP-MRK-004", "CP-MSG-016")]
    [Fact]
    public void What_is_not_said_is_not_counted_where_it_was_not_looked_at_either()
    {
        // Words of 40 bytes or so, with nine changes behind each.
        _bench.Log.Append(SaidRoom.Batch(SaidRoom.Between(said: 1000, unsaid: 9), perSegment: 100));
        _bench.Log.Store();
        _bench.Restart();
        var bob = _bench.LogIn("bob");
        var before = _bench.Hub.Steps;
        Assert.Equal(new Marked(0, 0, 1000, false, 10_000), bob.Ask<Marked>(id => new MarkRead(id, SaidRoom.Room, 0)) with { Id = 0 });
        Assert.Equal(new Marked(0, 105, 989, false, 10_000), bob.Ask<Marked>(id => new MarkRead(id, SaidRoom.Room, 105)) with { Id = 0 });
        Assert.Equal(new Marked(0, 9_900, 10, true, 10_000), bob.Ask<Marked>(id => new MarkRead(id, SaidRoom.Room, 9_900)) with { Id = 0 });
        Assert.InRange(_bench.Hub.Steps - before, 0, 2000);
    }

    [Spec("CP-MRK-008", "CP-MRK-012")]
    [Fact]
    public void The_list_has_the_rooms_that_one_has_marked_and_those_that_are_ones_own()
    {
        Say(_ann, 3);
        var talk = _bob.Open("@ann").Room;
        _bob.Say(talk, "psst");
        var secret = _bob.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "secret", "")).Room;
        _bob.Ask<Posted>(id => new SetRole(id, secret, "ann", RoomRole.Member, ""));
        var other = _bob.Open("other").Room;
        _bob.Say(other, "nobody is here");
        _bob.Open("empty");

        Assert.Equal([(talk, 1UL), (secret, 2UL)], List(_ann));
        Mark(_ann, 2);
        Assert.Equal([(_room, 0UL), (talk, 1UL), (secret, 2UL)], List(_ann));
        Assert.Equal([(talk, 0UL), (secret, 0UL)], List(_bob));
        Assert.Equal([(secret, 2UL)], List(_ann, talk));
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        _bench.Restart();
        var ann = _bench.LogIn("ann");
        Assert.Equal([(_room, 0UL), (talk, 1UL), (secret, 2UL)], List(ann));
        _bench.LogIn("bob").Ask<Posted>(id => new SetRole(id, secret, "ann", RoomRole.None, ""));
        Assert.Equal([(_room, 0UL), (talk, 1UL)], List(ann));
    }

    [Spec("CP-MRK-012")]
    [Fact]
    public void A_page_of_the_list_ends_where_it_has_counted_as_much_as_a_page()
    {
        var rooms = Enumerable.Range(0, 4).Select(i => _ann.Open($"long-{i}").Room).ToList();
        foreach (var room in rooms)
        {
            for (var i = 0; i < 40; i++)
                _ann.SendPost(room, new string('x', 1000));
            _bench.Settle();
            _bob.Ask<Marked>(id => new MarkRead(id, room, 1));
        }
        var (listed, pages, more) = (new List<UnreadListItem>(), 0, true);
        for (; more; pages++)
        {
            var list = _bob.Ask<UnreadList>(id => new Unread(id, listed.LastOrDefault().Room));
            listed.AddRange(list.Items);
            more = list.More;
        }
        Assert.Equal(rooms.Select(room => (room, 39UL)), listed.Select(item => (item.Room, item.Unread)));
        Assert.Equal(2, pages);
    }

    private void Say(HubClient who, int count)
    {
        for (var i = 0; i < count; i++)
            who.Say(_room, $"text {i}");
    }

    private (ulong Seq, ulong Unread, bool Exact, ulong Head) Mark(HubClient who, ulong seq)
    {
        var marked = who.Ask<Marked>(id => new MarkRead(id, _room, seq));
        return (marked.Seq, marked.Unread, marked.Exact, marked.Head);
    }

    private static IEnumerable<(ulong Room, ulong Unread)> List(HubClient who, ulong after = 0) =>
        who.Ask<UnreadList>(id => new Unread(id, after)).Items.Select(item => (item.Room, item.Unread));
}

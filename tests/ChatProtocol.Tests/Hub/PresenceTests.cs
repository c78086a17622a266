using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class PresenceTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly ulong _room;

    public PresenceTests()
    {
        _ann = _bench.LogIn("ann");
        _room = _ann.Join("tea", PresenceMode.Full).Room;
        _bench.Pass(Interval);
        _ann.Received.Clear();
    }

    [Spec("CP-PRE-002")]
    [Fact]
    public void Who_comes_is_told_by_name()
    {
        var bob = Come("bob");
        _bench.Pass(Interval);

        var told = Assert.Single(_ann.Presences);
        Assert.Equal((_room, 2UL), (told.Room, told.Count));
        Assert.Equal([new PresentUser(bob.Principal, "bob")], told.Arrived);
        Assert.Empty(told.Left);
    }

    [Fact]
    public void A_member_that_takes_nothing_is_owed_no_more_than_its_queue_takes_however_many_come_and_go()
    {
        _ann.Peer.Capacity = 200;
        for (var i = 0; i < 50; i++)
        {
            Come($"guest{i}").Leave(_room);
            _bench.Pass(Interval);
        }

        Assert.InRange(_ann.Peer.Queued, 200, 300);
        _ann.TakeAll();
        _ann.Received.Clear();
        Come("bob");
        _bench.Pass(Interval);
        Assert.Equal("bob", Assert.Single(Assert.Single(_ann.Presences).Arrived).Name);
    }

    [Spec("CP-PRE-002")]
    [Fact]
    public void Who_leaves_is_told_by_name()
    {
        var bob = Come("bob");
        _bench.Pass(Interval);
        bob.Leave(_room);
        _bench.Pass(Interval);

        Assert.Equal([new PresentUser(bob.Principal, "bob")], _ann.Presences[^1].Left);
        Assert.Equal(1UL, _ann.Presences[^1].Count);
    }

    [Spec("CP-PRE-001")]
    [Fact]
    public void Changes_within_250_ms_are_told_in_one_frame()
    {
        Come("bob");
        _bench.Pass(TimeSpan.FromMilliseconds(100));
        Come("eve");
        _bench.Pass(TimeSpan.FromMilliseconds(149));
        Assert.Empty(_ann.Presences);
        _bench.Pass(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["bob", "eve"], Assert.Single(_ann.Presences).Arrived.Select(u => u.Name));
    }

    [Spec("CP-PRE-001")]
    [Fact]
    public void The_time_between_two_frames_can_be_set()
    {
        var bench = new HubBench(o => o with { Times = new HubTimes { PresenceInterval = TimeSpan.FromSeconds(5) } });
        var ann = bench.LogIn("ann");
        ann.Join("tea", PresenceMode.Full);
        bench.Pass(TimeSpan.FromSeconds(5));
        ann.Received.Clear();

        bench.LogIn("bob").Join("tea");
        bench.Pass(TimeSpan.FromSeconds(4.9));
        Assert.Empty(ann.Presences);
        bench.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Single(ann.Presences);
    }

    [Spec("CP-PRE-001")]
    [Fact]
    public void There_is_at_most_one_frame_in_each_250_ms()
    {
        for (var i = 0; i < 100; i++)
        {
            Come($"guest-{i}");
            _bench.Pass(TimeSpan.FromMilliseconds(20));
        }

        Assert.InRange(_ann.Presences.Count, 6, 8);
    }

    [Spec("CP-PRE-008")]
    [Fact]
    public void Who_came_and_went_in_between_is_told_as_gone_for_a_list_may_have_shown_him()
    {
        var bob = Come("bob");
        var listed = _ann.Ask<MemberList>(id => new Members(id, _room, 0)).Items;
        Assert.Contains(listed, member => member.Name == "bob");
        bob.Leave(_room);
        _bench.Pass(Interval);

        var told = Assert.Single(_ann.Presences);
        Assert.Equal((1ul, 0, "bob"), (told.Count, told.Arrived.Count, Assert.Single(told.Left).Name));
    }

    [Fact]
    public void Who_went_and_came_back_in_between_is_not_told()
    {
        var bob = Come("bob");
        _bench.Pass(Interval);
        _ann.Received.Clear();
        bob.Leave(_room);
        bob.Join("tea");
        _bench.Pass(Interval);

        Assert.Empty(_ann.Presences);
    }

    [Spec("CP-PRE-004")]
    [Fact]
    public void A_second_session_is_no_arrival()
    {
        Come("bob");
        _bench.Pass(Interval);
        _ann.Received.Clear();
        Come("bob");
        _bench.Pass(Interval);

        Assert.Empty(_ann.Presences);
    }

    [Spec("CP-PRE-004")]
    [Fact]
    public void Only_the_last_session_is_a_departure()
    {
        var (one, two) = (Come("bob"), Come("bob"));
        _bench.Pass(Interval);
        _ann.Received.Clear();
        one.Disconnect();
        _bench.Pass(Interval);
        Assert.Empty(_ann.Presences);
        two.Disconnect();
        _bench.Pass(Interval);

        Assert.Equal("bob", Assert.Single(Assert.Single(_ann.Presences).Left).Name);
    }

    [Spec("CP-PRE-002")]
    [Fact]
    public void Who_wants_only_the_count_gets_only_the_count()
    {
        var bob = _bench.LogIn("bob");
        bob.Join("tea", PresenceMode.Count);
        _bench.Pass(Interval);

        var told = Assert.Single(bob.Presences);
        Assert.Equal(2UL, told.Count);
        Assert.Empty(told.Arrived);
    }

    [Spec("CP-PRE-002")]
    [Fact]
    public void Who_wants_nothing_gets_nothing()
    {
        var bob = Come("bob");
        _bench.Pass(Interval);

        Assert.Empty(bob.Presences);
    }

    [Spec("CP-PRE-007")]
    [Fact]
    public void Another_mode_is_refused() =>
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Join(id, "milk", (PresenceMode)3, null, null)));

    [Spec("CP-PRE-003")]
    [Fact]
    public void Above_100_principals_nobody_is_named()
    {
        for (var i = 2; i <= 100; i++)
            Come($"guest-{i}");
        _bench.Pass(Interval);
        Assert.Equal(99, _ann.Presences[^1].Arrived.Count);
        Come("one-more");
        _bench.Pass(Interval);

        Assert.Equal(101UL, _ann.Presences[^1].Count);
        Assert.Empty(_ann.Presences[^1].Arrived);
    }

    [Spec("CP-PRE-001", "CP-TRA-003")]
    [Fact]
    public void Of_those_who_leave_at_once_each_frame_names_no_more_than_fit_the_least_limit()
    {
        var longest = new PresentUser((1UL << 53) - 1, new string('x', 64));
        Assert.InRange(FrameCodec.Encode(new Presence(longest.Principal, 100, [], [.. Enumerable.Repeat(longest, 100)])).Length, 0, 8192);
        var crowd = Enumerable.Range(0, 250).Select(i => Come($"guest-{i}")).ToList();
        _bench.Pass(Interval);
        _ann.Received.Clear();
        crowd.ForEach(one => one.Leave(_room));
        _bench.Pass(Interval);
        Assert.Equal((1UL, 100), (Assert.Single(_ann.Presences).Count, _ann.Presences[^1].Left.Count));
        crowd[0].Join("tea");
        _bench.Pass(2 * Interval);

        Assert.Equal(3, _ann.Presences.Count);
        Assert.All(_ann.Presences, told => Assert.InRange(told.Left.Count + told.Arrived.Count, 1, 100));
        Assert.Equal(crowd.Skip(1).Select(one => one.Principal), _ann.Presences.SelectMany(told => told.Left).Select(user => user.Principal).Except([crowd[0].Principal]));
        Assert.Equal(2UL, _ann.Presences[^1].Count);
    }

    [Spec("CP-PRE-006")]
    [Fact]
    public void A_rename_is_told_as_an_arrival_under_the_new_name()
    {
        var bob = Come("bob");
        _bench.Pass(Interval);
        bob.Ask<LoggedIn>(id => new Nick(id, "rob"));
        _bench.Pass(Interval);

        Assert.Equal([new PresentUser(bob.Principal, "rob")], _ann.Presences[^1].Arrived);
        Assert.Equal(2UL, _ann.Presences[^1].Count);
    }

    [Fact]
    public void Who_was_renamed_and_left_is_told_by_the_name_that_was_shown()
    {
        var bob = Come("bob");
        _bench.Pass(Interval);
        bob.Ask<LoggedIn>(id => new Nick(id, "rob"));
        bob.Disconnect();
        _bench.Pass(Interval);

        Assert.Equal("bob", Assert.Single(_ann.Presences[^1].Left).Name);
    }

    [Fact]
    public void A_reader_that_is_full_is_spared()
    {
        _ann.Peer.Capacity = 1;
        Come("bob").Say(_room, "one");
        _bench.LogIn("eve").Say(_room, "two");
        _bench.Pass(Interval);

        Assert.Empty(_ann.Presences);
    }

    [Fact]
    public void Posting_without_joining_is_no_arrival()
    {
        _bench.LogIn("bob").Say(_room, "hi");
        _bench.Pass(Interval);

        Assert.Empty(_ann.Presences);
    }

    [Spec("CP-PRE-005")]
    [Fact]
    public void Members_are_told_by_ascending_principal_with_their_sessions()
    {
        var (bob, _) = (Come("bob"), Come("bob"));

        var list = _ann.Ask<MemberList>(id => new Members(id, _room, 0));
        Assert.Equal([new(_ann.Principal, "ann", 1), new(bob.Principal, "bob", 2)], list.Items);
        Assert.Equal([bob.Principal], _ann.Ask<MemberList>(id => new Members(id, _room, _ann.Principal)).Items.Select(i => i.Principal));
    }

    private HubClient Come(string name)
    {
        var client = _bench.LogIn(name);
        client.Join("tea");
        return client;
    }
}

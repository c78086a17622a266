using Xunit;

namespace ChatProtocol.Tests.Hub;

[Spec("CP-DEL-020")]
public sealed class SlowReaderTests
{
    private const int Count = 200;

    private static readonly string Text = new('x', 1000);

    private readonly HubBench _bench;
    private readonly HubClient _ann;
    private readonly HubClient _slow;
    private readonly HubClient _quick;
    private readonly ulong _room;

    public SlowReaderTests()
    {
        _bench = new HubBench(o => o with { TailBytes = 10_000 });
        _ann = _bench.LogIn("ann");
        _slow = _bench.LogIn("slow");
        _quick = _bench.LogIn("quick");
        _room = _ann.Open("tea").Room;
        _slow.Join("tea");
        _quick.Join("tea");
        _slow.Peer.Capacity = 5000;
    }

    private static IEnumerable<ulong> All => Enumerable.Range(1, Count).Select(i => (ulong)i);

    [Fact]
    public void A_slow_reader_is_sent_no_more_than_its_queue_takes()
    {
        Post(Count);

        Assert.InRange(_slow.Peer.Queued, 5000, 7000);
    }

    [Spec("CP-DEL-012")]
    [Fact]
    public void A_slow_reader_gets_every_entry_once_and_in_order()
    {
        Post(Count);
        _slow.TakeAll();

        Assert.Equal(All, _slow.Seqs(_room));
    }

    [Fact]
    public void Others_are_not_held_up_by_a_slow_reader()
    {
        Post(Count);

        Assert.Equal(All, _quick.Seqs(_room));
    }

    [Spec("CP-DEL-013")]
    [Fact]
    public void A_reader_that_has_fallen_behind_is_told_once()
    {
        Post(Count);
        _slow.TakeAll();

        Assert.Equal([new Lag(_room, Count)], _slow.Received.OfType<Lag>());
        Assert.DoesNotContain(_quick.Received, f => f is Lag);
    }

    [Spec("CP-DEL-013")]
    [Fact]
    public void A_reader_that_has_caught_up_and_falls_behind_anew_is_told_anew()
    {
        Post(Count);
        _slow.TakeAll();
        Post(Count);
        _slow.TakeAll();

        Assert.Equal([new Lag(_room, Count), new Lag(_room, 2 * Count)], _slow.Received.OfType<Lag>());
    }

    [Spec("CP-DEL-013")]
    [Fact]
    public void Who_joins_far_behind_has_not_fallen_behind()
    {
        Post(Count);
        var late = _bench.LogIn("late");
        late.Join("tea", after: 0);
        _bench.Settle();

        Assert.Equal(All, late.Seqs(_room));
        Assert.DoesNotContain(late.Received, f => f is Lag);
    }

    [Fact]
    public void A_slow_reader_that_is_fed_goes_on_live()
    {
        Post(Count);
        _slow.TakeAll();
        _slow.Peer.Capacity = null;
        _ann.Say(_room, "live");

        Assert.Equal("live", _slow.Entries(_room)[^1].Text.ToString());
    }

    [Fact]
    public void What_is_read_for_a_reader_that_is_full_meanwhile_is_not_lost()
    {
        var milk = _ann.Open("milk").Room;
        _slow.Join("milk");
        for (var i = 0; i < Count; i++)
            _ann.SendPost(i % 2 == 0 ? _room : milk, Text);
        _bench.Settle();
        Post(Count, milk);
        _slow.TakeAll();

        Assert.Equal(_bench.Log.EntriesOf(_room), _slow.Entries(_room));
        Assert.Equal(_bench.Log.EntriesOf(milk), _slow.Entries(milk));
    }

    [Fact]
    public void A_slow_reader_of_many_rooms_has_no_more_than_one_read_under_way()
    {
        var rooms = Enumerable.Range(0, 20).Select(i => _slow.Join($"room-{i}").Room).ToList();
        foreach (var room in rooms)
            Post(30, room);

        _slow.Take();
        Assert.InRange(_bench.Log.Reads.Count, 0, 1);
        _bench.Settle();
        _slow.TakeAll();

        Assert.All(rooms, room => Assert.Equal(30, _slow.Entries(room).Count));
    }

    [Fact]
    public void A_slow_reader_of_two_rooms_is_fed_from_both_by_turns()
    {
        var milk = _slow.Join("milk").Room;
        Post(500);
        Post(500, milk);
        while (_slow.Entries(_room).Count < 400)
        {
            _slow.Take();
            _bench.Settle();
        }

        Assert.NotEmpty(_slow.Entries(milk));
    }

    [Fact]
    public void Requests_are_answered_while_a_reader_is_fed()
    {
        Post(Count);
        var id = _slow.Send(i => new Rooms(i, 0));
        _slow.Take();
        _bench.Settle();

        Assert.IsType<RoomList>(_slow.AnswerTo(id));
    }

    [Fact]
    public void Short_replies_do_not_wait_for_room()
    {
        Post(Count);

        _slow.Ask<Pong>(id => new Ping(id));
    }

    [Fact]
    public void A_slow_reader_that_goes_is_gone()
    {
        Post(Count);
        _slow.Take();
        _slow.Disconnect();
        _bench.Settle();

        Assert.Equal("quick", Assert.Single(_ann.Ask<MemberList>(id => new Members(id, _room, 0)).Items).Name);
    }

    [Fact]
    public void A_peer_that_has_drained_after_its_end_changes_nothing()
    {
        Post(Count);
        _slow.Disconnect();
        var before = _slow.Received.Count;
        _slow.Take();
        _bench.Settle();

        Assert.Equal(before, _slow.Received.Count);
    }

    private void Post(int count, ulong? room = null)
    {
        for (var i = 0; i < count; i++)
        {
            _ann.SendPost(room ?? _room, Text);
            if (i % 5 == 4)
                _bench.Settle();
        }
    }
}

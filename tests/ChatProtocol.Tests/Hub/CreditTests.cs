using Xunit;

namespace ChatProtocol.Tests.Hub;

[Spec("CP-DEL-031")]
public sealed class CreditTests
{
    private const ulong Window = 5000;

    private static readonly string Text = new('x', 1000);

    private readonly HubBench _bench = new(o => o with { TailBytes = 10_000 });
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _tea;

    public CreditTests()
    {
        _ann = _bench.LogIn("ann");
        _bob = _bench.LogIn("bob", window: Window, inbox: true);
        _tea = _bob.Join("tea").Room;
    }

    [Fact]
    public void The_window_of_a_login_is_told_back_and_without_one_none_is()
    {
        Assert.Equal(Window, _bob.LoggedIn!.Window);
        Assert.Null(_ann.LoggedIn!.Window);
        Assert.Equal(Window, _bob.Ask<LoggedIn>(id => new Nick(id, "bert")).Window);
    }

    [Fact]
    public void Without_credit_nothing_is_held_back()
    {
        var carl = _bench.LogIn("carl");
        carl.Join("tea");
        Post(_tea, 50);

        Assert.Equal(50, carl.Entries(_tea).Count);
    }

    [Fact]
    public void A_room_of_which_nothing_is_taken_stops_above_the_window()
    {
        Post(_tea, 50);

        Assert.InRange(Bytes(_bob, _tea), Window + 1, Window + 1100);
    }

    [Fact]
    public void What_is_sent_together_is_a_segment_beyond_the_window_at_most()
    {
        for (var i = 0; i < 200; i++)
            _ann.SendPost(_tea, Text);
        _bench.Settle();

        Assert.InRange(Bytes(_bob, _tea), Window + 1, Window + 65_536);
    }

    [Spec("CP-DEL-032")]
    [Fact]
    public void Taking_goes_on_without_a_gap_or_an_overlap_from_the_tail_and_from_the_log()
    {
        Post(_tea, 200);
        TakeAll(_bob, _tea);

        Assert.Equal(_bench.Log.EntriesOf(_tea), _bob.Entries(_tea));
        Assert.Single(_bob.Received.OfType<Lag>());
        Post(_tea, 1);
        Assert.Equal(201UL, _bob.Seqs(_tea).Last());
    }

    [Spec("CP-DEL-032")]
    [Fact]
    public void Taking_just_down_to_the_window_is_enough()
    {
        Post(_tea, 50);
        var sent = Bytes(_bob, _tea);

        _bob.Take(_tea, sent - Window - 1);
        Assert.Equal(sent, Bytes(_bob, _tea));
        _bob.Take(_tea, sent - Window);
        _bench.Settle();

        Assert.InRange(Bytes(_bob, _tea), sent + 1, sent + 1100);
    }

    [Spec("CP-DEL-033")]
    [Fact]
    public void A_room_that_stands_still_stops_no_other_and_nothing_else()
    {
        var milk = _bob.Join("milk", PresenceMode.Full).Room;
        Post(_tea, 50);
        Post(milk, 3);
        var page = _bob.Ask<Page>(id => new History(id, _tea, 10, null, null));
        var admin = _bench.LogInAdmin();
        admin.Ask<Ok>(id => new Erase(id, _tea, 40));

        Assert.Equal(3, _bob.Entries(milk).Count);
        Assert.Equal((10, 50UL), (page.Count, page.Head));
        Assert.Contains(new Erased(_tea, 40), _bob.Received);
        _bob.Ask<Pong>(id => new Ping(id));
    }

    [Spec("CP-DEL-033")]
    [Fact]
    public void The_log_is_not_read_for_a_room_that_stands_still()
    {
        Post(_tea, 50);
        var reads = _bench.Log.EveryRead.Count;
        Post(_tea, 50);
        _bob.Take();
        _bench.Settle();

        Assert.Equal(reads, _bench.Log.EveryRead.Count);
        Assert.False(_bench.Hub.Work());
    }

    [Fact]
    public void No_more_is_read_from_the_log_than_may_be_sent()
    {
        Post(_tea, 100);
        TakeAll(_bob, _tea);

        Assert.All(_bench.Log.EveryRead, read => Assert.InRange(read.Query.MaxBytes, 1, (int)Window + 1));
    }

    [Fact]
    public void A_full_peer_and_a_spent_credit_hold_back_independently()
    {
        _bob.Peer.Capacity = 3000;
        Post(_tea, 100);
        TakeAll(_bob, _tea);

        Assert.Equal(_bench.Log.EntriesOf(_tea), _bob.Entries(_tea));
    }

    [Fact]
    public void Each_membership_begins_to_count_anew()
    {
        Post(_tea, 50);
        var cursor = _bob.Seqs(_tea).Last();
        _bob.Leave(_tea);
        _bob.Received.Clear();
        _bob.Join("tea", after: cursor);
        _bench.Settle();
        Assert.InRange(Bytes(_bob, _tea), Window + 1, Window + 1100);
        Assert.Equal(cursor + 1, _bob.Seqs(_tea).First());

        TakeAll(_bob, _tea);

        Assert.Equal(50UL, _bob.Seqs(_tea).Last());
    }

    [Fact]
    public void A_private_room_that_the_inbox_has_joined_has_credit_too()
    {
        var room = _ann.Open("@bob").Room;
        Post(room, 50);
        Assert.InRange(Bytes(_bob, room), Window + 1, Window + 1100);

        TakeAll(_bob, room);

        Assert.Equal(50, _bob.Entries(room).Count);
    }

    [Fact]
    public void A_window_of_nothing_lets_one_look_through_at_a_time()
    {
        var carl = _bench.LogIn("carl", window: 0);
        carl.Join("tea");
        Post(_tea, 5);
        Assert.Single(carl.Entries(_tea));

        TakeAll(carl, _tea);

        Assert.Equal(5, carl.Entries(_tea).Count);
    }

    [Spec("CP-DEL-034")]
    [Fact]
    public void More_taken_than_was_sent_closes()
    {
        Post(_tea, 3);
        _bob.Take(_tea, Bytes(_bob, _tea) + 1);

        Assert.True(_bob.IsClosed);
        var error = Assert.IsType<Error>(_bob.Last);
        Assert.Equal((null, ErrorCode.InvalidValue, "bytes"), (error.Id, error.Reason, error.Field));
    }

    [Fact]
    public void Less_taken_than_before_changes_nothing()
    {
        Post(_tea, 50);
        var sent = Bytes(_bob, _tea);
        _bob.Take(_tea, sent - Window - 1);
        _bob.Take(_tea, 0);
        _bob.Take(_tea, sent - Window);
        _bench.Settle();

        Assert.NotEqual(sent, Bytes(_bob, _tea));
    }

    [Fact]
    public void What_is_told_of_a_room_not_joined_or_without_credit_means_nothing()
    {
        Post(_tea, 3);
        _bob.Take(4711, 4711);
        _ann.Join("tea");
        _ann.Take(_tea, Limits.MaxInteger);
        _bob.Leave(_tea);
        _bob.Take(_tea, 4711);

        _ann.Ask<Pong>(id => new Ping(id));
        _bob.Ask<Pong>(id => new Ping(id));
    }

    [Fact]
    public void Nothing_is_held_for_a_login_under_way_that_nobody_answers()
    {
        var carl = _bench.Greet();
        var login = carl.Send(id => HubClient.GuestLogin(id, "carl", window: Window));
        carl.Take(_tea, 4711);
        carl.SendPong(1);
        _bench.Settle();

        Assert.IsType<LoggedIn>(carl.AnswerTo(login));
        Assert.False(carl.IsClosed);
    }

    private static ulong Bytes(HubClient client, ulong room) =>
        (ulong)client.Entries(room).Sum(entry => FrameCodec.Encode(entry).Length);

    private void Post(ulong room, int count)
    {
        for (var i = 0; i < count; i++)
            _ann.Say(room, Text);
    }

    private void TakeAll(HubClient client, ulong room)
    {
        ulong before;
        do
        {
            before = Bytes(client, room);
            client.TakeAll();
            client.Take(room, Bytes(client, room));
            _bench.Settle();
        }
        while (Bytes(client, room) != before);
    }
}

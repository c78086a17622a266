using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class PublisherTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly ulong _room;

    public PublisherTests()
    {
        _ann = _bench.LogIn("ann", publisher: 1);
        _room = _ann.Join("tea").Room;
    }

    [Spec("CP-DEL-005")]
    [Fact]
    public void Counters_begin_at_1_in_each_room_and_go_up_by_one()
    {
        var milk = _ann.Open("milk").Room;

        Assert.Equal([1UL, 2UL, 1UL, 3UL],
            new[] { _ann.Say(_room, "a", 1), _ann.Say(_room, "b", 2), _ann.Say(milk, "a", 1), _ann.Say(_room, "c", 3) }.Select(p => p.Seq!.Value));
    }

    [Spec("CP-DEL-006")]
    [Fact]
    public void A_post_sent_again_gets_the_same_answer_and_appends_nothing()
    {
        var first = _ann.Say(_room, "a", 1);
        _ann.Say(_room, "b", 2);
        _bench.Pass(TimeSpan.FromSeconds(1));
        var again = _ann.Say(_room, "a", 1);

        Assert.Equal((first.Seq, first.Time), (again.Seq, again.Time));
        Assert.Equal(2UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-DEL-006", "CP-DEL-016")]
    [Fact]
    public void A_post_sent_again_from_beyond_memory_is_known_without_its_seq()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { InFlight = 16 } });
        var ann = bench.LogIn("ann", publisher: 1);
        var room = ann.Join("tea").Room;
        for (var i = 1UL; i <= 40; i++)
            ann.Say(room, $"{i}", i);

        Assert.Null(ann.Say(room, "1", 1).Seq);
        Assert.Equal(25UL, ann.Say(room, "25", 25).Seq);
        Assert.Equal(40UL, bench.Log.HeadOf(room));
    }

    [Spec("CP-DEL-016")]
    [Fact]
    public void The_last_posts_are_remembered_also_after_a_commit_that_failed()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { InFlight = 16 } });
        var ann = bench.LogIn("ann", publisher: 1);
        var room = ann.Join("tea").Room;
        for (var i = 1UL; i <= 20; i++)
            ann.Say(room, $"{i}", i);
        for (var i = 21UL; i <= 36; i++)
            ann.SendPost(room, $"{i}", i);
        bench.Fail();

        for (var i = 5UL; i <= 20; i++)
            Assert.Equal(i, ann.Say(room, $"{i}", i).Seq);
    }

    [Spec("CP-DEL-006", "CP-DEL-010", "CP-DEL-016")]
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60)]
    public void A_post_sent_again_after_a_crash_gets_the_same_answer(int secondsBefore)
    {
        var posted = Enumerable.Range(1, 5).Select(i => _ann.Say(_room, $"{i}", (ulong)i)).ToList();
        _bench.Pass(TimeSpan.FromSeconds(secondsBefore));
        _bench.Settle();
        posted.Add(_ann.Say(_room, "6", 6));

        _bench.Restart();

        var ann = _bench.LogIn("ann", publisher: 1);
        for (var i = 1; i <= 6; i++)
            Assert.Equal((posted[i - 1].Seq, posted[i - 1].Time), (ann.Say(_room, $"{i}", (ulong)i).Seq, ann.Say(_room, $"{i}", (ulong)i).Time));
        Assert.Equal(ErrorCode.CounterConflict, ann.Refused(id => new Post(id, _room, "x", 3)));
        Assert.Equal(ErrorCode.OutOfOrder, ann.Refused(id => new Post(id, _room, "8", 8)));
        Assert.Equal(7UL, ann.Say(_room, "7", 7).Seq);
        Assert.Equal(7UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-DEL-010")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_publisher_that_has_ended_is_not_brought_back_by_a_crash(bool isStoredBefore)
    {
        _ann.Say(_room, "a", 1);
        if (isStoredBefore)
            _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Assert.Equal(isStoredBefore, !_bench.Log.Contents.Replay.Any());
        _ann.Ask<Ok>(id => new Quit(id));
        _bench.Settle();

        _bench.Restart();

        Assert.Equal(2UL, _bench.LogIn("ann", publisher: 1).Say(_room, "something else", 1).Seq);
    }

    [Spec("CP-DEL-010")]
    [Fact]
    public void A_publisher_that_begins_anew_before_its_end_is_stored_keeps_its_posts_over_a_crash()
    {
        _ann.Say(_room, "a", 1);
        _ann.Send(id => new Quit(id));
        var again = _bench.Connect();
        again.Send(id => new Hello(id, 1, 1, [], "test"));
        again.Send(id => HubClient.GuestLogin(id, "ann", publisher: 1));
        again.Send(id => new Join(id, "tea", PresenceMode.None, null, null));
        var post = again.SendPost(_room, "b", 1);
        _bench.Settle();
        Assert.Equal(2UL, Assert.IsType<Posted>(again.AnswerTo(post)).Seq);

        _bench.Restart();
        var last = _bench.LogIn("ann", publisher: 1);

        Assert.Equal(2UL, last.Say(_room, "b", 1).Seq);
        Assert.Equal(2UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-DEL-010")]
    [Fact]
    public void A_login_with_a_publisher_whose_end_is_lost_is_refused_and_may_be_sent_again()
    {
        _ann.Say(_room, "a", 1);
        _ann.Send(id => new Quit(id));
        var again = _bench.Connect();
        again.Send(id => new Hello(id, 1, 1, [], "test"));
        var login = again.Send(id => HubClient.GuestLogin(id, "ann", publisher: 1));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(again.AnswerTo(login)).Reason);
        again.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann", publisher: 1));
        again.Join("tea");
        Assert.Equal(2UL, again.Say(_room, "b", 1).Seq);
    }

    [Fact]
    public void Records_that_are_lost_half_way_are_not_taken_for_stored()
    {
        // More than are stored before the batch that is lost and with it.
        var rooms = Enumerable.Range(1, 110).Select(i => _ann.Open($"room-{i}").Room).ToList();
        var posted = rooms.Select(room => _ann.Say(room, "a", 1)).ToList();
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Fail();
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();

        _bench.Restart();

        var ann = _bench.LogIn("ann", publisher: 1);
        Assert.Equal(posted.Select(p => p.Time), rooms.Select(room => ann.Say(room, "a", 1).Time));
        Assert.All(rooms, room => Assert.Equal(1UL, _bench.Log.HeadOf(room)));
    }

    [Fact]
    public void What_was_stored_of_publishers_is_not_replayed_and_what_was_lost_on_the_way_is()
    {
        _ann.Say(_room, "a", 1);
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Fail();
        Assert.Empty(_bench.Log.Publishers);
        Assert.Single(_bench.Log.Contents.Replay);

        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();

        Assert.Single(_bench.Log.Publishers);
        Assert.Empty(_bench.Log.Contents.Replay);
    }

    [Spec("CP-DEL-007")]
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_counter_that_skips_is_refused_with_the_one_expected(ulong counter)
    {
        _ann.Say(_room, "a", 1);

        var error = _ann.Ask<Error>(id => new Post(id, _room, "x", counter));
        Assert.Equal((ErrorCode.OutOfOrder, 2UL), (error.Reason, error.Value));
    }

    [Spec("CP-DEL-008")]
    [Fact]
    public void A_counter_sent_again_with_another_text_is_a_conflict()
    {
        _ann.Say(_room, "a", 1);

        Assert.Equal(ErrorCode.CounterConflict, _ann.Refused(id => new Post(id, _room, "b", 1)));
    }

    [Spec("CP-DEL-008")]
    [Fact]
    public void A_conflict_is_found_before_the_original_is_durable()
    {
        _ann.SendPost(_room, "a", 1);

        Assert.Equal(ErrorCode.CounterConflict, _ann.Refused(id => new Post(id, _room, "b", 1)));
    }

    [Spec("CP-DEL-009")]
    [Fact]
    public void A_newer_session_fences_the_older()
    {
        _ann.Say(_room, "a", 1);
        var newer = _bench.LogIn("ann", publisher: 1);

        Assert.Equal(ErrorCode.PublisherFenced, _ann.Refused(id => new Post(id, _room, "b", 2)));
        Assert.Equal(2UL, newer.Say(_room, "b", 2).Seq);
    }

    [Fact]
    public void A_fenced_session_may_post_without_counters()
    {
        _bench.LogIn("ann", publisher: 1);

        Assert.Equal(1UL, _ann.Say(_room, "a").Seq);
    }

    [Fact]
    public void A_fenced_session_that_goes_does_not_take_the_publisher_along()
    {
        _ann.Say(_room, "a", 1);
        var newer = _bench.LogIn("ann", publisher: 1);
        _ann.Disconnect();

        Assert.Equal(2UL, newer.Say(_room, "b", 2).Seq);
    }

    [Fact]
    public void A_fenced_session_that_quits_does_not_end_the_publisher()
    {
        _ann.Say(_room, "a", 1);
        var newer = _bench.LogIn("ann", publisher: 1);
        _ann.Ask<Ok>(id => new Quit(id));

        Assert.Equal(2UL, newer.Say(_room, "b", 2).Seq);
    }

    [Spec("CP-DEL-004")]
    [Fact]
    public void The_same_id_given_by_two_principals_is_two_publishers()
    {
        _ann.Say(_room, "a", 1);
        var bob = _bench.LogIn("bob", publisher: 1);

        Assert.Equal(2UL, bob.Say(_room, "of bob", 1).Seq);
        Assert.Equal(3UL, _ann.Say(_room, "b", 2).Seq);
    }

    [Fact]
    public void A_counter_needs_a_publisher() =>
        Assert.Equal(ErrorCode.InvalidValue, _bench.LogIn("bob").Refused(id => new Post(id, _room, "x", 1)));

    [Spec("CP-DEL-010")]
    [Fact]
    public void An_unknown_publisher_begins_at_1() =>
        Assert.Equal(ErrorCode.PublisherForgotten, _ann.Refused(id => new Post(id, _room, "x", 2)));

    [Spec("CP-DEL-010")]
    [Fact]
    public void A_publisher_is_known_29_days_after_its_session()
    {
        _ann.Say(_room, "a", 1);
        _ann.Disconnect();
        _bench.Settle();
        _bench.SetClock(_bench.Now + (long)TimeSpan.FromDays(29).TotalMilliseconds);
        _bench.Connect();
        _bench.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(2UL, _bench.LogIn("ann", publisher: 1).Say(_room, "b", 2).Seq);
    }

    [Spec("CP-DEL-010")]
    [Fact]
    public void A_publisher_is_forgotten_after_30_days()
    {
        _ann.Say(_room, "a", 1);
        _ann.Disconnect();
        _bench.Settle();
        _bench.Connect();
        _bench.Pass(TimeSpan.FromDays(30) + TimeSpan.FromHours(1));

        Assert.Equal(ErrorCode.PublisherForgotten, _bench.LogIn("ann", publisher: 1).Refused(id => new Post(id, _room, "b", 2)));
    }

    [Spec("CP-DEL-010")]
    [Fact]
    public void A_publisher_is_forgotten_after_the_time_that_was_set()
    {
        var bench = new HubBench(o => o with { Times = new HubTimes { PublisherKept = TimeSpan.FromSeconds(5), ForgettingInterval = TimeSpan.FromSeconds(1) } });
        var ann = bench.LogIn("ann", publisher: 1);
        var room = ann.Join("tea").Room;
        ann.Say(room, "a", 1);
        ann.Disconnect();
        bench.Settle();
        bench.Connect();

        bench.Pass(TimeSpan.FromSeconds(4));
        ann = bench.LogIn("ann", publisher: 1);
        Assert.Equal(2UL, ann.Say(room, "b", 2).Seq);
        ann.Disconnect();
        bench.Settle();
        bench.Pass(TimeSpan.FromSeconds(7));

        Assert.Equal(ErrorCode.PublisherForgotten, bench.LogIn("ann", publisher: 1).Refused(id => new Post(id, room, "c", 3)));
    }

    [Spec("CP-DEL-017")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_retry_that_meets_its_original_under_way_gets_the_same_answer(bool isHandedOver)
    {
        var first = _ann.SendPost(_room, "a", 1);
        if (isHandedOver)
            _bench.Hub.Flush();
        var newer = _bench.LogInBehind("ann", publisher: 1);
        var again = newer.SendPost(_room, "a", 1);
        Assert.Null(newer.AnswerTo(again));
        _bench.Settle();

        var (one, two) = (Assert.IsType<Posted>(_ann.AnswerTo(first)), Assert.IsType<Posted>(newer.AnswerTo(again)));
        Assert.Equal((one.Seq, one.Time, 1UL), (two.Seq, two.Time, _bench.Log.HeadOf(_room)));
    }

    [Spec("CP-DEL-017")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_retry_that_meets_its_original_under_way_fails_with_it(bool isHandedOver)
    {
        _ann.SendPost(_room, "a", 1);
        if (isHandedOver)
            _bench.Hub.Flush();
        var again = _ann.SendPost(_room, "a", 1);
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_ann.AnswerTo(again)).Reason);
        Assert.Equal(1UL, _ann.Say(_room, "a", 1).Seq);
    }

    [Fact]
    public void A_hundred_retries_at_once_are_one_entry()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => _ann.SendPost(_room, "a", 1)).ToList();
        _bench.Settle();

        Assert.All(ids, id => Assert.Equal(1UL, Assert.IsType<Posted>(_ann.AnswerTo(id)).Seq));
        Assert.Equal(1UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-DEL-015")]
    [Fact]
    public void A_failed_commit_takes_its_counters_back()
    {
        _ann.Say(_room, "a", 1);
        _ann.SendPost(_room, "b", 2);
        _bench.Hub.Flush();
        _ann.SendPost(_room, "c", 3);
        _bench.Fail();

        Assert.Equal(ErrorCode.OutOfOrder, _ann.Refused(id => new Post(id, _room, "c", 3)));
        Assert.Equal(2UL, _ann.Say(_room, "b", 2).Seq);
        Assert.Equal(3UL, _ann.Say(_room, "c", 3).Seq);
    }

    [Spec("CP-DEL-015")]
    [Fact]
    public void A_refused_post_does_not_use_up_its_counter_and_those_behind_it_are_out_of_order()
    {
        _ann.Say(_room, "a", 1);
        _ann.Refused(id => new Post(id, _room, "", 2));

        Assert.Equal(ErrorCode.OutOfOrder, _ann.Refused(id => new Post(id, _room, "c", 3)));
        Assert.Equal(2UL, _ann.Say(_room, "b", 2).Seq);
    }

    [Spec("CP-DEL-015")]
    [Fact]
    public void A_refused_first_post_does_not_use_up_its_counter()
    {
        _ann.Refused(id => new Post(id, _room, "", 1));

        Assert.Equal(1UL, _ann.Say(_room, "a", 1).Seq);
    }

    [Spec("CP-DEL-016")]
    [Fact]
    public void However_many_posts_a_failed_commit_takes_back_none_of_them_is_taken_for_stored()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { InFlight = 16 } });
        var ann = bench.LogIn("ann", publisher: 1);
        var room = ann.Join("tea").Room;
        for (var i = 1UL; i <= 40; i++)
            ann.SendPost(room, $"{i}", i);
        bench.Fail();

        Assert.Equal(1UL, ann.Say(room, "1", 1).Seq);
    }
}

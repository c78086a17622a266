using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class CommitTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public CommitTests()
    {
        _ann = _bench.LogIn("ann", publisher: 1);
        _bob = _bench.LogIn("bob");
        _room = _ann.Join("tea").Room;
        _bob.Join("tea");
    }

    [Fact]
    public void While_one_batch_is_under_way_the_next_gathers()
    {
        _ann.SendPost(_room, "one");
        _bench.Hub.Flush();
        _ann.SendPost(_room, "two");
        _bob.SendPost(_room, "three");
        _bench.Hub.Flush();
        var first = _bench.Log.UnderWay!;
        _bench.Commit();
        _bench.Hub.Flush();

        Assert.Equal([1, 2], new[] { first, _bench.Log.UnderWay! }.Select(b => b.Segments.Sum(s => s.Count)));
    }

    [Fact]
    public void Posts_of_one_turn_and_room_are_one_segment()
    {
        _ann.SendPost(_room, "one");
        _bob.SendPost(_room, "two");
        _bench.Settle();

        Assert.Single(_bench.Log.SegmentsOf(_room));
    }

    [Theory]
    [InlineData(300, 1000)]
    [InlineData(20, 30_000)]
    [InlineData(3, 65_536)]
    public void A_segment_with_several_entries_is_no_longer_than_64_KiB(int posts, int length)
    {
        for (var i = 0; i < posts; i++)
            _ann.SendPost(_room, new string('x', length));
        _bench.Settle();

        // The log itself refuses a longer one.
        Assert.Equal((ulong)posts, _bench.Log.HeadOf(_room));
        Assert.Equal(posts, _bob.Entries(_room).Count);
    }

    [Fact]
    public void Nothing_is_handed_to_the_log_when_there_is_nothing()
    {
        _bench.Hub.Flush();

        Assert.Null(_bench.Log.UnderWay);
        Assert.True(_bench.Hub.IsIdle);
    }

    [Fact]
    public void Who_posts_is_told_when_it_could_not_be_stored()
    {
        var post = _ann.SendPost(_room, "lost");
        _bench.Fail();

        var error = Assert.IsType<Error>(_ann.AnswerTo(post));
        Assert.Equal(ErrorCode.LogUnavailable, error.Reason);
        Assert.NotNull(error.RetryAfter);
    }

    [Fact]
    public void What_nobody_waits_for_is_tried_again_only_a_second_after_it_could_not_be_stored()
    {
        _ann.Ask<Posted>(id => new Post(id, _room, "one", 1));
        _ann.Send(id => new Quit(id));
        _bench.Work();
        _bench.Fail();
        _bench.Freeze(TimeSpan.FromMilliseconds(999));
        _bench.Hub.Flush();
        Assert.Null(_bench.Log.UnderWay);

        _bench.SetClock(_bench.Now - 3600_000);
        _bench.Freeze(TimeSpan.FromMilliseconds(1));
        _bench.Hub.Flush();
        Assert.NotNull(_bench.Log.UnderWay);
        _bench.Fail();
        var post = _bob.SendPost(_room, "somebody waits for this");
        _bench.Commit();
        Assert.IsType<Posted>(_bob.AnswerTo(post));
        Assert.True(_bench.Hub.IsIdle);
    }

    [Fact]
    public void What_gathered_behind_a_batch_that_failed_fails_with_it()
    {
        _ann.SendPost(_room, "one");
        _bench.Hub.Flush();
        var second = _bob.SendPost(_room, "two");
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_bob.AnswerTo(second)).Reason);
        _bench.Freeze(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Assert.True(_bench.Hub.IsIdle);
    }

    [Fact]
    public void What_gathered_behind_a_batch_that_failed_fails_even_beyond_a_segment()
    {
        _ann.SendPost(_room, "one");
        _bench.Hub.Flush();
        for (var i = 0; i < 5; i++)
            _bob.SendPost(_room, new string('x', 30_000));
        _bench.Fail();
        _bench.Settle();

        Assert.Equal(0UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-MSG-006")]
    [Fact]
    public void Seqs_of_a_batch_that_failed_are_given_again_without_a_hole()
    {
        _ann.Say(_room, "one");
        _ann.SendPost(_room, "lost");
        _bench.Hub.Flush();
        _ann.SendPost(_room, "lost too");
        _bench.Fail();

        Assert.Equal(2UL, _ann.Say(_room, "two").Seq);
        Assert.Equal(["one", "two"], _bob.Texts(_room));
    }

    [Spec("CP-DEL-003")]
    [Fact]
    public void Members_never_see_what_failed()
    {
        _ann.SendPost(_room, "lost");
        _bench.Fail();
        _bench.Settle();

        Assert.Empty(_bob.Entries(_room));
    }

    [Fact]
    public void Time_does_not_go_back_with_a_batch_that_failed()
    {
        _bench.SetClock(HubBench.Begin + 9000);
        _ann.SendPost(_room, "lost");
        _bench.Fail();
        _bench.SetClock(HubBench.Begin);

        Assert.Equal((ulong)HubBench.Begin + 9000, _ann.Say(_room, "kept").Time);
    }

    [Fact]
    public void The_log_may_fail_many_times_and_then_store_again()
    {
        _bench.LosesBatches = true;
        for (var i = 0; i < 10; i++)
            _ann.Refused(id => new Post(id, _room, "lost", null));
        _bench.LosesBatches = false;

        Assert.Equal(1UL, _ann.Say(_room, "kept").Seq);
    }

    [Fact]
    public void A_session_that_goes_while_its_post_is_under_way_leaves_the_post()
    {
        _ann.SendPost(_room, "bye");
        _bench.Hub.Flush();
        _ann.Disconnect();
        _bench.Settle();

        Assert.Equal(["bye"], _bob.Texts(_room));
    }

    [Fact]
    public void A_session_that_goes_while_its_post_is_under_way_may_lose_it()
    {
        _ann.SendPost(_room, "bye");
        _bench.Hub.Flush();
        _ann.Disconnect();
        _bench.Fail();

        Assert.Equal(1UL, _bob.Say(_room, "hi").Seq);
    }

    [Fact]
    public void A_batch_that_was_not_handed_over_cannot_be_reported() =>
        Assert.Throws<InvalidOperationException>(() => _bench.Hub.Committed(new ChatProtocol.Hub.LogBatch()));
}

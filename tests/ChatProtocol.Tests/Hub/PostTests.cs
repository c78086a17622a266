using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class PostTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public PostTests()
    {
        _ann = _bench.LogIn("ann");
        _bob = _bench.LogIn("bob");
        _room = _ann.Join("tea").Room;
        _bob.Join("tea");
    }

    [Spec("CP-DEL-001", "CP-DEL-003")]
    [Fact]
    public void Nobody_hears_of_a_post_before_it_is_durable()
    {
        var post = _ann.SendPost(_room, "hi");
        _bench.Hub.Flush();
        _bench.Work();

        Assert.Null(_ann.AnswerTo(post));
        Assert.Empty(_bob.Entries(_room));
    }

    [Spec("CP-DEL-003")]
    [Fact]
    public void Who_joins_while_a_commit_is_under_way_knows_only_the_committed_head()
    {
        _ann.Say(_room, "one");
        _ann.SendPost(_room, "two");
        _bench.Hub.Flush();
        var also = _bench.LogInBehind("bob");
        var join = also.Send(id => new Join(id, "tea", PresenceMode.None, null, null));

        Assert.Equal(1UL, Assert.IsType<RoomInfo>(also.AnswerTo(join)).Head);
        _bench.Settle();
        Assert.Equal(["two"], also.Texts(_room));
    }

    [Spec("CP-MSG-001", "CP-MSG-002")]
    [Fact]
    public void A_post_is_answered_with_its_seq_and_time_and_told_to_members_with_its_author()
    {
        var posted = _ann.Say(_room, "hi");

        Assert.Equal((1UL, (ulong)HubBench.Begin), (posted.Seq!.Value, posted.Time!.Value));
        Assert.Equal(new Message(_room, 1, HubBench.Begin, _ann.Principal, "ann", "hi"), Assert.Single(_bob.Entries(_room)));
    }

    [Spec("CP-DEL-014")]
    [Fact]
    public void A_member_that_posts_gets_the_answer_before_its_own_entry()
    {
        var posted = _ann.Say(_room, "hi");

        Assert.Equal([posted, _ann.Entries(_room)[0]], _ann.Received[^2..]);
    }

    [Spec("CP-MSG-004")]
    [Fact]
    public void An_empty_text_is_refused() => Assert.Equal(ErrorCode.TextEmpty, _ann.Refused(id => new Post(id, _room, "", null)));

    [Spec("CP-MSG-003")]
    [Fact]
    public void A_text_beyond_the_limit_is_refused_with_the_limit()
    {
        var error = _ann.Ask<Error>(id => new Post(id, _room, new string('x', 65_537), null));

        Assert.Equal((ErrorCode.TextTooLong, 65_536UL), (error.Reason, error.Value));
        Assert.False(_ann.IsClosed);
    }

    [Spec("CP-MSG-003")]
    [Fact]
    public void A_text_of_the_limit_is_taken() => Assert.Equal(1UL, _ann.Say(_room, new string('x', 65_536)).Seq);

    [Spec("CP-MSG-007")]
    [Fact]
    public void A_post_to_an_unknown_room_is_refused() => Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Post(id, 999, "hi", null)));

    [Spec("CP-MSG-006")]
    [Fact]
    public void Entries_are_numbered_without_a_hole_room_by_room()
    {
        var milk = _ann.Join("milk").Room;
        for (var i = 0; i < 10; i++)
            _ann.SendPost(i % 2 == 0 ? _room : milk, $"{i}");
        _bench.Settle();

        Assert.Equal([1, 2, 3, 4, 5], _ann.Seqs(_room));
        Assert.Equal([1, 2, 3, 4, 5], _ann.Seqs(milk));
    }

    [Spec("CP-MSG-005")]
    [Fact]
    public void Time_never_goes_back_in_a_room_whatever_the_clock_does()
    {
        _ann.Say(_room, "one");
        _bench.SetClock(HubBench.Begin - 5000);
        _ann.Say(_room, "two");
        _bench.SetClock(HubBench.Begin + 1);
        _ann.Say(_room, "three");

        Assert.Equal([0, 0, 1], _ann.Entries(_room).Select(m => (int)(m.Time - HubBench.Begin)));
    }

    [Spec("CP-MSG-005")]
    [Fact]
    public void Time_does_not_go_back_over_a_restart()
    {
        _ann.Say(_room, "one");
        _bench.SetClock(HubBench.Begin - 5000);
        _bench.Restart();

        Assert.Equal((ulong)HubBench.Begin, _bench.LogIn("ann").Say(_room, "two").Time);
    }

    [Fact]
    public void Time_stands_in_every_room_while_the_clock_shows_an_earlier_one()
    {
        _ann.Say(_room, "one");
        _bench.SetClock(HubBench.Begin - 5000);

        Assert.Equal((ulong)HubBench.Begin, _ann.Say(_ann.Open("milk").Room, "one").Time);
    }

    [Spec("CP-SES-008")]
    [Fact]
    public void A_principals_id_is_not_given_again_after_a_restart()
    {
        _bench.Restart();

        Assert.DoesNotContain(_bench.LogIn("eve").Principal, new[] { _ann.Principal, _bob.Principal });
    }
}

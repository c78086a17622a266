using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Posts with a key, which are safe to be sent again at any time.</summary>
public sealed class PostKeyTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly ulong _room;

    public PostKeyTests()
    {
        _ann = _bench.LogIn("ann");
        _room = _ann.Join("tea").Room;
    }

    private IEnumerable<string> Texts => _bench.Log.EntriesOf(_room).Select(message => message.Text.ToString());

    [Spec("CP-KEY-003")]
    [Fact]
    public void A_post_sent_again_gets_the_same_answer_and_appends_nothing()
    {
        var first = _ann.SayWith("build 17", _room, "deployed");
        _ann.Say(_room, "and more");
        _bench.Pass(TimeSpan.FromDays(20));

        Assert.Equal(Told(first), Told(_bench.LogIn("ann").SayWith("build 17", _room, "deployed")));
        Assert.Equal(["deployed", "and more"], Texts);
    }

    [Spec("CP-KEY-003", "CP-KEY-005")]
    [Fact]
    public void A_key_is_known_after_a_restart_without_a_publisher()
    {
        var first = _ann.SayWith("build 17", _room, "deployed");
        _bench.Restart();

        Assert.Equal(Told(first), Told(_bench.LogIn("ann").SayWith("build 17", _room, "deployed")));
        Assert.Equal(["deployed"], Texts);
    }

    [Spec("CP-KEY-003")]
    [Fact]
    public void A_key_of_somebody_else_or_of_another_room_is_another_one()
    {
        var coffee = _ann.Open("coffee").Room;

        Assert.Equal([1UL, 2UL, 1UL], new[] { _ann.SayWith("k", _room, "a"), _bench.LogIn("bob").SayWith("k", _room, "b"), _ann.SayWith("k", coffee, "c") }.Select(one => one.Seq!.Value));
    }

    [Spec("CP-KEY-004", "CP-KEY-006")]
    [Fact]
    public void A_key_that_was_used_for_another_text_is_refused()
    {
        _ann.SayWith("k", _room, "one");
        var refused = _ann.Ask<Error>(id => HubClient.PostWith(id, "k", _room, "two"));

        Assert.Equal((ErrorCode.KeyConflict, "key"), (refused.Reason, refused.Field));
        Assert.Equal(1UL, _ann.SayWith("k", _room, "one").Seq);
        Assert.Equal(["one"], Texts);
    }

    [Spec("CP-KEY-002")]
    [Fact]
    public void A_post_has_a_counter_or_a_key()
    {
        var ann = _bench.LogIn("ann", publisher: 1);
        var refused = ann.Ask<Error>(id => HubClient.PostWith(id, "k", _room, "hello") with { Counter = 1 });

        Assert.Equal((ErrorCode.InvalidValue, "key"), (refused.Reason, refused.Field));
        Assert.Equal((1UL, 2UL), (ann.Say(_room, "hello", 1).Seq, ann.SayWith("k", _room, "hello").Seq));
    }

    [Spec("CP-KEY-006")]
    [Fact]
    public void A_refused_post_does_not_use_up_its_key()
    {
        Assert.Equal(ErrorCode.TextEmpty, _ann.Refused(id => HubClient.PostWith(id, "k", _room, "")));
        Assert.Equal(ErrorCode.TextTooLong, _ann.Refused(id => HubClient.PostWith(id, "k", _room, new string('x', 65_537))));
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => HubClient.PostWith(id, "k", 999, "hello")));

        Assert.Equal(1UL, _ann.SayWith("k", _room, "hello").Seq);
    }

    [Spec("CP-KEY-003", "CP-KEY-007")]
    [Fact]
    public void Two_sessions_that_post_at_once_with_a_key_get_one_answer_when_the_entry_is_stored()
    {
        var other = _bench.LogIn("ann");
        var (first, second) = (_ann.SendPostWith("k", _room, "hello"), other.SendPostWith("k", _room, "hello"));
        _bench.Hub.Flush();
        var third = other.SendPostWith("k", _room, "hello");
        Assert.All([_ann.AnswerTo(first), other.AnswerTo(second), other.AnswerTo(third)], Assert.Null);

        _bench.Commit();
        Assert.Equal([(1UL, HubBench.Begin), (1UL, HubBench.Begin), (1UL, HubBench.Begin)],
            new[] { _ann.AnswerTo(first), other.AnswerTo(second), other.AnswerTo(third) }.Cast<Posted>().Select(one => ((ulong)one.Seq!, (long)one.Time!)));
        Assert.Equal(["hello"], Texts);
    }

    [Spec("CP-KEY-004")]
    [Fact]
    public void Another_text_is_refused_while_the_first_is_under_way()
    {
        _ann.SendPostWith("k", _room, "one");
        var other = _ann.SendPostWith("k", _room, "two");

        Assert.Equal(ErrorCode.KeyConflict, Assert.IsType<Error>(_ann.AnswerTo(other)).Reason);
    }

    [Spec("CP-KEY-006", "CP-KEY-007")]
    [Fact]
    public void A_key_is_free_again_after_a_commit_that_failed()
    {
        var other = _bench.LogIn("ann");
        var asked = new[] { (_ann, _ann.SendPostWith("k", _room, "one")), (other, other.SendPostWith("k", _room, "one")) };
        _bench.Hub.Flush();
        var behind = _ann.SendPostWith("l", _room, "behind");
        _bench.Fail();

        Assert.All([.. asked, (_ann, behind)], one => Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(one.Item1.AnswerTo(one.Item2)).Reason));
        Assert.Equal((1UL, 2UL), (_ann.SayWith("k", _room, "another").Seq, _ann.SayWith("l", _room, "behind").Seq));
        Assert.Equal(["another", "behind"], Texts);
    }

    [Spec("CP-KEY-003")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_look_up_from_before_a_key_was_stored_does_not_let_it_be_used_again(bool commitsBeforeTheAnswer)
    {
        var other = _bench.LogIn("ann");
        var atOnce = _bench.Log.AnswerLookup!;
        _bench.Log.AnswerLookup = null;
        var first = _ann.SendPostWith("k", _room, "hello");
        var second = other.SendPostWith("k", _room, "hello");
        var (one, two) = (_bench.Log.Lookups.Dequeue(), _bench.Log.Lookups.Dequeue());
        var stale = _bench.Log.Find(two.Query);
        Assert.Null(stale.Keyed);

        _bench.Hub.Found(one, _bench.Log.Find(one.Query));
        if (commitsBeforeTheAnswer)
            _bench.Commit();
        _bench.Hub.Found(two, stale);
        _bench.Settle();

        _bench.Log.AnswerLookup = atOnce;
        Assert.Equal(Told(Assert.IsType<Posted>(_ann.AnswerTo(first))), Told(Assert.IsType<Posted>(other.AnswerTo(second))));
        _ann.Say(_room, "more");
        Assert.Equal(1UL, other.SayWith("k", _room, "hello").Seq);
        Assert.Equal(["hello", "more"], Texts);
    }

    [Spec("CP-KEY-004")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_retry_of_an_erased_post_is_answered_whatever_it_says(bool behindARestart)
    {
        var first = _ann.SayWith("k", _room, "a secret");
        _bench.LogInAdmin().Ask<Ok>(id => new Erase(id, _room, 1));
        if (behindARestart)
            _bench.Restart();

        var ann = _bench.LogIn("ann");
        Assert.Equal(Told(first), Told(ann.SayWith("k", _room, "a secret")));
        Assert.Equal(Told(first), Told(ann.SayWith("k", _room, "what was it?")));
        Assert.Equal(1UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-KEY-004")]
    [Fact]
    public void A_text_that_is_erased_while_its_key_is_in_memory_is_forgotten_there_too()
    {
        var (bob, admin, atOnce) = (_bench.LogIn("bob"), _bench.LogInAdmin(), _bench.Log.AnswerLookup!);
        _ann.SendPostWith("k", _room, "a secret");
        _bench.Log.AnswerLookup = null;
        // A look-up that is not answered keeps the key in memory.
        bob.SendPostWith("other", _room, "hello");
        _bench.Commit();
        admin.Ask<Purged>(id => new Purge(id, "ann", 60_000, _room, false));

        Assert.Equal(1UL, _ann.SayWith("k", _room, "what was it?").Seq);
        _bench.Log.AnswerLookup = atOnce;
        while (_bench.Log.Lookups.TryDequeue(out var read))
            atOnce(read);
    }

    [Spec("CP-KEY-005")]
    [Fact]
    public void A_key_goes_with_its_entry_when_that_expires()
    {
        _ann.SayWith("k", _room, "one");
        _ann.SayWith("l", _room, "two");
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 1 };
        _bench.LogInAdmin().Ask<Retention>(id => new Retain(id, _room, true, 1, null, null));
        _bench.Settle();

        Assert.Equal((3UL, 2UL), (_ann.SayWith("k", _room, "something else").Seq, _ann.SayWith("l", _room, "two").Seq));
    }

    [Spec("CP-KEY-005")]
    [Fact]
    public void A_key_goes_with_its_room()
    {
        _ann.SayWith("k", _room, "one");
        var under = _ann.SendPostWith("l", _room, "two");
        _bench.LogInAdmin().Ask<Ok>(id => new RemoveRoom(id, _room));
        _bench.Settle();

        Assert.IsType<Posted>(_ann.AnswerTo(under));
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => HubClient.PostWith(id, "k", _room, "one")));
        Assert.Empty(_bench.Log.PostKeys);
        Assert.Equal(1UL, _ann.SayWith("k", _ann.Open("tea").Room, "one").Seq);
    }

    [Spec("CP-KEY-003", "CP-ROL-023")]
    [Fact]
    public void A_stored_post_is_answered_whatever_its_sender_may_do_by_now()
    {
        var bob = _bench.LogIn("bob");
        var plans = _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        _ann.Ask<Posted>(id => new SetRole(id, plans, "bob", RoomRole.Member, ""));
        var (open, hidden) = (bob.SayWith("k", _room, "one"), bob.SayWith("k", plans, "one"));
        _ann.Ask<Posted>(id => new Restrict(id, _room, "bob", RoomRestriction.Muted, null, ""));
        _ann.Ask<Posted>(id => new SetRole(id, plans, "bob", RoomRole.None, ""));

        Assert.Equal((Told(open), Told(hidden)), (Told(bob.SayWith("k", _room, "one")), Told(bob.SayWith("k", plans, "one"))));
        Assert.Equal(ErrorCode.Muted, bob.Refused(id => HubClient.PostWith(id, "new", _room, "two")));
        Assert.Equal(ErrorCode.NoSuchRoom, bob.Refused(id => HubClient.PostWith(id, "new", plans, "two")));
        _bench.Restart();
        Assert.Equal(Told(hidden), Told(_bench.LogIn("bob").SayWith("k", plans, "one")));
    }

    [Spec("CP-ROL-002")]
    [Fact]
    public void A_hidden_room_takes_as_many_look_ups_as_one_that_is_not_there()
    {
        var plans = _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        _ann.Say(plans, "psst");
        var bob = _bench.LogIn("bob");

        Assert.Equal((1, 1), (LookUpsOf(999), LookUpsOf(plans)));

        int LookUpsOf(ulong room)
        {
            var before = _bench.Log.EveryLookup;
            Assert.Equal(ErrorCode.NoSuchRoom, bob.Refused(id => HubClient.PostWith(id, "k", room, "hello")));
            return _bench.Log.EveryLookup - before;
        }
    }

    [Fact]
    public void A_post_with_a_key_takes_one_look_up_and_one_without_none()
    {
        var before = _bench.Log.EveryLookup;
        _ann.Say(_room, "hello");
        Assert.Equal(before, _bench.Log.EveryLookup);
        _ann.SayWith("k", _room, "hello");
        Assert.Equal(before + 1, _bench.Log.EveryLookup);

        _bench.Restart();
        var ann = _bench.LogIn("ann");
        before = _bench.Log.EveryLookup;
        ann.SayWith("l", _room, "the room comes along");
        Assert.Equal(before + 1, _bench.Log.EveryLookup);
    }

    [Fact]
    public void What_a_session_asks_for_behind_a_post_with_a_key_waits_for_it()
    {
        var atOnce = _bench.Log.AnswerLookup!;
        _bench.Log.AnswerLookup = null;
        _ann.SendPostWith("k", _room, "one");
        _ann.SendPost(_room, "two");
        _ann.SendPostWith("l", _room, "three");
        while (_bench.Log.Lookups.TryDequeue(out var read))
        {
            atOnce(read);
            _bench.Settle();
        }

        Assert.Equal(["one", "two", "three"], Texts);
    }

    [Spec("CP-KEY-006")]
    [Fact]
    public void A_post_is_refused_while_the_log_cannot_look_its_key_up()
    {
        var atOnce = _bench.Log.AnswerLookup!;
        _bench.Log.AnswerLookup = read => _bench.Hub.Found(read, null);
        Assert.Equal(ErrorCode.LogUnavailable, _ann.Refused(id => HubClient.PostWith(id, "k", _room, "hello")));
        _ann.Say(_room, "without a key");
        _bench.Log.AnswerLookup = atOnce;

        Assert.Equal(2UL, _ann.SayWith("k", _room, "hello").Seq);
    }

    [Spec("CP-KEY-003")]
    [Fact]
    public void A_key_is_found_while_the_log_can_look_up_nothing_else()
    {
        _ann.SayWith("k", _room, "hello");
        _bench.Log.IsWhole = true;
        _bench.Restart();

        Assert.Equal(1UL, _bench.LogIn("ann").SayWith("k", _room, "hello").Seq);
    }

    [Spec("CP-KEY-003", "CP-ROL-032")]
    [Fact]
    public void A_post_that_waits_in_slow_mode_is_answered_by_what_used_its_key_meanwhile()
    {
        var bob = _bench.LogIn("bob");
        _ann.Ask<Posted>(id => new ChangeRoom(id, _room, null, null, null, null, 10_000));
        bob.SayWith("a", _room, "one");
        var waiting = bob.SendPostWith("b", _room, "two");
        _bench.Settle();
        Assert.Null(bob.AnswerTo(waiting));
        _ann.Ask<Posted>(id => new ChangeRoom(id, _room, null, null, null, null, 0));
        var other = _bench.LogIn("bob").SayWith("b", _room, "two");

        _bench.Pass(TimeSpan.FromSeconds(10));
        _bench.Settle();
        Assert.Equal(Told(other), Told(Assert.IsType<Posted>(bob.AnswerTo(waiting))));
        Assert.Equal(["one", "two"], Texts);
    }

    [Spec("CP-ROL-032")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_post_with_a_key_waits_in_slow_mode_for_its_time_and_for_its_look_up(bool drains)
    {
        var bob = _bench.LogIn("bob");
        _ann.Ask<Posted>(id => new ChangeRoom(id, _room, null, null, null, null, 10_000));
        bob.SayWith("a", _room, "one");
        var waiting = bob.SendPostWith("b", _room, "two");
        var atOnce = _bench.Log.AnswerLookup!;
        _bench.Log.AnswerLookup = read => _bench.Hub.Found(read, null);
        _bench.Pass(TimeSpan.FromSeconds(10));
        Assert.Null(bob.AnswerTo(waiting));
        Assert.Equal(ErrorCode.RateLimited, bob.Refused(id => new Post(id, _room, "three", null)));

        _bench.Log.AnswerLookup = null;
        _bench.Pass(TimeSpan.FromSeconds(1));
        if (drains)
            _bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(1), new Bye(ByeCode.Restart, "bye", 1000)));
        atOnce(_bench.Log.Lookups.Dequeue());
        _bench.Settle();
        Assert.Equal(drains ? ErrorCode.ShuttingDown : null, (bob.AnswerTo(waiting) as Error)?.Reason);
        Assert.Equal(drains ? null : 3UL, (bob.AnswerTo(waiting) as Posted)?.Seq);
        Assert.True(_bench.Hub.IsIdle);
    }

    [Spec("CP-LIM-005", "CP-KEY-003")]
    [Fact]
    public void Posts_with_keys_wait_for_their_rate_in_order_and_repeated_ones_cost_nothing()
    {
        var bench = new HubBench(options => options with { Far = GuestBounds.Far with { Posts = new Rate(1, 2) } });
        var bob = bench.LogIn("bob", from: "192.0.2.1");
        var room = bob.Join("tea").Room;
        var posts = Enumerable.Range(1, 4).Select(i => bob.SendPostWith($"{i}", room, $"{i}")).ToList();
        bench.Settle();
        Assert.Equal([true, true, false, false], posts.Select(post => bob.AnswerTo(post) is Posted));

        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Settle();
        for (var i = 0; i < 10; i++)
            bench.LogIn("bob", from: "192.0.2.1").SayWith("1", room, "1");
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Settle();
        Assert.Equal([1UL, 2UL, 3UL, 4UL], posts.Select(post => ((Posted)bob.AnswerTo(post)!).Seq!.Value));
        Assert.Equal(["1", "2", "3", "4"], bench.Log.EntriesOf(room).Select(message => message.Text.ToString()));
    }

    [Spec("CP-KEY-008")]
    [Fact]
    public void What_is_stored_of_a_key_is_another_with_another_secret_and_neither_holds_its_bytes()
    {
        var bench = new HubBench(options => options with { HashKey = new byte[16] });
        var ann = bench.LogIn("ann");
        ann.SayWith("k", ann.Join("tea").Room, "hello");
        _ann.SayWith("k", _room, "hello");

        var (one, other) = (Assert.Single(_bench.Log.PostKeys), Assert.Single(bench.Log.PostKeys));
        Assert.Equal((one.Key.Room, one.Seq), (other.Key.Room, other.Seq));
        Assert.NotEqual(one.Key.Digest, other.Key.Digest);
    }

    private static (ulong?, ulong?) Told(Posted posted) => (posted.Seq, posted.Time);
}

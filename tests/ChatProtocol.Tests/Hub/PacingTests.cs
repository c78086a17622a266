using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Posts that come faster than they may: none is refused, and nothing else waits.</summary>
public sealed class PacingTests
{
    private static readonly Origin Far = new("192.0.2.1", IsNear: false);

    private readonly HubBench _bench = new(options => options with
    {
        Far = GuestBounds.Far with { Posts = new Rate(1, 3), PostBytes = new Rate(100, 1000) },
    });

    private readonly HubClient _ann;
    private readonly ulong _tea;

    public PacingTests()
    {
        _ann = LogIn("ann", publisher: 1);
        _tea = _ann.Join("tea").Room;
    }

    [Spec("CP-LIM-005")]
    [Fact]
    public void Posts_beyond_the_burst_wait_for_their_time_in_order()
    {
        var posts = Enumerable.Range(1, 6).Select(i => _ann.SendPost(_tea, $"{i}", (ulong)i)).ToList();
        _bench.Settle();
        Assert.Equal(3, Answered(posts));

        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();
        Assert.Equal(4, Answered(posts));
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();

        Assert.All(posts, post => Assert.IsType<Posted>(_ann.AnswerTo(post)));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], _ann.Texts(_tea));
    }

    [Spec("CP-LIM-001")]
    [Fact]
    public void Welcome_tells_how_fast_posts_go_where_that_is_bounded()
    {
        var far = new HubClient(_bench, new FakePeer(_bench) { Origin = Far }).Ask<Welcome>(id => new Hello(id, 1, 1, [], "test")).Limits;
        Assert.Equal((1, 3, 100), (far.PostRate, far.PostBurst, far.PostBytes));

        var near = _bench.Connect().Ask<Welcome>(id => new Hello(id, 1, 1, [], "test")).Limits;
        Assert.Equal((0, 0, 0), (near.PostRate, near.PostBurst, near.PostBytes));
    }

    [Spec("CP-LIM-005")]
    [Fact]
    public void Bytes_beyond_their_burst_wait_too()
    {
        _ann.Say(_tea, new string('x', 1000), 1);
        var second = _ann.SendPost(_tea, new string('y', 500), 2);
        _bench.Pass(TimeSpan.FromSeconds(4.9));
        _bench.Settle();
        Assert.Null(_ann.AnswerTo(second));

        _bench.Pass(TimeSpan.FromSeconds(0.2));
        _bench.Settle();
        Assert.IsType<Posted>(_ann.AnswerTo(second));
    }

    [Fact]
    public void A_text_longer_than_all_bytes_at_once_is_posted_when_nothing_is_owed()
    {
        _ann.Say(_tea, new string('x', 5000), 1);
        var second = _ann.SendPost(_tea, "y", 2);
        _bench.Pass(TimeSpan.FromSeconds(39));
        _bench.Settle();
        Assert.Null(_ann.AnswerTo(second));

        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
        Assert.IsType<Posted>(_ann.AnswerTo(second));
    }

    [Spec("CP-LIM-005")]
    [Fact]
    public void Pings_lists_and_other_rooms_pass_what_waits()
    {
        var milk = _ann.Join("milk").Room;
        for (var i = 1; i <= 50; i++)
            _ann.SendPost(_tea, $"{i}", (ulong)i);
        var other = _ann.SendPost(milk, "not behind fifty");

        Assert.IsType<Pong>(_ann.Ask<Pong>(id => new Ping(id)));
        _ann.Ask<RoomList>(id => new Rooms(id, 0));
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
        Assert.IsType<Posted>(_ann.AnswerTo(other));
    }

    [Spec("CP-SES-012", "CP-LIM-005")]
    [Fact]
    public void A_quit_is_answered_behind_the_posts_that_wait()
    {
        var posts = Enumerable.Range(1, 5).Select(i => _ann.SendPost(_tea, $"{i}", (ulong)i)).ToList();
        var quit = _ann.Send(id => new Quit(id));
        _bench.Settle();
        Assert.False(_ann.IsClosed);

        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
        Assert.All(posts, post => Assert.IsType<Posted>(_ann.AnswerTo(post)));
        Assert.IsType<Ok>(_ann.AnswerTo(quit));
        Assert.True(_ann.IsClosed);
    }

    [Fact]
    public void Refusals_and_what_is_stored_already_cost_nothing()
    {
        _ann.Say(_tea, "one", 1);
        for (var i = 0; i < 10; i++)
        {
            _ann.Say(_tea, "one", 1);
            Assert.Equal(ErrorCode.TextEmpty, _ann.Refused(id => new Post(id, _tea, "", 2)));
            Assert.Equal(ErrorCode.OutOfOrder, _ann.Refused(id => new Post(id, _tea, "nine", 9)));
        }

        _ann.Say(_tea, "two", 2);
        _ann.Say(_tea, "three", 3);
    }

    [Spec("CP-LIM-005")]
    [Fact]
    public void What_waits_is_stored_although_its_connection_breaks()
    {
        var bob = LogIn("bob");
        bob.Join("tea", PresenceMode.Count);
        for (var i = 1; i <= 6; i++)
            _ann.SendPost(_tea, $"{i}", (ulong)i);
        _ann.Disconnect();
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(1UL, bob.Presences[^1].Count);

        _bench.Pass(TimeSpan.FromMinutes(5));
        _bench.Settle();
        Assert.Equal(["1", "2", "3", "4", "5", "6"], bob.Texts(_tea));
        Assert.True(_bench.Hub.IsIdle);
    }

    [Spec("CP-DEL-009")]
    [Fact]
    public void Whoever_comes_back_with_the_same_publisher_repeats_what_waited_and_nothing_comes_twice()
    {
        for (var i = 1; i <= 6; i++)
            _ann.SendPost(_tea, $"{i}", (ulong)i);
        _ann.Disconnect();
        var again = LogIn("ann", publisher: 1);
        again.Join("tea", after: 0);
        var posts = Enumerable.Range(1, 6).Select(i => again.SendPost(_tea, $"{i}", (ulong)i)).ToList();
        _bench.Pass(TimeSpan.FromSeconds(10));
        _bench.Settle();

        Assert.All(posts, post => Assert.IsType<Posted>(again.AnswerTo(post)));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], again.Texts(_tea));
    }

    [Fact]
    public void A_kicked_session_posts_no_more()
    {
        for (var i = 1; i <= 6; i++)
            _ann.SendPost(_tea, $"{i}", (ulong)i);
        _bench.LogInAdmin().Ask<Ok>(id => new Kick(id, _ann.Session.Id, null, "enough"));
        _bench.Pass(TimeSpan.FromMinutes(1));
        _bench.Settle();

        Assert.Equal(3UL, _bench.Log.HeadOf(_tea));
    }

    [Spec("CP-ADM-008")]
    [Fact]
    public void What_waits_is_refused_when_the_server_is_about_to_stop()
    {
        var posts = Enumerable.Range(1, 6).Select(i => _ann.SendPost(_tea, $"{i}", (ulong)i)).ToList();
        _bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(1), new Bye(ByeCode.Restart, "", 1000)));
        _bench.Settle();

        Assert.All(posts[3..], post => Assert.Equal(ErrorCode.ShuttingDown, Assert.IsType<Error>(_ann.AnswerTo(post)).Reason));
        Assert.True(_bench.Hub.IsIdle);
    }

    [Spec("CP-LIM-005")]
    [Fact]
    public void Two_sessions_of_a_principal_share_its_rate()
    {
        var second = LogIn("ann", publisher: 2);
        var posts = Enumerable.Range(1, 3).Select(i => (_ann, _ann.SendPost(_tea, $"a{i}", (ulong)i)))
            .Concat(Enumerable.Range(1, 3).Select(i => (second, second.SendPost(_tea, $"b{i}", (ulong)i)))).ToList();
        _bench.Settle();
        Assert.Equal(3, posts.Count(post => post.Item1.AnswerTo(post.Item2) is Posted));

        _bench.Pass(TimeSpan.FromSeconds(4));
        _bench.Settle();
        Assert.All(posts, post => Assert.IsType<Posted>(post.Item1.AnswerTo(post.Item2)));
    }

    private int Answered(List<ulong> posts) => posts.Count(post => _ann.AnswerTo(post) is Posted);

    private HubClient LogIn(string name, byte? publisher = null)
    {
        var client = new HubClient(_bench, new FakePeer(_bench) { Origin = Far });
        _bench.Clients.Add(client);
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        client.LoggedIn = client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, name, publisher: publisher));
        return client;
    }
}

using Xunit;

namespace ChatProtocol.Tests.Hub;

[Spec("CP-SES-012")]
public sealed class QuitTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly ulong _room;

    public QuitTests()
    {
        _ann = _bench.LogIn("ann", publisher: 1);
        _room = _ann.Join("tea").Room;
    }

    [Fact]
    public void A_quit_is_answered_and_closes()
    {
        var ok = _ann.Ask<Ok>(id => new Quit(id));

        Assert.Equal(ok, _ann.Last);
        Assert.True(_ann.IsClosed);
    }

    [Fact]
    public void A_quit_is_answered_behind_the_posts_before_it()
    {
        var post = _ann.SendPost(_room, "last words");
        var quit = _ann.Send(id => new Quit(id));
        _bench.Settle();

        Assert.IsType<Posted>(_ann.AnswerTo(post));
        Assert.Equal(new Ok(quit), _ann.Last);
    }

    [Fact]
    public void A_quit_is_answered_behind_a_page_before_it()
    {
        _ann.Say(_room, "hi");
        var history = _ann.Send(id => new History(id, _room, 10, null, null));
        var quit = _ann.Send(id => new Quit(id));
        _bench.Settle();

        Assert.Equal([new Page(history, _room, HubBench.EpochOf(_room), 1, 1, false), _ann.Entries(_room)[0], new Ok(quit)], _ann.Received[^3..]);
    }

    [Fact]
    public void A_quit_behind_a_post_that_fails_is_answered_behind_the_refusal()
    {
        var post = _ann.SendPost(_room, "lost");
        var quit = _ann.Send(id => new Quit(id));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_ann.AnswerTo(post)).Reason);
        Assert.Equal(new Ok(quit), _ann.Last);
    }

    [Fact]
    public void What_comes_behind_a_quit_is_not_read()
    {
        _ann.SendPost(_room, "last words");
        _ann.Send(id => new Quit(id));
        _ann.SendPost(_room, "and another thing");
        _bench.Settle();

        Assert.Equal(1UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-DEL-010")]
    [Fact]
    public void A_quit_ends_the_publisher()
    {
        _ann.Say(_room, "one", 1);
        _ann.Ask<Ok>(id => new Quit(id));

        Assert.Equal(ErrorCode.PublisherForgotten, _bench.LogIn("ann", publisher: 1).Refused(id => new Post(id, _room, "two", 2)));
    }

    [Fact]
    public void A_connection_that_goes_before_its_quit_is_answered_is_gone()
    {
        _ann.SendPost(_room, "last words");
        _ann.Send(id => new Quit(id));
        _ann.Disconnect();
        _bench.Settle();

        Assert.Equal(1UL, _bench.Log.HeadOf(_room));
        Assert.Empty(_bench.LogIn("bob").Ask<MemberList>(id => new Members(id, _room, 0)).Items);
    }
}

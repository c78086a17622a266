using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class ShutdownTests
{
    private static readonly ShutdownOrder Order = new(TimeSpan.FromSeconds(5), new Bye(ByeCode.Restart, "update", 3000));

    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly ulong _room;

    public ShutdownTests()
    {
        _ann = _bench.LogIn("ann");
        _room = _ann.Join("tea").Room;
    }

    [Spec("CP-ADM-008")]
    [Theory]
    [InlineData(null, ByeCode.Shutdown)]
    [InlineData(3000UL, ByeCode.Restart)]
    public void A_shutdown_is_answered_and_ordered(ulong? back, ByeCode why)
    {
        _bench.LogInAdmin().Ask<Ok>(id => new Shutdown(id, 5000, "update", back));

        Assert.Equal(new ShutdownOrder(TimeSpan.FromSeconds(5), new Bye(why, "update", back)), Assert.Single(_bench.Orders));
    }

    [Fact]
    public void A_grace_of_more_than_a_day_is_refused()
    {
        Assert.Equal(ErrorCode.InvalidValue, _bench.LogInAdmin().Refused(id => new Shutdown(id, (long)Limits.MaxInteger, "", null)));

        Assert.Empty(_bench.Orders);
    }

    [Spec("CP-ADM-008")]
    [Fact]
    public void What_was_accepted_before_is_committed_answered_and_told()
    {
        var post = _ann.SendPost(_room, "last");
        _bench.Hub.Drain(Order);
        Assert.False(_bench.Hub.IsIdle);
        _bench.Settle();
        _bench.Hub.CloseSome();

        Assert.IsType<Posted>(_ann.AnswerTo(post));
        Assert.Equal(["last"], _ann.Texts(_room));
    }

    [Fact]
    public void What_is_new_is_refused_with_the_time_to_come_back()
    {
        _bench.Hub.Drain(Order);

        var error = _ann.Ask<Error>(id => new Post(id, _room, "late", null));
        Assert.Equal((ErrorCode.ShuttingDown, 3000UL), (error.Reason, error.RetryAfter));
        Assert.Equal(0UL, _bench.Log.HeadOf(_room));
    }

    [Spec("CP-ADM-008", "CP-SES-013")]
    [Fact]
    public void Everybody_is_told_goodbye_last()
    {
        var open = _bench.Connect();
        _bench.Hub.Drain(Order);
        _bench.Hub.CloseSome();

        Assert.Equal(Order.Last, _ann.Last);
        Assert.Equal(Order.Last with { Back = Order.Last.Back + 2 }, open.Last);
        Assert.Equal((true, true), (_ann.IsClosed, open.IsClosed));
    }

    [Spec("CP-SES-029")]
    [Theory]
    [InlineData(1000UL, 3UL, 1006UL)]
    [InlineData(1000UL, 1_000_000UL, 61_000UL)]
    [InlineData(Limits.MaxInteger, 3UL, Limits.MaxInteger)]
    [InlineData(null, 3UL, null)]
    public void Each_is_told_to_come_back_later_than_the_one_before_within_a_minute(ulong? back, ulong before, ulong? told)
    {
        var order = Order with { Last = Order.Last with { Back = back } };

        Assert.Equal(told, order.LastTo(before).Back);
    }

    [Fact]
    public void The_first_order_stands()
    {
        _bench.Hub.Drain(Order);
        _bench.Hub.Drain(new ShutdownOrder(TimeSpan.Zero, new Bye(ByeCode.Shutdown, "", null)));
        _bench.Hub.CloseSome();

        Assert.Equal(Order.Last, _ann.Last);
    }

    [Spec("CP-SES-009")]
    [Fact]
    public void When_guests_were_last_seen_is_stored_at_the_end()
    {
        _bench.Pass(TimeSpan.FromSeconds(20));
        _bench.Hub.Drain(Order);
        _bench.Hub.CloseSome();
        Assert.False(_bench.Hub.IsIdle);
        _bench.Settle();

        Assert.Equal(HubBench.Begin + 20_000, Assert.Single(_bench.Log.Contents.Principals).LastSeen);
    }

    [Spec("CP-ADM-008")]
    [Fact]
    public void A_page_that_is_being_read_is_still_sent()
    {
        _ann.Say(_room, "hi");
        var history = _ann.Send(id => new History(id, _room, 1, null, null));
        _bench.Hub.Drain(Order);
        Assert.False(_bench.Hub.IsIdle);
        _bench.Settle();

        Assert.IsType<Page>(_ann.AnswerTo(history));
        Assert.True(_bench.Hub.IsIdle);
    }

    [Fact]
    public void A_request_held_behind_a_login_is_refused_when_the_server_drains_meanwhile()
    {
        var bob = _bench.Greet();
        var login = bob.Send(id => HubClient.GuestLogin(id, "bob"));
        var join = bob.Send(id => new Join(id, "tea", PresenceMode.None, null, null));
        _bench.Hub.Drain(Order);
        _bench.Settle();

        Assert.IsType<LoggedIn>(bob.AnswerTo(login));
        Assert.Equal(ErrorCode.ShuttingDown, Assert.IsType<Error>(bob.AnswerTo(join)).Reason);
    }
}

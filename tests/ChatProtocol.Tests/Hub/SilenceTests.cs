using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class SilenceTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;

    public SilenceTests()
    {
        _bench.Pass(TimeSpan.Zero);
        _ann = _bench.LogIn("ann");
        _ann.AnswersPings = false;
        _ann.Received.Clear();
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Spec("CP-SES-011")]
    [Fact]
    public void A_session_that_says_nothing_for_30_s_is_pinged_once()
    {
        _bench.Pass(Seconds(30));
        Assert.Empty(_ann.Received);
        _bench.Pass(Seconds(30));

        Assert.IsType<Ping>(Assert.Single(_ann.Received));
    }

    [Spec("CP-SES-011")]
    [Fact]
    public void A_session_that_says_nothing_for_90_s_is_told_so_and_closed()
    {
        _bench.Pass(Seconds(90));
        Assert.False(_ann.IsClosed);
        _bench.Pass(Seconds(1));

        Assert.Equal(ByeCode.Silent, Assert.IsType<Bye>(_ann.Last).Why);
        Assert.True(_ann.IsClosed);
    }

    [Spec("CP-SES-011")]
    [Fact]
    public void A_session_that_answers_its_pings_stays()
    {
        _ann.AnswersPings = true;
        _bench.Pass(Seconds(3100));

        Assert.False(_ann.IsClosed);
        Assert.InRange(_ann.Received.Count, 90, 110);
    }

    [Fact]
    public void A_session_that_says_something_is_not_pinged()
    {
        for (var i = 0; i < 10; i++)
        {
            _bench.Pass(Seconds(20));
            _ann.Ask<Pong>(id => new Ping(id));
        }

        Assert.DoesNotContain(_ann.Received, f => f is Ping);
    }

    [Spec("CP-SES-016")]
    [Fact]
    public void The_clock_of_silence_stands_still_while_output_is_owed()
    {
        _ann.Peer.Capacity = 1;
        _ann.Ask<Pong>(id => new Ping(id));
        _bench.Pass(Seconds(600));
        _ann.Take();
        _bench.Pass(Seconds(60));

        Assert.False(_ann.IsClosed);
    }

    [Spec("CP-SES-016")]
    [Fact]
    public void The_clock_of_silence_stands_still_while_reading_is_held_back()
    {
        _ann.Peer.IsHeldBack = true;
        _bench.Pass(Seconds(10_000));

        Assert.Empty(_ann.Received);
    }

    [Spec("CP-SES-016")]
    [Fact]
    public void The_clock_of_silence_goes_on_where_it_stood()
    {
        _bench.Pass(Seconds(50));
        _ann.Peer.IsHeldBack = true;
        _bench.Pass(Seconds(500));
        _ann.Peer.IsHeldBack = false;
        _bench.Pass(Seconds(38));
        Assert.False(_ann.IsClosed);
        _bench.Pass(Seconds(5));

        Assert.True(_ann.IsClosed);
    }

    [Spec("CP-SES-017")]
    [Fact]
    public void A_peer_that_takes_nothing_for_15_minutes_is_closed()
    {
        _ann.Peer.Capacity = 1;
        _ann.Ask<Pong>(id => new Ping(id));
        _bench.Pass(Seconds(899));
        Assert.False(_ann.IsClosed);
        _bench.Pass(Seconds(3));

        Assert.Equal(ByeCode.Stalled, Assert.IsType<Bye>(_ann.Last).Why);
    }

    [Spec("CP-DEL-020", "CP-SES-017")]
    [Fact]
    public void A_peer_that_takes_a_little_now_and_then_stays()
    {
        _ann.Peer.Capacity = 1;
        for (var i = 0; i < 10; i++)
        {
            _ann.Ask<Pong>(id => new Ping(id));
            _bench.Pass(Seconds(800));
            _ann.Take();
            _ann.Ask<Pong>(id => new Ping(id));
        }

        Assert.False(_ann.IsClosed);
    }

    [Spec("CP-SES-005")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_does_not_log_in_within_10_s_is_closed(bool isGreeted)
    {
        var client = isGreeted ? _bench.Greet() : _bench.Connect();
        _bench.Pass(Seconds(10));
        Assert.False(client.IsClosed);
        _bench.Pass(Seconds(1));

        Assert.True(client.IsClosed);
        var error = Assert.IsType<Error>(client.Last);
        Assert.Equal((null, ErrorCode.HelloTimeout), (error.Id, error.Reason));
    }

    [Spec("CP-TRA-021")]
    [Fact]
    public void A_login_that_lies_unread_is_waited_for_but_not_for_ever()
    {
        var client = _bench.Connect();
        client.Peer.HasUnread = true;
        _bench.Pass(Seconds(20));
        Assert.False(client.IsClosed);
        _bench.Pass(Seconds(1));

        Assert.Equal(ErrorCode.HelloTimeout, Assert.IsType<Error>(client.Last).Reason);
    }

    [Spec("CP-SES-005")]
    [Fact]
    public void Pings_do_not_put_off_the_login()
    {
        var client = _bench.Connect();
        for (var i = 0; i < 12; i++)
        {
            _bench.Pass(Seconds(1));
            if (!client.IsClosed)
                client.Ask<Pong>(id => new Ping(id));
        }

        Assert.True(client.IsClosed);
    }

    [Fact]
    public void Limits_other_than_the_default_are_kept()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { PingAfter = 2000, DeadAfter = 5000 } });
        bench.Pass(TimeSpan.Zero);
        var ann = bench.LogIn("ann");
        ann.AnswersPings = false;
        bench.Pass(Seconds(4));
        Assert.IsType<Ping>(ann.Last);
        bench.Pass(Seconds(3));

        Assert.True(ann.IsClosed);
    }

    [Fact]
    public void With_nobody_there_nothing_is_due()
    {
        _ann.Disconnect();
        _bench.Settle();

        Assert.Null(_bench.Hub.NextDue);
    }
}

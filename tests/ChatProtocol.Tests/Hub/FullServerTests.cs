using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Whom the last places are kept for.</summary>
public sealed class FullServerTests
{
    [Spec("CP-SES-021")]
    [Fact]
    public void A_stranger_is_refused_and_closed_and_leaves_nothing_behind()
    {
        var bench = new HubBench();
        var stranger = OnTrial(bench);

        var login = stranger.Send(id => HubClient.GuestLogin(id, "stranger"));

        var error = Assert.IsType<Error>(stranger.AnswerTo(login));
        Assert.Equal((ErrorCode.TooManyConnections, 10_000UL), (error.Reason, error.RetryAfter));
        Assert.True(stranger.IsClosed);
        bench.LogIn("stranger", key: "another");
    }

    [Spec("CP-SES-021")]
    [Fact]
    public void An_admin_is_let_in()
    {
        var bench = new HubBench();
        var admin = bench.Connect("admin");
        admin.Peer.IsOnTrial = true;
        admin.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));

        admin.Ask<LoggedIn>(id => new Login(id, "", CredentialKind.LocalAdmin, default, null, false));
    }

    [Fact]
    public void Whoever_says_nothing_has_two_seconds()
    {
        var bench = new HubBench();
        var silent = OnTrial(bench);
        bench.Pass(TimeSpan.FromSeconds(1));
        bench.Pass(TimeSpan.FromSeconds(1));
        Assert.False(silent.IsClosed);

        bench.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(ErrorCode.TooManyConnections, Assert.IsType<Error>(silent.Last).Reason);
        Assert.True(silent.IsClosed);
    }

    [Spec("CP-SES-021")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Known_is_who_first_posted_more_than_a_day_ago(bool restarts)
    {
        var bench = new HubBench();
        var ann = bench.LogIn("ann");
        ann.Say(ann.Open("tea").Room, "hello");
        ann.Disconnect();
        bench.Settle();
        if (restarts)
            bench.Restart();
        bench.Pass(TimeSpan.FromDays(1));
        Assert.Equal(ErrorCode.TooManyConnections, OnTrial(bench).Refused(id => HubClient.GuestLogin(id, "ann")));

        bench.Pass(TimeSpan.FromMilliseconds(1));
        OnTrial(bench).Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann"));
    }

    private static HubClient OnTrial(HubBench bench)
    {
        var client = bench.Connect();
        client.Peer.IsOnTrial = true;
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        return client;
    }
}

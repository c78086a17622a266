using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class NickTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;

    public NickTests() => _ann = _bench.LogIn("ann");

    [Spec("CP-NAM-006")]
    [Fact]
    public void A_nick_renames_the_principal_and_keeps_who_it_is()
    {
        var named = _ann.Ask<LoggedIn>(id => new Nick(id, "Eve"));

        Assert.Equal((_ann.Principal, "Eve"), (named.Principal, named.Name));
    }

    [Spec("CP-NAM-006")]
    [Fact]
    public void A_nick_renames_all_sessions_of_the_principal()
    {
        var other = _bench.LogIn("ann");
        var room = other.Join("tea").Room;
        _ann.Ask<LoggedIn>(id => new Nick(id, "eve"));
        other.Say(room, "hi");

        Assert.Equal("eve", Assert.Single(other.Entries(room)).Name);
    }

    [Spec("CP-NAM-020")]
    [Fact]
    public void The_principals_other_sessions_hear_of_it_wherever_they_are_and_once_it_is_stored()
    {
        var elsewhere = _bench.LogIn("ann");
        var stranger = _bench.LogIn("bob");
        _ann.Send(id => new Nick(id, "eve"));
        _bench.Hub.Flush();
        Assert.DoesNotContain(elsewhere.Received, frame => frame is Renamed);
        _bench.Settle();

        Assert.Equal(new Renamed("eve"), elsewhere.Last);
        Assert.DoesNotContain(_ann.Received, frame => frame is Renamed);
        Assert.DoesNotContain(stranger.Received, frame => frame is Renamed);
    }

    [Spec("CP-NAM-020")]
    [Fact]
    public void A_session_that_logged_in_under_a_name_that_could_not_be_stored_hears_of_the_old_one()
    {
        var late = _bench.Greet();
        _ann.Send(id => new Nick(id, "eve"));
        _bench.Hub.Flush();
        var login = late.Send(id => HubClient.GuestLogin(id, "eve", "ann"));
        _bench.Fail();

        Assert.Equal("eve", Assert.IsType<LoggedIn>(late.AnswerTo(login)).Name);
        Assert.Equal(new Renamed("ann"), late.Last);
    }

    [Fact]
    public void A_nick_is_answered_once_it_is_stored()
    {
        var nick = _ann.Send(id => new Nick(id, "eve"));
        _bench.Hub.Flush();

        Assert.Null(_ann.AnswerTo(nick));
    }

    [Fact]
    public void Entries_keep_the_name_of_their_time()
    {
        var room = _ann.Join("tea").Room;
        _ann.Say(room, "as ann");
        _ann.Ask<LoggedIn>(id => new Nick(id, "eve"));
        _ann.Say(room, "as eve");

        Assert.Equal(["ann", "eve"], _ann.Entries(room).Select(m => m.Name));
    }

    [Spec("CP-NAM-006")]
    [Fact]
    public void A_name_that_another_holds_is_taken()
    {
        _bench.LogIn("bob");

        Assert.Equal(ErrorCode.NameTaken, _ann.Refused(id => new Nick(id, "BOB")));
    }

    [Spec("CP-SES-025")]
    [Fact]
    public void A_name_that_is_held_says_until_when()
    {
        _bench.LogIn("bob").Disconnect();
        var until = (ulong)_bench.Now + 86_400_000;
        _bench.Pass(TimeSpan.FromHours(1));

        var refused = _ann.Ask<Error>(id => new Nick(id, "Bob"));

        Assert.Equal((ErrorCode.NameTaken, until), (refused.Reason, refused.Value));
    }

    [Fact]
    public void One_may_change_how_ones_own_name_is_written() => Assert.Equal("ANN", _ann.Ask<LoggedIn>(id => new Nick(id, "ANN")).Name);

    [Spec("CP-NAM-001", "CP-NAM-003")]
    [Theory]
    [InlineData("a b")]
    [InlineData("server")]
    public void A_bad_name_is_refused(string name) => Assert.Equal(ErrorCode.BadName, _ann.Refused(id => new Nick(id, name)));

    [Fact]
    public void An_admin_keeps_its_name() => Assert.Equal(ErrorCode.BadName, _bench.LogInAdmin().Refused(id => new Nick(id, "boss")));

    [Fact]
    public void The_old_name_is_free_at_once()
    {
        _ann.Ask<LoggedIn>(id => new Nick(id, "eve"));

        Assert.NotEqual(_ann.Principal, _bench.LogIn("ann", "other").Principal);
    }

    [Fact]
    public void A_new_name_outlives_a_restart()
    {
        _ann.Ask<LoggedIn>(id => new Nick(id, "eve"));
        _bench.Restart();

        Assert.Equal(_ann.Principal, _bench.LogIn("eve", "ann").Principal);
    }

    [Fact]
    public void A_nick_that_could_not_be_stored_leaves_the_old_name()
    {
        var nick = _ann.Send(id => new Nick(id, "eve"));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_ann.AnswerTo(nick)).Reason);
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann", "other")));
        Assert.NotEqual(_ann.Principal, _bench.LogIn("eve").Principal);
    }

    [Fact]
    public void Of_two_nicks_that_could_not_be_stored_the_name_before_both_is_left()
    {
        _ann.Send(id => new Nick(id, "eve"));
        _bench.Hub.Flush();
        _ann.Send(id => new Nick(id, "eva"));
        _ann.Send(id => new Nick(id, "evi"));
        _bench.Fail();

        Assert.Equal(_ann.Principal, _bench.LogIn("ann").Principal);
    }

    [Fact]
    public void A_name_given_up_by_a_nick_that_failed_goes_back_from_whoever_took_it_meanwhile()
    {
        var thief = _bench.Greet();
        _ann.Send(id => new Nick(id, "eve"));
        _bench.Hub.Flush();
        var login = thief.Send(id => HubClient.GuestLogin(id, "ann", "thief"));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(thief.AnswerTo(login)).Reason);
        Assert.Equal(_ann.Principal, _bench.LogIn("ann").Principal);
    }

    [Fact]
    public void Members_who_saw_a_nick_that_failed_are_told_the_old_name_again()
    {
        var bob = _bench.LogIn("bob");
        bob.Join("tea", PresenceMode.Full);
        _ann.Join("tea");
        _bench.Pass(TimeSpan.FromSeconds(1));
        _ann.Send(id => new Nick(id, "eve"));
        _bench.Hub.Flush();
        _bench.Work();
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Fail();
        _bench.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal("ann", Assert.Single(bob.Presences[^1].Arrived).Name);
    }
}

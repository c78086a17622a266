using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class LoginTests
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly HubBench _bench = new();

    [Spec("CP-SES-008")]
    [Fact]
    public void The_same_name_and_key_are_the_same_principal_in_any_number_of_sessions()
    {
        var first = _bench.LogIn("ann");
        var second = _bench.LogIn("ann");

        Assert.Equal(first.Principal, second.Principal);
        Assert.NotEqual(first.LoggedIn!.Session, second.LoggedIn!.Session);
    }

    [Spec("CP-NAM-004")]
    [Theory]
    [InlineData("ann", "ANN")]
    [InlineData("\u00e9mile", "E\u0301mile")]
    [InlineData("Ωμέγα", "ωμέγα")]
    public void Names_are_equal_in_their_canonical_form(string name, string other) =>
        Assert.Equal(_bench.LogIn(name, "k").Principal, _bench.LogIn(other, "k").Principal);

    [Spec("CP-NAM-007")]
    [Fact]
    public void A_name_is_shown_as_it_was_typed_by_whoever_took_it()
    {
        _bench.LogIn("Ann", "k");

        Assert.Equal("Ann", _bench.LogIn("ANN", "k").LoggedIn!.Name);
    }

    [Fact]
    public void One_key_may_own_several_names_each_a_principal_of_its_own() =>
        Assert.NotEqual(_bench.LogIn("ann", "k").Principal, _bench.LogIn("bob", "k").Principal);

    [Spec("CP-SES-009")]
    [Fact]
    public void Another_key_finds_the_name_taken_while_its_holder_is_there()
    {
        _bench.LogIn("ann");
        _bench.Pass(2 * Day);

        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ANN", "other")));
    }

    [Spec("CP-SES-009")]
    [Fact]
    public void A_name_is_held_for_24_hours_after_the_last_session()
    {
        _bench.LogIn("ann").Disconnect();
        _bench.Pass(Day - TimeSpan.FromMilliseconds(1));

        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann", "other")));
    }

    [Spec("CP-SES-025")]
    [Fact]
    public void A_name_that_is_held_says_so_and_until_when()
    {
        _bench.LogIn("ann").Disconnect();
        var until = _bench.Now + (long)Day.TotalMilliseconds;
        _bench.Pass(Day - TimeSpan.FromMinutes(1));

        var refused = _bench.Greet().Ask<Error>(id => HubClient.GuestLogin(id, "ann", "other"));

        Assert.Equal((ulong)until, refused.Value);
        Assert.Null(refused.RetryAfter);
        Assert.Equal(
            $"the name ann is held for somebody who has left, until {DateTimeOffset.FromUnixTimeMilliseconds(until):yyyy-MM-dd HH:mm} UTC; choose another name",
            refused.Text);
    }

    [Spec("CP-SES-025")]
    [Fact]
    public void A_name_whose_holder_is_there_has_no_end()
    {
        _bench.LogIn("ann");

        Assert.Null(_bench.Greet().Ask<Error>(id => HubClient.GuestLogin(id, "ann", "other")).Value);
    }

    [Spec("CP-SES-009", "CP-SES-008")]
    [Fact]
    public void A_name_that_is_held_no_longer_goes_to_a_new_principal()
    {
        var first = _bench.LogIn("ann");
        first.Disconnect();
        _bench.Pass(Day);

        Assert.NotEqual(first.Principal, _bench.LogIn("ann", "other").Principal);
    }

    [Fact]
    public void Who_comes_back_late_to_a_name_nobody_took_is_who_he_was()
    {
        var first = _bench.LogIn("ann");
        first.Say(first.Open("tea").Room, "I was here");
        first.Disconnect();
        _bench.Pass(10 * Day);

        Assert.Equal(first.Principal, _bench.LogIn("ann").Principal);
    }

    [Fact]
    public void Who_lost_the_name_to_another_does_not_get_it_back_while_it_is_held()
    {
        _bench.LogIn("ann").Disconnect();
        _bench.Pass(Day);
        _bench.LogIn("ann", "other");

        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann")));
    }

    [Spec("CP-NAM-003")]
    [Theory]
    [InlineData("server")]
    [InlineData("Admin")]
    [InlineData("EVERYONE")]
    public void A_reserved_name_is_refused(string name) =>
        Assert.Equal(ErrorCode.BadName, _bench.Greet().Refused(id => HubClient.GuestLogin(id, name)));

    [Spec("CP-NAM-001")]
    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("a b")]
    [InlineData("@ann")]
    [InlineData("a\u202eb")]
    [InlineData("\ufffe")]
    public void A_name_that_breaks_the_rules_is_refused(string name) =>
        Assert.Equal(ErrorCode.BadName, _bench.Greet().Refused(id => HubClient.GuestLogin(id, name)));

    [Spec("CP-SES-014")]
    [Fact]
    public void A_key_that_has_not_32_bytes_is_refused() => Assert.Equal(ErrorCode.BadCredential,
        _bench.Greet().Refused(id => new Login(id, "ann", CredentialKind.GuestKey, new byte[31], null, false)));

    [Spec("CP-SES-014")]
    [Fact]
    public void A_credential_of_an_unknown_kind_is_refused() => Assert.Equal(ErrorCode.BadCredential,
        _bench.Greet().Refused(id => new Login(id, "ann", (CredentialKind)9, new byte[32], null, false)));

    [Spec("CP-SES-014")]
    [Fact]
    public void Only_who_comes_through_the_admin_socket_is_an_admin() => Assert.Equal(ErrorCode.BadCredential,
        _bench.Greet().Refused(id => new Login(id, "", CredentialKind.LocalAdmin, default, null, false)));

    [Fact]
    public void A_guest_may_come_through_the_admin_socket()
    {
        var client = _bench.Greet("admin");
        client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann"));

        Assert.Equal(ErrorCode.Denied, client.Refused(id => new Status(id)));
    }

    [Fact]
    public void A_refused_login_leaves_the_session_free_to_try_another_name()
    {
        _bench.LogIn("ann");
        var client = _bench.Greet();
        client.Refused(id => HubClient.GuestLogin(id, "ann", "other"));

        Assert.Equal("ann-2", client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann-2", "other")).Name);
    }

    [Spec("CP-SES-008")]
    [Fact]
    public void A_new_principal_is_told_only_once_it_is_stored()
    {
        var client = _bench.Greet();
        var login = client.Send(id => HubClient.GuestLogin(id, "ann"));
        _bench.Hub.Flush();

        Assert.Null(client.AnswerTo(login));
        _bench.Commit();
        Assert.IsType<LoggedIn>(client.AnswerTo(login));
    }

    [Spec("CP-SES-015")]
    [Fact]
    public void The_key_is_not_stored()
    {
        _bench.LogIn("ann");

        var login = HubClient.GuestLogin(1, "ann");
        Assert.NotEqual(login.Secret.ToArray(), Assert.Single(_bench.Log.Contents.Principals).KeyHash.ToArray());
    }

    [Spec("CP-SES-008")]
    [Fact]
    public void A_second_session_of_a_principal_that_is_not_stored_yet_waits_as_well()
    {
        var (first, second) = (_bench.Greet(), _bench.Greet());
        first.Send(id => HubClient.GuestLogin(id, "ann"));
        _bench.Hub.Flush();
        var login = second.Send(id => HubClient.GuestLogin(id, "ann"));
        _bench.Work();

        Assert.Null(second.AnswerTo(login));
        _bench.Commit();
        Assert.IsType<LoggedIn>(second.AnswerTo(login));
    }

    [Fact]
    public void A_second_session_is_refused_with_the_first_when_their_principal_cannot_be_stored()
    {
        var (first, second) = (_bench.Greet(), _bench.Greet());
        first.Send(id => HubClient.GuestLogin(id, "ann"));
        var login = second.Send(id => HubClient.GuestLogin(id, "ann"));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(second.AnswerTo(login)).Reason);
        Assert.Equal(first.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann")).Principal,
            second.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann")).Principal);
    }

    [Spec("CP-SES-020")]
    [Fact]
    public void Requests_behind_a_login_wait_for_it_and_are_then_answered_in_order()
    {
        var client = _bench.Greet();
        client.Received.Clear();
        client.Send(id => HubClient.GuestLogin(id, "ann"));
        client.Send(id => new Join(id, "tea", PresenceMode.None, null, null));
        client.Send(id => new Ping(id));
        Assert.Empty(client.Received);

        _bench.Commit();

        Assert.Equal([typeof(LoggedIn), typeof(RoomInfo), typeof(Pong)], client.Received.Select(f => f.GetType()));
    }

    [Spec("CP-SES-020")]
    [Fact]
    public void Requests_behind_a_login_that_failed_are_treated_as_before_login()
    {
        var client = _bench.Greet();
        client.Send(id => HubClient.GuestLogin(id, "ann"));
        client.Send(id => new Join(id, "tea", PresenceMode.None, null, null));

        _bench.Fail();

        Assert.Equal(ErrorCode.WrongState, Assert.IsType<Error>(client.Last).Reason);
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void A_login_that_could_not_be_stored_may_be_tried_again()
    {
        var client = _bench.Greet();
        var failed = client.Send(id => HubClient.GuestLogin(id, "ann"));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(client.AnswerTo(failed)).Reason);
        client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, "ann"));
        Assert.Single(_bench.Log.Contents.Principals);
    }

    [Fact]
    public void A_second_login_pipelined_behind_the_first_waits_for_both()
    {
        var client = _bench.Greet();
        client.Send(id => HubClient.GuestLogin(id, "ann"));
        var second = client.Send(id => HubClient.GuestLogin(id, "bob"));
        var join = client.Send(id => new Join(id, "tea", PresenceMode.None, null, null));
        _bench.Fail();
        Assert.Null(client.AnswerTo(join));

        _bench.Settle();

        Assert.Equal("bob", Assert.IsType<LoggedIn>(client.AnswerTo(second)).Name);
        Assert.IsType<RoomInfo>(client.AnswerTo(join));
    }

    [Fact]
    public void A_connection_that_goes_before_its_login_is_stored_leaves_nobody_behind()
    {
        var client = _bench.Greet();
        client.Send(id => HubClient.GuestLogin(id, "ann"));
        client.Disconnect();
        _bench.Settle();
        _bench.Pass(Day);

        Assert.IsType<LoggedIn>(_bench.LogIn("ann", "other").LoggedIn);
    }

    [Fact]
    public void A_connection_that_goes_before_its_login_fails_leaves_nobody_behind()
    {
        var client = _bench.Greet();
        client.Send(id => HubClient.GuestLogin(id, "ann"));
        _bench.Hub.Flush();
        client.Disconnect();
        _bench.Fail();

        Assert.IsType<LoggedIn>(_bench.LogIn("ann", "other").LoggedIn);
    }

    [Fact]
    public void A_takeover_that_could_not_be_stored_leaves_the_name_with_its_holder()
    {
        var first = _bench.LogIn("ann");
        first.Say(first.Open("tea").Room, "I was here");
        first.Disconnect();
        _bench.Settle();
        _bench.Pass(Day);
        _bench.Greet().Send(id => HubClient.GuestLogin(id, "ann", "other"));
        _bench.Fail();

        Assert.Equal(first.Principal, _bench.LogIn("ann").Principal);
    }

    [Spec("CP-LIM-007")]
    [Fact]
    public void Requests_that_wait_for_a_login_are_handled_by_turns_and_in_order()
    {
        const int Held = 1000;
        var hasty = _bench.Greet();
        var modest = _bench.Greet();
        hasty.Send(id => HubClient.GuestLogin(id, "hasty"));
        var names = Enumerable.Range(0, Held).Select(i => hasty.Send(id => new Nick(id, $"hasty-{i}"))).ToList();
        modest.Send(id => HubClient.GuestLogin(id, "modest"));
        var rooms = modest.Send(id => new Rooms(id, 0));

        _bench.Hub.Flush();
        _bench.Hub.Committed(_bench.Log.Store());
        _bench.Hub.Work();

        Assert.IsType<RoomList>(modest.AnswerTo(rooms));
        Assert.Null(hasty.AnswerTo(names[^1]));
        var ping = hasty.Send(id => new Ping(id));
        _bench.Settle();
        Assert.All(names, name => Assert.NotNull(hasty.AnswerTo(name)));
        var last = hasty.AnswerTo(ping)!;
        Assert.All(names.Where(name => hasty.AnswerTo(name) is Error), name => Assert.True(hasty.Received.IndexOf(hasty.AnswerTo(name)!) < hasty.Received.IndexOf(last)));
    }
}

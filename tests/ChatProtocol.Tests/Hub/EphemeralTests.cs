using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Guests without a key, who log in by their address and last as long as their connection.</summary>
public sealed class EphemeralTests
{
    private readonly HubBench _bench = new();

    [Spec("CP-LEG-003")]
    [Fact]
    public void Whoever_comes_without_a_key_is_somebody_new_each_time_and_the_name_is_free_at_once()
    {
        var first = LogIn("guest-1", "127.0.0.1:1");
        var second = Connect("127.0.0.2:1");
        Assert.Equal(ErrorCode.NameTaken, second.Refused(id => Login(id, "guest-1")));
        first.Disconnect();

        var me = second.Ask<LoggedIn>(id => Login(id, "guest-1"));

        Assert.NotEqual(first.Principal, me.Principal);
    }

    [Spec("CP-LEG-003")]
    [Fact]
    public void Nobody_takes_over_the_name_of_a_guest_without_a_key_that_is_there_and_none_after_a_restart_holds_one()
    {
        LogIn("guest-1", "127.0.0.1:1");
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "guest-1")));

        _bench.Restart();

        _bench.LogIn("guest-1");
    }

    [Spec("CP-SES-008")]
    [Fact]
    public void Whoever_left_nothing_behind_is_not_kept_and_the_id_is_not_given_again_even_so()
    {
        var first = LogIn("guest-1", "127.0.0.1:1");
        var ids = new List<ulong> { first.Principal };
        first.Disconnect();
        _bench.Settle();
        Assert.DoesNotContain(_bench.Log.Contents.Principals, p => p.Name == "guest-1");

        for (var i = 0; i < 3; i++)
        {
            _bench.Restart();
            ids.Add(LogIn("guest-1", "127.0.0.1:1").Principal);
            _bench.Settle();
        }

        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Whoever_said_something_in_private_is_known_by_name_to_the_other_one_over_a_restart()
    {
        var text = LogIn("guest-1", "127.0.0.1:1");
        _bench.LogIn("bob");
        text.Say(text.Open("@bob").Room, "hi");
        text.Disconnect();
        _bench.Settle();

        _bench.Restart();

        Assert.Contains(_bench.LogIn("bob").Ask<RoomList>(id => new Rooms(id, 0)).Items, room => room.Name == "guest-1");
    }

    [Spec("CP-LEG-003", "CP-SES-014")]
    [Fact]
    public void Nobody_else_logs_in_by_an_address() =>
        Assert.Equal(ErrorCode.BadCredential, _bench.Greet().Refused(id => Login(id, "ann")));

    [Spec("CP-LEG-040")]
    [Fact]
    public void A_client_that_answers_no_pings_is_neither_pinged_nor_closed_for_saying_nothing_for_hours()
    {
        var text = LogIn("guest-1", "127.0.0.1:1");
        text.AnswersPings = false;

        _bench.Pass(TimeSpan.FromHours(3));

        Assert.False(text.IsClosed);
        Assert.Empty(text.Received.OfType<Ping>());
    }

    private static Login Login(ulong id, string name) => new(id, name, CredentialKind.Address, default, null, Inbox: true);

    private HubClient Connect(string address)
    {
        var client = new HubClient(_bench, new FakePeer(_bench) { Transport = "legacy/gbk", Address = address });
        _bench.Clients.Add(client);
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        return client;
    }

    private HubClient LogIn(string name, string address)
    {
        var client = Connect(address);
        client.LoggedIn = client.Ask<LoggedIn>(id => Login(id, name));
        return client;
    }
}

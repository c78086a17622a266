using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Plain text clients as the hub sees them: guests by their address, who name others by name or address.</summary>
public sealed class WhisperTests
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
    public void Nobody_takes_over_the_name_of_a_text_client_that_is_there_and_none_after_a_restart_holds_one()
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
        Whisper(text, "bob", "hi");
        text.Disconnect();
        _bench.Settle();

        _bench.Restart();

        Assert.Contains(_bench.LogIn("bob").Ask<RoomList>(id => new Rooms(id, 0)).Items, room => room.Name == "guest-1");
    }

    [Spec("CP-LEG-003", "CP-SES-014")]
    [Fact]
    public void Nobody_else_logs_in_by_an_address() =>
        Assert.Equal(ErrorCode.BadCredential, _bench.Greet().Refused(id => Login(id, "ann")));

    [Spec("CP-LEG-016")]
    [Theory]
    [InlineData("bob", "hi")]
    [InlineData("hi", "bob")]
    [InlineData(" BOB ", "hi")]
    [InlineData("127.0.0.1:7", "hi")]
    [InlineData("hi", "7")]
    [InlineData("('127.0.0.1', 7)", "hi")]
    public void Either_part_may_name_whom_it_is_for(string one, string other)
    {
        var text = LogIn("guest-1", "127.0.0.1:1");
        var bob = LogIn("bob", "127.0.0.1:7");

        Assert.NotNull(Whisper(text, one, other));

        Assert.Equal(["hi"], bob.Received.OfType<Message>().Select(m => m.Text.ToString()));
    }

    [Spec("CP-LEG-016")]
    [Fact]
    public void The_first_part_wins_if_both_name_somebody()
    {
        var text = LogIn("guest-1", "127.0.0.1:1");
        var (ann, bob) = (_bench.LogIn("ann", inbox: true), _bench.LogIn("bob", inbox: true));

        Whisper(text, "ann", "bob");

        Assert.Equal(["bob"], ann.Received.OfType<Message>().Select(m => m.Text.ToString()));
        Assert.Empty(bob.Received.OfType<Message>());
    }

    [Spec("CP-LEG-016", "CP-LEG-017")]
    [Theory]
    [InlineData("nobody", "hi", ErrorCode.NoSuchUser)]
    [InlineData("8", "hi", ErrorCode.NoSuchUser)]
    [InlineData("gone", "hi", ErrorCode.NoSuchUser)]
    [InlineData("admin", "hi", ErrorCode.NoSuchUser)]
    [InlineData("server", "hi", ErrorCode.NoSuchUser)]
    [InlineData("guest-1", "hi", ErrorCode.InvalidValue)]
    [InlineData("hi", "1", ErrorCode.InvalidValue)]
    public void Where_nobody_is_named_nobody_is_told(string one, string other, ErrorCode why)
    {
        var text = LogIn("guest-1", "127.0.0.1:1");
        _bench.LogInAdmin();
        _bench.LogIn("gone").Disconnect();
        // Two with one port are as good as nobody.
        LogIn("x", "127.0.0.1:8");
        LogIn("y", "127.0.0.2:8");

        var id = 1000ul;
        text.Peer.Asked.Add(id);
        _bench.Hub.Whisper(text.Session, id, one, other);
        _bench.Settle();

        Assert.Equal(why, Assert.IsType<Error>(text.AnswerTo(id)).Reason);
        Assert.All(_bench.Clients, client => Assert.Empty(client.Received.OfType<Message>()));
    }

    [Fact]
    public void Whoever_whispers_while_the_server_drains_is_refused()
    {
        var text = LogIn("guest-1", "127.0.0.1:1");
        _bench.LogIn("bob");
        _bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(1), new Bye(ByeCode.Shutdown, "", null)));

        text.Peer.Asked.Add(1000);
        _bench.Hub.Whisper(text.Session, 1000, "bob", "hi");

        Assert.Equal(ErrorCode.ShuttingDown, Assert.IsType<Error>(text.AnswerTo(1000)).Reason);
    }

    [Spec("CP-LEG-040")]
    [Fact]
    public void A_text_client_that_says_nothing_for_hours_is_neither_pinged_nor_closed()
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

    private Posted? Whisper(HubClient from, string one, string other)
    {
        from.Peer.Asked.Add(1000);
        _bench.Hub.Whisper(from.Session, 1000, one, other);
        _bench.Settle();
        return from.AnswerTo(1000) as Posted;
    }
}

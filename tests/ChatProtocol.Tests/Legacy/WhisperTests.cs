using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Private messages of plain text clients: what the gateway makes of them, on a hub without sockets.</summary>
public sealed class WhisperTests
{
    private const string Absent = "*** not sent: nobody of that name is here";

    private readonly HubBench _bench = new();
    private readonly EndpointIndex _endpoints = new();

    [Spec("CP-LEG-016")]
    [Theory]
    [InlineData("bob%%%hi")]
    [InlineData("hi%%%bob")]
    [InlineData(" BOB %%%hi")]
    [InlineData("127.0.0.1:7%%%hi")]
    [InlineData("hi%%%7")]
    [InlineData("('127.0.0.1', 7)%%%hi")]
    public void Either_part_may_name_the_recipient(string line)
    {
        var text = Enter("127.0.0.1:1");
        var bob = LogIn("bob", "127.0.0.1:7");

        Assert.Empty(text.Say(line));

        Assert.Equal(["hi"], TextsOf(bob));
    }

    [Spec("CP-LEG-016")]
    [Fact]
    public void The_first_part_is_the_recipient_if_both_name_somebody()
    {
        var text = Enter("127.0.0.1:1");
        var (ann, bob) = (LogIn("ann"), LogIn("bob"));

        text.Say("ann%%%bob");

        Assert.Equal(["bob"], TextsOf(ann));
        Assert.Empty(TextsOf(bob));
    }

    [Spec("CP-LEG-016", "CP-LEG-017", "CP-LEG-018")]
    [Theory]
    [InlineData("nobody%%%hi", Absent)]
    [InlineData("8%%%hi", Absent)]
    [InlineData("gone%%%hi", Absent)]
    [InlineData("admin%%%hi", Absent)]
    [InlineData("server%%%hi", Absent)]
    [InlineData("guest-1%%%hi", "*** not sent: that is you")]
    [InlineData("hi%%%1", "*** not sent: that is you")]
    public void A_message_that_names_nobody_else_is_delivered_to_nobody_and_its_sender_is_told(string line, string told)
    {
        var text = Enter("127.0.0.1:1");
        _bench.LogInAdmin();
        LogIn("gone").Disconnect();
        // A port that two have names neither.
        Enter("127.0.0.1:8");
        Enter("127.0.0.2:8");

        Assert.Equal([told], text.Say(line));

        Assert.All(_bench.Clients, client => Assert.Empty(TextsOf(client)));
    }

    [Spec("CP-LEG-016")]
    [Fact]
    public void A_port_names_the_only_one_there_as_soon_as_the_other_has_quit()
    {
        var text = Enter("127.0.0.1:1");
        var (first, second) = (Enter("127.0.0.1:8"), Enter("127.0.0.2:8"));
        first.Say("%%%quit");

        Assert.Empty(text.Say("8%%%hi"));

        Assert.Contains("[private] guest-1: hi", second.Lines);
    }

    [Spec("CP-LEG-006")]
    [Fact]
    public void A_private_message_right_before_bytes_that_are_no_text_is_delivered()
    {
        var (text, bob) = (Enter("127.0.0.1:1"), LogIn("bob"));

        text.Type("bob%%%hi");
        _bench.Hub.Violate(text.Session!, new ProtocolViolation(ErrorCode.Malformed, "text", 0, "this is no text"));
        text.Settle();

        Assert.True(text.IsClosed);
        Assert.Equal(["hi"], TextsOf(bob));
    }

    [Fact]
    public void A_private_message_is_refused_while_the_server_drains()
    {
        var text = Enter("127.0.0.1:1");
        LogIn("bob");
        _bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(1), new Bye(ByeCode.Shutdown, "", null)));

        Assert.Equal(["*** not done: the server is about to stop"], text.Say("bob%%%hi"));
    }

    [Spec("CP-BLK-002", "CP-LEG-018")]
    [Theory]
    [InlineData("ann%%%psst")]
    [InlineData("psst%%%ann")]
    [InlineData("ann%%%zoe")]
    public void A_client_that_is_blocked_is_told_that_nobody_is_there_and_nobody_else_gets_it(string line)
    {
        var (ann, zoe) = (LogIn("ann"), LogIn("zoe"));
        var text = Enter("127.0.0.1:9");
        ann.Ask<Ok>(id => new Block(id, "guest-9"));

        Assert.Equal([Absent], text.Say(line));

        Assert.Empty(TextsOf(ann));
        Assert.Empty(TextsOf(zoe));
    }

    [Spec("CP-BLK-002")]
    [Fact]
    public void A_block_holds_for_a_private_room_that_there_is()
    {
        var ann = LogIn("ann");
        var text = Enter("127.0.0.1:9");
        text.Say("ann%%%hello");
        ann.Ask<Ok>(id => new Block(id, "guest-9"));

        Assert.Equal([Absent], text.Say("ann%%%psst"));

        Assert.Equal(["hello"], TextsOf(ann));
    }

    [Spec("CP-BLK-003")]
    [Fact]
    public void A_client_is_told_that_it_has_blocked_its_recipient()
    {
        var text = Enter("127.0.0.1:9");
        LogIn("bob");
        text.Say("%%%block bob");

        Assert.Equal(["*** not sent: you have blocked this one; %%%unblock NAME first"], text.Say("bob%%%psst"));
    }

    [Fact]
    public void Private_messages_that_wait_for_a_new_room_stay_in_order_before_what_was_typed_behind_them()
    {
        var (text, bob) = (Enter("127.0.0.1:1"), LogIn("bob"));
        UseUpRoomIds();

        text.Type("bob%%%1", "bob%%%2", "for all");
        Assert.Empty(_bench.Log.EntriesOf(1));
        // The ids are there, but the gateway has not had its turn yet.
        _bench.Settle();
        text.Type("bob%%%3", "%%%quit");
        text.Settle();

        Assert.Equal(["1", "2", "3"], TextsOf(bob));
        Assert.Equal(["for all"], _bench.Log.EntriesOf(1).Select(message => message.Text.ToString()));
        Assert.Equal(["*** goodbye"], text.Lines);
        Assert.True(text.IsClosed);
        Assert.Equal(5, text.Settled);
    }

    [Spec("CP-LEG-017")]
    [Fact]
    public void A_message_that_waits_while_its_recipients_name_passes_to_somebody_else_is_delivered_to_neither()
    {
        var (text, bob, eve) = (Enter("127.0.0.1:1"), LogIn("bob"), LogIn("eve"));
        UseUpRoomIds();
        text.Type("bob%%%secret");
        bob.Send(id => new Nick(id, "robert"));
        eve.Send(id => new Nick(id, "bob"));

        text.Settle();

        Assert.Equal([Absent], text.Lines.Where(line => line.Contains("not sent", StringComparison.Ordinal)));
        Assert.All([bob, eve], client => Assert.Empty(TextsOf(client)));
    }

    [Spec("CP-LIM-005")]
    [Fact]
    public void Private_messages_beyond_the_rate_are_delayed_and_stay_in_order()
    {
        var bench = new HubBench(o => o with { Near = GuestBounds.Near with { Posts = new Rate(1, 1) } });
        var text = LegacyGatewayPeer.Enter(bench, _endpoints, "127.0.0.1:1");
        var bob = bench.LogIn("bob", inbox: true);

        text.Type("bob%%%1", "bob%%%2", "bob%%%3");
        text.Settle();
        Assert.Equal(1, text.Settled);
        Assert.Equal(["1"], TextsOf(bob));
        bench.Pass(TimeSpan.FromSeconds(3));
        text.Settle();

        Assert.Equal(3, text.Settled);
        Assert.Equal(["1", "2", "3"], TextsOf(bob));
    }

    private static List<string> TextsOf(HubClient client) => [.. client.Received.OfType<Message>().Select(message => message.Text.ToString())];

    private LegacyGatewayPeer Enter(string address) => LegacyGatewayPeer.Enter(_bench, _endpoints, address);

    private HubClient LogIn(string name, string? address = null)
    {
        var peer = address is null ? new FakePeer(_bench) : new FakePeer(_bench) { Address = address };
        var client = new HubClient(_bench, peer);
        _bench.Clients.Add(client);
        client.Ask<Welcome>(id => new Hello(id, 1, 1, [], "test"));
        client.LoggedIn = client.Ask<LoggedIn>(id => HubClient.GuestLogin(id, name, inbox: true));
        if (address is not null)
            _endpoints.Add(address, client.Session);
        return client;
    }

    /// <summary>A new room has to wait from here on until the log has stored a reservation (CP-TRA-013).</summary>
    private void UseUpRoomIds()
    {
        foreach (var hoarder in new[] { _bench.LogIn("hoarder"), _bench.LogIn("hoarder2") })
            for (var i = 0; i < 1000; i++)
                hoarder.Send(id => new Open(id, $"{hoarder.LoggedIn!.Name}-{i}", true));
    }
}

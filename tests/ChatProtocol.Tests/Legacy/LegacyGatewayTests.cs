using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The conversation of a plain text client, on a hub without sockets.</summary>
public sealed class LegacyGatewayTests
{
    private readonly HubBench _bench = new();
    private readonly EndpointIndex _endpoints = new();

    [Fact]
    public void A_message_that_comes_before_the_client_is_in_the_lobby_waits_until_it_is()
    {
        var text = new LegacyGatewayPeer(_bench, _endpoints, "127.0.0.1:1");
        text.Type("hello", "%%%quit");
        Assert.Equal(0, text.Settled);

        text.Settle();

        Assert.Equal(["hello"], _bench.Log.EntriesOf(1).Select(message => message.Text.ToString()));
        Assert.Equal(2, text.Settled);
        Assert.Equal(
            ["*** welcome, you are guest-1; %%%help tells what you can type", "*** here: guest-1", "*** goodbye"], text.Lines);
    }

    [Fact]
    public void Each_message_is_settled_once_however_many_requests_it_makes()
    {
        for (var i = 0; i < 3; i++)
            _bench.LogIn("bob").Open($"room-{i}");
        var text = LegacyGatewayPeer.Enter(_bench, _endpoints, "127.0.0.1:1");
        string[] lines =
        [
            "hello", "bob%%%hi", "nobody%%%hi", "a%%%b%%%c", "100%% bob", "%%%nick", "%%%nick ann", "%%%nick server", "%%%who", "%%%rooms",
            "%%%history", "%%%history x", "%%%block bob", "%%%block", "%%%unblock bob", "%%%help", "%%%nonsense",
        ];

        text.Type(lines);
        text.Settle();

        Assert.Equal(lines.Length, text.Settled);
    }

    [Spec("CP-LEG-061")]
    [Fact]
    public void A_message_with_signs_beside_a_port_that_somebody_has_is_rejected_and_beside_one_that_nobody_has_is_said()
    {
        var text = LegacyGatewayPeer.Enter(_bench, _endpoints, "127.0.0.1:1");
        LegacyGatewayPeer.Enter(_bench, _endpoints, "127.0.0.1:77");

        Assert.StartsWith("*** not sent: this may be a private message", Assert.Single(text.Say("77%%hello")), StringComparison.Ordinal);
        Assert.Empty(text.Say("78%%hello"));

        Assert.Equal(["78%%hello"], _bench.Log.EntriesOf(1).Select(message => message.Text.ToString()));
    }

    [Spec("CP-LEG-023")]
    [Fact]
    public void An_arrival_a_rename_and_a_leaving_are_told()
    {
        var text = LegacyGatewayPeer.Enter(_bench, _endpoints, "127.0.0.1:1");
        var bob = _bench.LogIn("bob");
        bob.Join("lobby");
        Pass(text);
        bob.Ask<LoggedIn>(id => new Nick(id, "bert"));
        Pass(text);
        bob.Disconnect();
        Pass(text);

        Assert.Equal(["*** bob has entered", "*** bob is now called bert", "*** bert has left"], text.Lines);
    }

    [Spec("CP-LEG-020")]
    [Fact]
    public void A_page_has_the_clients_own_messages_and_new_entries_have_not()
    {
        var text = LegacyGatewayPeer.Enter(_bench, _endpoints, "127.0.0.1:1");
        var ann = _bench.LogIn("ann");
        var lobby = ann.Join("lobby").Room;
        text.Say("one");
        ann.Say(lobby, "two");
        Assert.Equal(["ann: two"], text.Lines.Where(line => !line.StartsWith("***", StringComparison.Ordinal)));

        Assert.Equal(["guest-1: one", "ann: two"], text.Say("%%%history"));
    }

    private void Pass(LegacyGatewayPeer text)
    {
        _bench.Pass(TimeSpan.FromMilliseconds(300));
        text.Settle();
    }
}

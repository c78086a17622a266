using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The parts that gateways share, with a gateway for another protocol than plain text.</summary>
public sealed class GatewaySessionTests
{
    private readonly HubBench _bench = new();

    [Fact]
    public void Messages_typed_at_once_are_carried_out_in_order_each_after_the_one_it_depends_on()
    {
        var ann = LogIn("ann");
        var bob = LogIn("bob");
        bob.Type("JOIN #tea");
        bob.Settle();

        foreach (var line in (string[])["JOIN #tea", "PRIVMSG #tea :for all", "PRIVMSG bob :for one", "PRIVMSG nobody :psst", "PING 7", "WALLOPS"])
            ann.Type(line);
        ann.Settle();

        Assert.Equal(["001 ann", "JOIN #tea", "401", "PONG 7", "421 WALLOPS"], ann.Lines.Where(line => !line.Contains("PRIVMSG", StringComparison.Ordinal)));
        Assert.Equal([":ann PRIVMSG :for all", ":ann PRIVMSG :for one"], bob.Lines.Where(line => line.Contains("PRIVMSG", StringComparison.Ordinal)));
        Assert.Equal(7, ann.Settled);
    }

    [Fact]
    public void A_message_before_the_login_is_answered_waits_for_it()
    {
        var ann = new IrcGatewayPeer(_bench, "127.0.0.1:1");

        ann.Type("NICK ann");
        ann.Type("JOIN #tea");
        Assert.Equal(0, ann.Settled);
        ann.Settle();

        Assert.Equal(["001 ann", "JOIN #tea"], ann.Lines);
        Assert.Equal(2, ann.Settled);
    }

    [Fact]
    public void Clients_of_different_gateways_and_capabilities_are_sent_one_segment_each_in_its_own_form()
    {
        var text = LegacyGatewayPeer.Enter(_bench, new EndpointIndex(), "127.0.0.1:1");
        var (plain, timed) = (LogIn("plain"), LogIn("timed", serverTime: true));
        plain.Type("JOIN #lobby");
        timed.Type("JOIN #lobby");
        plain.Settle();
        timed.Settle();
        plain.Lines.Clear();
        timed.Lines.Clear();
        var ann = _bench.LogIn("ann");

        ann.Say(ann.Join("lobby").Room, "hi");

        Assert.Equal([":ann PRIVMSG :hi"], plain.Lines);
        Assert.Equal([$"@time={_bench.Now} :ann PRIVMSG :hi"], timed.Lines);
        Assert.Equal(["ann: hi"], text.Lines);
    }

    private IrcGatewayPeer LogIn(string name, bool serverTime = false)
    {
        var client = new IrcGatewayPeer(_bench, "127.0.0.1:9", serverTime);
        client.Type($"NICK {name}");
        client.Settle();
        return client;
    }
}

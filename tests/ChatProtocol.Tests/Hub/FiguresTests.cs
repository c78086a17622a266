using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>What the hub counts, for metrics.</summary>
public sealed class FiguresTests
{
    private readonly HubBench _bench = new();

    private HubFigures Figures => _bench.Hub.Figures;

    [Fact]
    public void Posts_are_counted_once_and_entries_for_each_member()
    {
        var (ann, bob) = (_bench.LogIn("ann"), _bench.LogIn("bob"));
        var room = ann.Join("tea").Room;
        bob.Join("tea");
        ann.Say(room, "one");
        ann.Say(room, "two");

        Assert.Equal((2, 4), (Figures.Posts, Figures.EntriesSent));
    }

    [Fact]
    public void Sessions_and_rooms_are_those_there_are_now()
    {
        var ann = _bench.LogIn("ann");
        _bench.Greet();
        ann.Say(ann.Join("tea").Room, "hi");
        Assert.Equal((1, 2), (Figures.Sessions, Figures.Rooms));

        ann.Disconnect();

        Assert.Equal((0, 2), (Figures.Sessions, Figures.Rooms));
    }

    [Fact]
    public void An_error_is_counted_by_its_code_whether_the_session_ends_by_it_or_not()
    {
        var ann = _bench.LogIn("ann");
        ann.Refused(id => new Leave(id, 99));
        ann.Refused(id => new Leave(id, 99));
        _bench.Hub.Violate(ann.Session, new ProtocolViolation(ErrorCode.Malformed, "name", 5, "no string"));

        Assert.Equal([(ErrorCode.Malformed, 1L), (ErrorCode.NotJoined, 2L)], Figures.Refusals.Where(refusal => refusal.Count > 0));
    }

    [Fact]
    public void A_login_is_counted_once_as_what_came_of_it()
    {
        _bench.LogIn("ann");
        _bench.LogInAdmin();
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann", key: "another")));
        // One whose name cannot be stored.
        _bench.Greet().Send(id => HubClient.GuestLogin(id, "bob"));
        Assert.Equal((1, 1), Guests());
        _bench.Fail();

        Assert.Equal((1, 2), Guests());
        Assert.Contains((CredentialKind.LocalAdmin, 1L, 0L), Figures.Logins);
    }

    [Fact]
    public void A_kind_of_credential_that_there_is_not_is_refused_and_not_counted()
    {
        _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann") with { Credential = (CredentialKind)1000 });

        Assert.All(Figures.Logins, logins => Assert.Equal((0, 0), (logins.Accepted, logins.Refused)));
    }

    [Fact]
    public void Nothing_waits_once_nobody_is_there()
    {
        var ann = _bench.LogIn("ann");
        ann.Peer.Capacity = 0;
        ann.Say(ann.Join("tea").Room, "hi");
        _bench.Pass(TimeSpan.FromSeconds(2));
        Assert.True(Figures.QueuedBytes > 0);

        ann.Disconnect();

        Assert.Equal(0, Figures.QueuedBytes);
    }

    private (long Accepted, long Refused) Guests()
    {
        var (_, accepted, refused) = Figures.Logins.Single(logins => logins.Kind == CredentialKind.GuestKey);
        return (accepted, refused);
    }
}

using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Changes of rooms that come while others are not durable yet, and may be lost with them.</summary>
public sealed class RoomRoleRaceTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;

    public RoomRoleRaceTests()
    {
        _ann = _bench.LogIn("ann", publisher: 1);
        _bob = _bench.LogIn("bob", publisher: 2);
    }

    [Spec("CP-ROL-010")]
    [Fact]
    public void A_change_that_is_made_already_is_answered_only_once_that_is_durable()
    {
        var room = _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        _ann.Send(id => new ChangeRoom(id, room, null, "tea", null, null, null));
        var again = _ann.Send(id => new ChangeRoom(id, room, null, "tea", null, null, null));

        Assert.Null(_ann.AnswerTo(again));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_ann.AnswerTo(again)).Reason);
    }

    [Spec("CP-ROL-002", "CP-ROL-021")]
    [Fact]
    public void A_member_that_has_joined_by_a_role_that_is_lost_leaves_with_it()
    {
        var room = _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        _ann.Send(id => new SetRole(id, room, "bob", RoomRole.Member, ""));
        _bob.Send(id => new Join(id, $"#{room}", PresenceMode.None, null, null));
        _bench.Fail();

        _ann.Say(room, "a secret");

        Assert.Single(_bob.All<Expelled>());
        Assert.Empty(_bob.Texts(room));
    }

    [Spec("CP-ROL-020")]
    [Fact]
    public void Posts_behind_a_first_one_of_somebody_muted_are_out_of_order()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");
        _ann.Ask<Posted>(id => new Restrict(id, room, "bob", RoomRestriction.Muted, null, ""));
        Assert.Equal(ErrorCode.Muted, _bob.Refused(id => new Post(id, room, "one", 1)));
        _ann.Ask<Posted>(id => new Restrict(id, room, "bob", RoomRestriction.None, null, ""));

        Assert.Equal(ErrorCode.OutOfOrder, _bob.Refused(id => new Post(id, room, "two", 2)));
    }
}


namespace ChatProtocol.Simulation;

/// <summary>What a client or the operator does with the roles, restrictions and settings of rooms, allowed or not, drawn from the seed.</summary>
internal sealed class RoomActions(World world, Client client)
{
    private const int MaxByInvitation = 6;

    public void Act(Link link)
    {
        // Seeds without such actions draw nothing for them.
        if (world.Swarm.RoomRate == 0 || !world.Others.Chance(world.Swarm.RoomRate))
            return;
        var dice = world.Others;
        var rooms = world.Ledger.Rooms.Where(one => !one.IsPrivate && one.Told > 0).ToList();
        var hidden = rooms.Where(one => one.Law.IsByInvitation).ToList();
        if (hidden.Count < MaxByInvitation && dice.Chance(0.1))
            Ask(link, new CreateRoom(link.Conversation.NextId, RoomKind.ByInvitation, "a circle", dice.Chance(0.5) ? "" : "talk"));
        else if (rooms.Count > 0)
            Act(link, dice.Pick(hidden.Count > 0 && dice.Chance(0.5) ? hidden : rooms), dice);
    }

    private void Act(Link link, RoomLedger room, Dice dice)
    {
        var (id, name) = (link.Conversation.NextId, dice.Pick(world.Clients).Identity.Name);
        switch (dice.Below(12))
        {
            case 0 or 1 or 2: Ask(link, new SetRole(id, room.Id, name, (RoomRole)dice.Below(4), "")); break;
            case 3 or 4: Ask(link, new Restrict(id, room.Id, name, (RoomRestriction)(1 + dice.Below(2)), dice.Chance(0.5) ? null : (ulong)(1 + dice.Skewed(20_000)), "enough")); break;
            case 5 or 6: Ask(link, new Restrict(id, room.Id, name, RoomRestriction.None, null, "")); break;
            case 7 or 8: Ask(link, Change(id, room.Id, dice)); break;
            case 9: Ask(link, new RoomRoles(id, room.Id, dice.Chance(0.8) ? 0 : (ulong)dice.Below(100))); break;
            default: client.ComeTo(room); break;
        }
    }

    private static ChangeRoom Change(ulong id, ulong room, Dice dice) => dice.Below(6) switch
    {
        0 => new ChangeRoom(id, room, $"title {dice.Below(3)}", null, null, null, null),
        1 => new ChangeRoom(id, room, null, $"topic {dice.Below(3)}", null, null, null),
        2 => new ChangeRoom(id, room, null, null, (ulong)dice.Below(2), null, null),
        // A room is opened more often than archived, or nothing would be said any more.
        3 => new ChangeRoom(id, room, null, null, null, dice.Chance(0.3) ? 1UL : 0, null),
        4 => new ChangeRoom(id, room, null, null, null, null, dice.Chance(0.5) ? 0 : (ulong)(1 + dice.Skewed(3000))),
        _ => new ChangeRoom(id, room, null, "everything", (ulong)dice.Below(2), 0, 0),
    };

    private static void Ask(Link link, Request request) => link.Conversation.Ask(new PendingRequest(request));
}

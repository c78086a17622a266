namespace ChatProtocol.Simulation;

/// <summary>
/// Posts with keys, drawn from the seed: new ones, and any that the principal has posted before, in whatever session. Nothing is kept of their
/// answers, so that they are repeated with any outcome.
/// </summary>
internal sealed class KeyActions(World world, Client client)
{
    public void Act(Link link)
    {
        // Seeds without such posts draw nothing for them.
        if (world.Swarm.KeyRate == 0 || !world.OfKeys.Chance(world.Swarm.KeyRate))
            return;
        var dice = world.OfKeys;
        var known = world.Ledger.Keys.Of(link.Principal);
        if (known.Count > 0 && dice.Chance(0.6))
            // The latest are more likely, as they may be under way.
            Post(link, known[^(1 + dice.Skewed(known.Count - 1))]);
        else if (client.ClientRooms.Where(client.SpeaksAt).ToList() is { Count: > 0 } rooms && dice.Pick(rooms) is var room)
            Post(link, world.Ledger.Keys.Say(room.Room, link.Principal, room.Peer, dice.Skewed(world.Swarm.MaxText)));
    }

    /// <summary>Posts every text of its principal once more.</summary>
    public static void RepeatAll(World world, Link link)
    {
        foreach (var intended in world.Ledger.Keys.Of(link.Principal))
            Post(link, intended);
    }

    private static void Post(Link link, IntendedPost intended) =>
        link.Conversation.Ask(new PendingRequest(new Post(link.Conversation.NextId, intended.Room, intended.Body, null, intended.Key)) { Intended = intended });
}

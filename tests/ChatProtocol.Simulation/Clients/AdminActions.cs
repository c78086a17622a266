namespace ChatProtocol.Simulation;

/// <summary>The actions of an admin, drawn from the seed.</summary>
internal sealed class AdminActions(World world)
{
    private readonly Dice _dice = world.Dice;
    private readonly AccountAdmin _accounts = new(world);
    private bool _hasLifted;

    /// <summary>Whether all bans are lifted, by the server's answers, and everybody can log in.</summary>
    public bool HasPardoned => _hasLifted && _accounts.IsDone;

    public void Act(Link link)
    {
        var swarm = world.Swarm;
        if (_dice.Chance(swarm.OperatorRate))
            Look(link);
        if (_dice.Chance(swarm.BackupRate))
            Ask(link, id => new Backup(id, "/backup"));
        if (_dice.Chance(swarm.BanRate))
            Ban(link);
        _accounts.Act(link);
        if (world.Ledger.Rooms.ToList() is not { Count: > 0 } rooms)
            return;
        var room = _dice.Pick(rooms);
        if (_dice.Chance(swarm.RemoveRate))
            Ask(link, id => new RemoveRoom(id, room.Id));
        if (_dice.Chance(swarm.RetainRate))
            Ask(link, id => Retain(id, room.Id));
        if (_dice.Chance(swarm.EraseRate) && room.Told > 0)
            Ask(link, id => new Erase(id, room.Id, 1 + (ulong)_dice.Below((int)room.Told)));
    }

    /// <summary>Lifts all bans, one after another, so that every client can connect once more.</summary>
    public void Pardon(Link link)
    {
        // A ban may take effect late, from a connection that is gone.
        var isLate = _hasLifted && world.Clients.Any(other => !other.IsReady) && _dice.Chance(0.05);
        if ((!_hasLifted || isLate) && !link.Conversation.IsOpen)
            Ask(link, id => new Bans(id, 0));
        _accounts.Heal(link);
    }

    public void Pardon(Link link, BanList list)
    {
        _hasLifted = list.Items.Count == 0;
        foreach (var ban in list.Items)
            link.Conversation.Ask(new PendingRequest(new Unban(link.Conversation.NextId, ban.Ban, null, null)) { Subject = SubjectOf(ban) });
    }

    public void Lost() => _hasLifted = false;

    private void Look(Link link) => Ask(link, id => _dice.Below(6) switch
    {
        0 => new Status(id),
        1 => new Sessions(id, _dice.Chance(0.5) ? 0 : Limits.MaxInteger),
        2 => new Kick(id, null, _dice.Pick(world.Clients).Identity.Name, "so it is"),
        3 => new AcceptTime(id),
        4 => new Bans(id, _dice.Chance(0.5) ? 0 : Limits.MaxInteger),
        _ => new Verify(id),
    });

    private void Ban(Link link)
    {
        var identity = _dice.Pick(world.Clients).Identity;
        if (identity.Key.Length == 0)
            return;
        var id = link.Conversation.NextId;
        var address = _dice.Chance(0.5) ? identity.Address : null;
        var name = address is null ? identity.Name : null;
        ulong? lasts = _dice.Chance(0.3) ? null : (ulong)(1 + _dice.Skewed(100_000));
        Request request = _dice.Chance(0.5) ? new Ban(id, name, address, null, lasts, "enough", DryRun: false, Force: false) : new Unban(id, null, name, address);
        link.Conversation.Ask(new PendingRequest(request) { Subject = address ?? identity.Subject });
    }

    /// <summary>The subject of a ban in a list, which shows the name that the banned user had when it was banned.</summary>
    private string SubjectOf(BanListItem ban)
    {
        foreach (var identity in world.Clients.Select(other => other.Identity))
            if (ban.Subject == identity.Subject || ban.Subject.StartsWith($"{identity.Subject}-", StringComparison.Ordinal))
                return identity.Subject;
        return ban.Subject;
    }

    private Retain Retain(ulong id, ulong room)
    {
        var change = _dice.Chance(0.8);
        var limits = _dice.Below(4);
        return new Retain(id, room, change,
            limits == 1 ? (ulong)(1 + _dice.Skewed(200_000)) : null, limits == 2 ? (ulong)(1 + _dice.Skewed(300)) : null,
            limits == 3 ? (ulong)(1 + _dice.Skewed(20_000)) : null, DryRun: !change && _dice.Chance(0.5));
    }

    private static void Ask(Link link, Func<ulong, Request> request) => link.Conversation.Ask(new PendingRequest(request(link.Conversation.NextId)));
}

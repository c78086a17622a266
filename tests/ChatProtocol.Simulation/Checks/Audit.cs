namespace ChatProtocol.Simulation;

/// <summary>The end of a run: every identity connects once more with a fresh client, and reads every room from its first entry.</summary>
internal sealed class Audit(World world)
{
    public void Run(List<Client> clients, Action quieten)
    {
        var identities = clients.Where(client => !client.IsOperator).Select(client => client.Identity).Distinct().ToList();
        var auditors = identities.Select((identity, i) => MakeAuditor(clients.Count + i, identity)).ToList();
        SendToPublicRooms(auditors, clients);
        SendToPrivateRooms(auditors);
        SendOperator(clients);
        clients.AddRange(auditors);
        quieten();
        foreach (var auditor in auditors)
            KeyActions.RepeatAll(world, auditor.Link!);
        quieten();
        foreach (var auditor in auditors)
            Page(auditor, quieten);
        foreach (var room in world.Ledger.Rooms)
            Check(room, [.. auditors, .. clients.Where(client => client.IsOperator)]);
    }

    private Client MakeAuditor(int number, Identity identity)
    {
        var client = new Client(world, number, identity, counts: false, hasInbox: false, 0.9);
        client.Pager.IsThorough = true;
        return client;
    }

    private void SendToPublicRooms(List<Client> auditors, List<Client> clients)
    {
        var names = clients.SelectMany(client => client.ClientRooms).Where(clientRoom => clientRoom is { IsPrivate: false, IsById: false }).Select(clientRoom => clientRoom.Address).Distinct();
        foreach (var name in names)
            world.Dice.Pick(auditors).Add(name, isReader: true, 0);
    }

    /// <summary>The operator reads the rooms that others may not be let into.</summary>
    private void SendOperator(List<Client> clients)
    {
        var rooms = world.Ledger.Rooms.Where(room => room.Head > 0 && (room.Law.IsByInvitation || room.Law.HasChanges)).ToList();
        if (clients.Find(client => client.IsOperator) is { } reader)
            foreach (var room in rooms)
                reader.Add($"#{room.Id}", isReader: true, 0);
    }

    private void SendToPrivateRooms(List<Client> auditors)
    {
        foreach (var room in world.Ledger.Rooms.Where(room => room.IsPrivate))
        {
            var reader = auditors.Find(auditor => auditor.Identity.Principal == room[1].Principal);
            var peer = auditors.Find(auditor => auditor.Identity.Principal == room[1].Peer);
            // An identity that lost its name during a change of name has lost its private rooms with it.
            if (reader is not null && peer is not null)
                reader.Add(Names.PrivateMark + peer.Identity.Name, isReader: true, 0);
        }
    }

    private void Page(Client auditor, Action quieten)
    {
        foreach (var clientRoom in auditor.ClientRooms)
        {
            foreach (var upward in (bool[])[true, false])
            {
                if (clientRoom.State != ClientRoom.Standing.Inside)
                    continue;
                auditor.Pager.Begin(auditor.Link!, clientRoom.Room, upward);
                quieten();
                // Expired entries are missing, and entries may expire meanwhile: the check of each page allows for both.
                var (seen, lowest) = (auditor.Pager.Seen, auditor.Pager.Lowest);
                if (clientRoom.Cursor > 0 && lowest + seen != clientRoom.Cursor + 1 && lowest >= world.Ledger.RoomOf(clientRoom.Room).OldestOnDisk)
                    throw new Violation(Checker.Hole, $"history shows {seen} entries of room {clientRoom.Room} from {lowest} on, which has {clientRoom.Cursor}");
            }
        }
    }

    private static void Check(RoomLedger room, List<Client> auditors)
    {
        if (room.Head > 0 && !room.IsPrivate && !auditors.Any(auditor => auditor.ClientRooms.Any(clientRoom => clientRoom.Room == room.Id && clientRoom.Cursor == room.Head)))
            throw new Violation(Checker.Lost, $"room {room.Id} has {room.Head} entries, and nobody can read them");
    }
}

namespace ChatProtocol.Hub;

/// <summary>Open, join, leave, rooms and members: rooms, and membership in them.</summary>
internal sealed class RoomHandlers(
    HubOptions options, HubClock clock, StepCounter steps, DirectoryLookups lookups, Principals principals, RoomDirectory directory, RoomAccess access, LongReplies longReplies,
    SessionRegistry sessions, Delivery delivery, Inboxes inboxes, Action<Session, Request> again) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 128 bytes at most; the client asks on behind the last (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 128);

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Open>(Permissions.Find, Open, wants: (session, open) => needs.Address(session, open.Name), reads: (session, open) => access.Reading(session, open.Name)),
        Verb.Of<Join>(Permissions.See, Join, wants: (session, join) => needs.Address(session, join.Name), reads: (session, join) => access.Reading(session, join.Name)),
        Verb.Of<Leave>(Permissions.See, Leave),
        Verb.OfLong<Rooms>(Permissions.See, Rooms),
        Verb.OfLong<Members>(Permissions.See, Members, (session, members) => needs.Room(session, members.Room), reads: (session, members) => access.Reading(session, members.Room)),
    ];

    public void Open(Session session, Open open)
    {
        if (Find(session, open.Id, RoomAddress.Parse(open.Name), open.Create, () => again(session, open)) is { } room && access.Allows(session, open.Id, room, Permissions.Find, "name"))
            TellOf(session, open.Id, room, room.Committed);
    }

    public void Join(Session session, Join join)
    {
        var address = RoomAddress.Parse(join.Name);
        var isInboxes = session.HasInbox && address.Kind == RoomKind.Private;
        if (!isInboxes && session.JoinedCount >= options.Limits.JoinedRooms)
        {
            RefuseAsTooMany(session, join.Id);
            return;
        }
        if (join.Presence is < PresenceMode.None or > PresenceMode.Full)
        {
            session.Refuse(join.Id, ErrorCode.InvalidValue, "presence is 0 (none), 1 (count) or 2 (full)", field: "presence");
            return;
        }
        if (Find(session, join.Id, address, create: true, () => again(session, join)) is not { } room || !access.Allows(session, join.Id, room, Permissions.See, "name"))
            return;
        if (session.Rooms.ContainsKey(room.Id))
        {
            session.Refuse(join.Id, ErrorCode.AlreadyJoined, $"you are in {join.Name} already", field: "name");
            return;
        }
        if (ComplainOfCursor(join, room) is { } complaint)
        {
            session.Reply(complaint);
            return;
        }
        if (Inboxes.Holds(session, room) && !inboxes.TryMakeRoom(session))
        {
            RefuseAsTooMany(session, join.Id);
            return;
        }
        // Expired entries are passed over; the cursor in the answer shows it (CP-DEL-022).
        var cursor = Math.Max(join.After ?? room.Committed, room.Oldest - 1);
        TellOf(session, join.Id, room, cursor);
        var member = delivery.Enter(session, room, cursor, join.Presence);
        if (Inboxes.Holds(session, room))
            Inboxes.Add(member);
        delivery.Serve(member);
    }

    public void Leave(Session session, Leave leave)
    {
        if (!session.Rooms.TryGetValue(leave.Room, out var member))
        {
            session.Refuse(leave.Id, ErrorCode.NotJoined, "you are not in this room", field: "room");
            return;
        }
        delivery.Exit(member);
        session.Reply(new Ok(leave.Id));
    }

    /// <summary>A credit frame for a room that the session is not in came too late or too early, and is ignored.</summary>
    public void Taken(Session session, Taken taken)
    {
        if (!session.Rooms.TryGetValue(taken.Room, out var member) || member.SendWindow is not { } window)
            return;
        var wasSpent = window.IsSpent;
        if (window.TryTake(taken.Bytes))
            delivery.Taken(member, wasSpent);
        // CP-DEL-034: a client that counts otherwise than the server would wait for ever at some time. A membership of an inbox may have ended and
        // begun anew while the frame was under way.
        else if (!Inboxes.Holds(session, member.Room))
            sessions.Close(session, new Error(null, ErrorCode.InvalidValue, $"more was taken of room {taken.Room} than was sent", Field: "bytes"));
    }

    /// <summary>The list is of what the log finds, and of what is in memory, which may not be stored yet or be newer.</summary>
    public void Rooms(Session session, Rooms rooms)
    {
        var ofToken = session.Token is { Rooms.Count: > 0 } token ? token.Rooms : null;
        if (lookups.IsWhole)
        {
            Tell(session, rooms, ofToken, new DirectoryResult());
            return;
        }
        session.AwaitsPage = true;
        lookups.Ask(ofToken is null ? new DirectoryQuery.RoomsSeenBy(session.Principal!.Id, rooms.After, _maxItems + 1) : new DirectoryQuery.RoomsById(ofToken), found =>
        {
            session.AwaitsPage = false;
            if (found is null)
                session.RefuseAsUnread(rooms.Id);
            else
                Tell(session, rooms, ofToken, found);
            longReplies.GoOn(session);
        });
    }

    public void Members(Session session, Members members)
    {
        if (access.Find(session, members.Id, members.Room) is not { } room)
            return;
        var items = steps.ListOf(_maxItems, room.Presence.After(members.After),
            entry => new MemberListItem(entry.Principal.Id, entry.Principal.Name.Text, (ulong)entry.Sessions), out var more);
        session.Reply(new MemberList(members.Id, items, more));
    }

    /// <summary>
    /// The private room of two principals; null after refusing, or if the request continues when there is an id for a new room.
    /// </summary>
    public Room? Between(Session session, ulong id, Principal one, Principal other, Action goOn)
    {
        if (directory.FindBetween(one, other) is { } known)
            return known;
        if (!directory.Ids.HasOne)
        {
            directory.Ids.Await(session, id, goOn);
            return null;
        }
        if (!session.Allows(id, ref one.Usage.Correspondents, session.Source.Bounds.Correspondents, "people that you write to for the first time"))
            return null;
        return directory.Between(one, other, clock.Ticks);
    }

    private void Tell(Session session, Rooms rooms, IReadOnlyList<ulong>? ofToken, DirectoryResult found)
    {
        var seen = ofToken is null ? directory.Listed.SeenBy(session.Principal!, session.Token, rooms.After, found)
            : directory.Listed.SeenBy(session.Principal!, session.Token, ofToken, rooms.After, found);
        var items = steps.ListOf(_maxItems, seen, item => item, out var more);
        session.Reply(new RoomList(rooms.Id, items, more));
    }

    private Room? Find(Session session, ulong id, RoomAddress address, bool create, Action goOn) => address.Kind switch
    {
        RoomKind.Private => FindPrivate(session, id, new UserName(address.Name), goOn),
        RoomKind.ByInvitation => FindById(session, id, address.Name),
        _ => FindPublic(session, id, new RoomName(address.Name), create, goOn),
    };

    /// <summary>CP-ROL-003.</summary>
    private Room? FindById(Session session, ulong id, string digits)
    {
        if (RoomAddress.TryParseId(digits, out var roomId) && directory.Find(roomId) is { } room)
            return room;
        session.Refuse(id, ErrorCode.NoSuchRoom, RoomAccess.NoSuchRoom, field: "name");
        return null;
    }

    private Room? FindPublic(Session session, ulong id, RoomName name, bool create, Action goOn)
    {
        // A room that exists is found whatever its name, which may be older than the rules (CP-NAM-016).
        if (directory.Find(name) is { } room && Rights.MayUse(session.Token, room.Id))
            return room;
        if (session.Token is { Rooms.Count: > 0 })
        {
            session.Refuse(id, ErrorCode.NoSuchRoom, $"the token that you logged in by is good for no room called {name}", field: "name");
            return null;
        }
        steps.Add(StepCounter.OfName);
        if (!create && Names.Validate(name.Text) is { } complaint)
        {
            session.Refuse(id, ErrorCode.BadName, complaint, field: "name");
            return null;
        }
        if (!create)
        {
            session.Refuse(id, ErrorCode.NoSuchRoom, $"there is no room called {name}", field: "name");
            return null;
        }
        return Create(session, id, RoomKind.Public, name, goOn);
    }

    /// <summary>A new room of the asker; null after refusing, or if the request continues when there is an id for it.</summary>
    public Room? Create(Session session, ulong id, RoomKind kind, RoomName name, Action goOn)
    {
        if ((kind == RoomKind.Public ? directory.Validate(name) : NewNameRules.Validate(name.Text)) is { } complaint)
        {
            session.Refuse(id, ErrorCode.BadName, complaint, field: "name");
            return null;
        }
        if (session.Principal!.CreatedRooms >= options.Limits.CreatedRooms)
        {
            session.Refuse(id, ErrorCode.TooManyRooms, $"you have created {session.Principal.CreatedRooms} rooms, and that is the limit",
                (ulong)options.Limits.CreatedRooms);
            return null;
        }
        if (!directory.Ids.HasOne)
        {
            directory.Ids.Await(session, id, goOn);
            return null;
        }
        if (!session.Allows(id, ref session.Source.Rooms, session.Source.Bounds.Rooms, "new rooms"))
            return null;
        return directory.Create(kind, name, session.Principal, clock.Ticks);
    }

    private Room? FindPrivate(Session session, ulong id, UserName name, Action goOn)
    {
        // A principal that blocks the asker must look the same as an absent one (CP-BLK-002).
        if (principals.FindHolder(name, clock.Now) is not { } peer || principals.Blocks.Contains(peer, session.Principal!))
        {
            session.Refuse(id, ErrorCode.NoSuchUser, $"there is nobody called {name}", field: "name");
            return null;
        }
        if (peer == session.Principal)
        {
            session.Refuse(id, ErrorCode.InvalidValue, "that is you: there is no private room with oneself", field: "name");
            return null;
        }
        if (session.Token is not { Rooms.Count: > 0 })
            return Between(session, id, session.Principal!, peer, goOn);
        if (directory.FindBetween(session.Principal!, peer) is { } known && Rights.MayUse(session.Token, known.Id))
            return known;
        session.Refuse(id, ErrorCode.NoSuchRoom, $"the token that you logged in by is not good for the private room with {name}", field: "name");
        return null;
    }

    /// <summary>
    /// CP-DEL-018 and 019: a cursor is valid up to the head; in an earlier epoch, only below the beginning of the present
    /// one.
    /// </summary>
    private static Error? ComplainOfCursor(Join join, Room room)
    {
        if (join.After is not { } after)
            return null;
        if (join.Epoch is { } epoch && epoch != room.Record.Epoch && after >= room.Record.EpochFirst)
            return new Error(join.Id, ErrorCode.EpochChanged, "the log was restored since; what came after the seq told may be gone",
                Value: room.Record.EpochFirst - 1, Field: "epoch");
        if (after > room.Committed)
            return new Error(join.Id, ErrorCode.CursorAhead, $"the room's last entry is {room.Committed}", Value: room.Committed, Field: "after");
        return null;
    }

    private void RefuseAsTooMany(Session session, ulong id) => session.Refuse(id, ErrorCode.TooManyRooms,
        $"you have joined {options.Limits.JoinedRooms} rooms, and that is the limit; leave one first", (ulong)options.Limits.JoinedRooms);

    public void TellOf(Session session, ulong id, Room room, ulong cursor)
    {
        var (principal, settings) = (session.Principal!, room.Settings);
        var standing = room.Standings.Find(principal.Id);
        var restriction = standing?.RestrictionAt(clock.Now) ?? RoomRestriction.None;
        session.Reply(new RoomInfo(
            id, room.Id, room.Record.Kind, room.NameFor(principal), room.Record.Epoch, room.Record.EpochFirst, room.Committed, cursor,
            room.IsPrivate ? room.PeerOf(principal).Id : null, room.Oldest, settings.Title, settings.Topic, settings.IsModerated ? 1UL : 0,
            settings.IsArchived ? 1UL : 0, settings.Slow, room.Standings.RoleOf(principal.Id), restriction,
            restriction == RoomRestriction.None ? 0 : (ulong)standing!.Until, settings.EditFor));
    }
}

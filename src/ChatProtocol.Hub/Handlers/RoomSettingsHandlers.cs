namespace ChatProtocol.Hub;

/// <summary>Create-room and change-room: rooms with their settings.</summary>
internal sealed class RoomSettingsHandlers(
    RoomDirectory directory, RoomAccess access, RoomChanges changes, RoomHandlers rooms, Action<Session, Request> again) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<CreateRoom>(Permissions.CreateRoom, CreateRoom, wants: (session, create) => create.Kind == RoomKind.Public ? needs.Address(session, create.Name) : null),
        Verb.InRoom<ChangeRoom>(Permissions.ModerateRoom, Permissions.ModerateRoom, ChangeRoom, (session, change) => needs.Room(session, change.Room),
            change => new AuditSubject(Room: change.Room)),
    ];

    public void CreateRoom(Session session, CreateRoom create)
    {
        if (create.Kind is not (RoomKind.Public or RoomKind.ByInvitation))
            session.Refuse(create.Id, ErrorCode.InvalidValue, "the kind is 0 (public) or 2 (by invitation)", field: "kind");
        else if (create.Kind == RoomKind.Public && directory.Find(new RoomName(create.Name)) is not null)
            session.Refuse(create.Id, ErrorCode.RoomExists, $"there is a room called {create.Name}: join it, or choose another name", field: "name");
        else if (rooms.Create(session, create.Id, create.Kind, new RoomName(create.Name), () => again(session, create)) is { } room)
            changes.Set(new RoomAsker(session, create.Id, room, rooms), create.Id, room, session.Principal!, room.Settings with { Topic = create.Topic },
                (seq, time) => ToEntry(session, room, seq, time, "has created the room") with { Topic = create.Topic.Length == 0 ? null : create.Topic });
    }

    public void ChangeRoom(Session session, ChangeRoom change)
    {
        var (changesTexts, changesRules) = (change.Title is not null || change.Topic is not null, (change.Moderated ?? change.Archived ?? change.Slow ?? change.EditFor) is not null);
        if (access.Find(session, change.Id, change.Room, changesRules ? Permissions.OwnRoom : Permissions.ModerateRoom) is not { } room)
            return;
        if (!changesTexts && !changesRules)
            session.Refuse(change.Id, ErrorCode.InvalidValue, "give what is to be changed: title, topic, moderated, archived, slow or edit-for", field: "title");
        else if (change.Moderated > 1 || change.Archived > 1)
            session.Refuse(change.Id, ErrorCode.InvalidValue, "1 is yes, 0 is no", field: change.Moderated > 1 ? "moderated" : "archived");
        else if (change.Slow > ChatProtocol.ChangeRoom.MaxSlow)
            session.Refuse(change.Id, ErrorCode.InvalidValue, $"slow is at most {ChatProtocol.ChangeRoom.MaxSlow} ms", ChatProtocol.ChangeRoom.MaxSlow, "slow");
        else if (change.EditFor > ChatProtocol.ChangeRoom.MaxEditFor)
            session.Refuse(change.Id, ErrorCode.InvalidValue, $"edit-for is at most {ChatProtocol.ChangeRoom.MaxEditFor} ms", ChatProtocol.ChangeRoom.MaxEditFor, "edit-for");
        else if (Apply(change, room.Settings) is var settings && settings == room.Settings)
            changes.AnswerUnchanged(session, change.Id, room);
        else if (session.Allows(change.Id, ref session.Principal!.Usage.RoomChanges, session.Source.Bounds.RoomChanges, "changes of rooms"))
            Set(session, change.Id, room, settings);
    }

    private void Set(Session session, ulong id, Room room, RoomSettings settings)
    {
        var before = room.Settings;
        changes.Set(session, id, room, session.Principal!, settings, (seq, time) => ToEntry(session, room, seq, time, Describe(before, settings)) with
        {
            Title = settings.Title == before.Title ? null : settings.Title,
            Topic = settings.Topic == before.Topic ? null : settings.Topic,
            Moderated = Changed(settings.IsModerated, before.IsModerated),
            Archived = Changed(settings.IsArchived, before.IsArchived),
            Slow = settings.Slow == before.Slow ? null : settings.Slow,
            EditFor = settings.EditFor == before.EditFor ? null : settings.EditFor,
        });
    }

    private static RoomSettings Apply(ChangeRoom change, RoomSettings settings) => new(
        change.Title ?? settings.Title, change.Topic ?? settings.Topic, change.Moderated is { } moderated ? moderated == 1 : settings.IsModerated,
        change.Archived is { } archived ? archived == 1 : settings.IsArchived, change.Slow ?? settings.Slow, change.EditFor ?? settings.EditFor);

    private static ulong? Changed(bool now, bool before) => now == before ? null : now ? 1UL : 0;

    private static RoomChanged ToEntry(Session session, Room room, ulong seq, ulong time, string text) =>
        new(room.Id, seq, time, session.Principal!.Id, session.Principal.Name.Text, text, null, null, null, null, null);

    /// <summary>The change in words, for those that do not know the entry's kind.</summary>
    private static string Describe(RoomSettings before, RoomSettings after)
    {
        var words = new List<string>();
        if (after.Title != before.Title)
            words.Add(after.Title.Length == 0 ? "removed the title" : $"set the title: {after.Title}");
        if (after.Topic != before.Topic)
            words.Add(after.Topic.Length == 0 ? "removed the topic" : $"set the topic: {after.Topic}");
        if (after.IsModerated != before.IsModerated)
            words.Add(after.IsModerated ? "made the room moderated" : "opened the room for everybody's posts");
        if (after.IsArchived != before.IsArchived)
            words.Add(after.IsArchived ? "archived the room" : "opened the room again");
        if (after.Slow != before.Slow)
            words.Add(after.Slow == 0 ? "ended slow mode" : $"set slow mode to one post in {TimeSpan.FromMilliseconds(after.Slow).TotalSeconds:0.###} s");
        if (after.EditFor != before.EditFor)
            words.Add(after.EditFor == 0 ? "let messages be edited for ever" : $"let messages be edited for {TimeSpan.FromMilliseconds(after.EditFor).TotalMinutes:0.###} min");
        return "has " + string.Join(", ", words);
    }

    /// <summary>Answers a create-room with the room instead of the entry's seq.</summary>
    private sealed class RoomAsker(Session session, ulong id, Room room, RoomHandlers rooms) : IAsker
    {
        public bool IsReachable => ((IAsker)session).IsReachable;

        public void Reply(Frame frame)
        {
            if (frame is Posted)
                rooms.TellOf(session, id, room, room.Committed);
            else
                session.Reply(frame);
        }
    }
}

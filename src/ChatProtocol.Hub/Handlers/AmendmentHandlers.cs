namespace ChatProtocol.Hub;

/// <summary>Edits, reactions and pins: each an entry that amends a message, and the record of what the message is by then.</summary>
internal sealed class AmendmentHandlers(
    HubClock clock, AmendmentBook book, EntryWriter entries, RoomDirectory directory, RoomAccess access, PostRules rules, RoomChanges changes, ReactionGatherer reactions) : IVerbHandlers
{
    /// <summary>The most reactions of one principal to a message, that differ, and in all (CP-AMD-012).</summary>
    public const int MaxOwn = 8;
    private const int MaxKinds = 32;
    private const ulong MaxReactions = 10_000;

    /// <summary>The most pinned messages of a room (CP-AMD-016).</summary>
    private const int MaxPins = 100;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Edit>(Permissions.Speak, Edit, wants: (session, edit) => needs.Message(session, edit.Room, edit.Seq)),
        Verb.Of<React>(Permissions.Speak, React, wants: (session, react) => needs.Message(session, react.Room, react.Seq)),
        Verb.Of<Pin>(Permissions.Speak, Pin, wants: (session, pin) => needs.Message(session, pin.Room, pin.Seq)),
    ];

    public void Edit(Session session, Edit edit)
    {
        if (access.Find(session, edit.Id, edit.Room, Permissions.Speak) is not { } room || FindSettled(session, edit.Id, room, edit.Seq) is not { } message)
            return;
        var author = session.Principal!;
        if (message.From != author.Id)
            session.Refuse(edit.Id, ErrorCode.Denied, "only its author may edit a message", field: "seq");
        else if (room.Settings.EditFor is > 0 and var time && (ulong)clock.Now >= message.Time + time)
            session.Refuse(edit.Id, ErrorCode.Denied, $"messages of this room are edited within {TimeSpan.FromMilliseconds(time).TotalMinutes:0.###} min, and this one is older", time, "seq");
        else if (message.Amendment?.Edits.Count >= AmendmentRecord.MaxEdits)
            session.Refuse(edit.Id, ErrorCode.TooMany, $"the message was edited {AmendmentRecord.MaxEdits} times: take it back and post it anew", AmendmentRecord.MaxEdits, "seq");
        else if (!rules.MayPost(session, edit.Id, room, author, edit.Text))
            return;
        else if ((message.Amendment?.Text ?? message.Text) == edit.Text)
            changes.AnswerUnchanged(session, edit.Id, room);
        else if (Allows(session, edit.Id))
            Append(session, edit.Id, room, message, (seq, time) => new Edited(room.Id, seq, time, author.Id, author.Name.Text, message.Target, edit.Text));
    }

    public void React(Session session, React react)
    {
        if (access.Find(session, react.Id, react.Room, Permissions.Speak) is not { } room || Find(session, react.Id, room, react.Seq) is not { } found)
            return;
        var author = session.Principal!;
        var message = reactions.With(room, found, author);
        if (react.Reaction.Length == 0 || react.Reaction.Any(one => char.IsControl(one) || char.IsWhiteSpace(one)))
            session.Refuse(react.Id, ErrorCode.InvalidValue, "a reaction is an emoji or a word, without spaces", field: "reaction");
        else if (!rules.MayAppend(session, react.Id, room, author))
            return;
        else if (message.Own.Contains(react.Reaction) == react.On)
            AnswerUnchanged(session, react.Id, room, message);
        else if (react.On && FindBound(message, react.Reaction) is var (bound, what))
            session.Refuse(react.Id, ErrorCode.TooMany, what, bound, "reaction");
        else if (Allows(session, react.Id))
            reactions.Add(session, react, room, found, message.Own);
    }

    public void Pin(Session session, Pin pin)
    {
        if (access.Find(session, pin.Id, pin.Room) is not { } room || !access.Allows(session, pin.Id, room, room.IsPrivate ? Permissions.Speak : Permissions.ModerateRoom)
            || FindSettled(session, pin.Id, room, pin.Seq) is not { } message)
            return;
        var author = session.Principal!;
        if (!rules.MayAppend(session, pin.Id, room, author))
            return;
        else if (message.Amendment?.IsPinned == true == pin.On)
            changes.AnswerUnchanged(session, pin.Id, room);
        else if (pin.On && message.Pins >= MaxPins)
            session.Refuse(pin.Id, ErrorCode.TooMany, $"the room has {MaxPins} pinned messages: unpin one first", MaxPins, "seq");
        else if (Allows(session, pin.Id))
            Append(session, pin.Id, room, message, (seq, time) => new Pinned(room.Id, seq, time, author.Id, author.Name.Text, message.Target, pin.On));
    }

    /// <summary>Whether one more amendment is within the bound of the session's principal; if not, the request was refused (CP-AMD-033).</summary>
    public static bool Allows(Session session, ulong id) =>
        session.Allows(id, ref session.Principal!.Usage.Amendments, session.Source.Bounds.Amendments, "edits and reactions");

    /// <summary>The same with the reactions that were gathered, which become an entry first.</summary>
    private StoredMessage? FindSettled(Session session, ulong id, Room room, ulong seq)
    {
        reactions.Append(room, seq);
        return Find(session, id, room, seq);
    }

    /// <summary>A reaction that is gathered has to be stored before it is said to be there.</summary>
    private void AnswerUnchanged(Session session, ulong id, Room room, StoredMessage message)
    {
        reactions.Append(room, message.Target);
        changes.AnswerUnchanged(session, id, room);
    }

    /// <summary>A message that can be amended; null after refusing (CP-AMD-030).</summary>
    private StoredMessage? Find(Session session, ulong id, Room room, ulong seq)
    {
        if (book.Find(room, seq, session.Principal!) is { } message && message.Target == seq)
            return message;
        RefuseAsMissing(session, id, room, seq);
        return null;
    }

    public static void RefuseAsMissing(Session session, ulong id, Room room, ulong seq) =>
        session.Refuse(id, ErrorCode.NoSuchEntry, $"entry {seq} is no message of this room, or was erased", room.Committed, "seq");

    /// <summary>The bound that another reaction would exceed, with what to say of it; null if there is none.</summary>
    private static (ulong Bound, string Words)? FindBound(StoredMessage message, string reaction)
    {
        var all = message.Amendment?.Reactions ?? [];
        if (message.Own.Count >= MaxOwn)
            return (MaxOwn, $"you react to this message in {MaxOwn} ways already");
        if (all.Count >= MaxKinds && CountOf(message, reaction) == 0)
            return (MaxKinds, $"the message has {MaxKinds} reactions: choose one of them");
        return all.Aggregate(0ul, (sum, one) => sum + one.Count) >= MaxReactions ? (MaxReactions, $"the message has {MaxReactions} reactions") : null;
    }

    private static ulong CountOf(StoredMessage message, string reaction) =>
        message.Amendment?.Reactions.FirstOrDefault(one => one.Reaction == reaction).Count ?? 0;

    private void Append(Session session, ulong id, Room room, StoredMessage message, Func<ulong, ulong, Entry> tell)
    {
        Entry? entry = null;
        entries.Append(room, session.Principal!, (seq, time) => entry = tell(seq, time), clock.Now, out var seq, out var time);
        directory.MarkUsed(room);
        book.Keep((message.Amendment ?? new AmendmentRecord(room.Id, message.Target)).With(entry!));
        entries.Await(new WaitingPost(session, id, room, seq, time, Counters: null));
    }
}

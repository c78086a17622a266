namespace ChatProtocol.Hub;

/// <summary>Messages that are taken back or erased, with all of their edits.</summary>
internal sealed class RetractionHandlers(
    HubClock clock, ILog log, GroupCommit groupCommit, AmendmentBook book, EntryWriter entries, EntryEraser eraser, RoomDirectory directory, RoomAccess access, ReactionGatherer reactions, ScrubSchedule scrubs) : IVerbHandlers
{
    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.InRoom<Retract>(Permissions.Speak, Permissions.ModerateRoom, Retract, (session, retract) => needs.Message(session, retract.Room, retract.Seq), OfOthers),
        Verb.InRoom<Erase>(Permissions.Moderate, Permissions.ModerateRoom, Erase, (session, erase) => needs.AnyMessage(session, erase.Room, erase.Seq),
            erase => new AuditSubject(Room: erase.Room)),
    ];

    public void Retract(Session session, Retract retract)
    {
        if (access.Find(session, retract.Id, retract.Room) is not { } room)
            return;
        reactions.Append(room, retract.Seq);
        if (book.Find(room, retract.Seq, session.Principal!) is not { } message || message.Target != retract.Seq)
            AmendmentHandlers.RefuseAsMissing(session, retract.Id, room, retract.Seq);
        else if (MayRetract(session, retract.Id, room, message) && AmendmentHandlers.Allows(session, retract.Id))
        {
            session.FindAct(retract.Id)?.Changes($"seq={retract.Seq}", "");
            WhenStored(session, retract.Id, room, message, () => Retract(session, retract.Id, room, message));
        }
    }

    public void Erase(Session session, Erase erase)
    {
        if (access.FindFor(session, erase.Id, erase.Room, Permissions.Moderate, Permissions.ModerateRoom) is not { } room)
            return;
        if (erase.Seq < room.Oldest || erase.Seq > room.Committed)
        {
            session.Refuse(erase.Id, ErrorCode.NoSuchEntry, $"the room has no entry {erase.Seq}: its entries are {room.Oldest} to {room.Committed}", room.Committed, "seq");
            return;
        }
        session.FindAct(erase.Id)?.Changes($"seq={erase.Seq}", "");
        var callbacks = new ErasureCallbacks(
            complaint => Erased(session, erase.Id, complaint), () => session.RefuseUnstored(erase.Id), () => session.RefuseAsRemoved(erase.Id));
        reactions.Append(room, erase.Seq);
        if (book.Find(room, erase.Seq, session.Principal!) is { } message)
            WhenStored(session, erase.Id, room, message, () => eraser.Erase(room, AllOf(message), callbacks));
        else
            eraser.Erase(room, [erase.Seq], callbacks);
    }

    /// <summary>What its author takes back is its own affair.</summary>
    private AuditSubject? OfOthers(Session session, Retract retract) =>
        directory.Find(retract.Room) is { } room && book.Find(room, retract.Seq, session.Principal!) is { } message && message.From != session.Principal!.Id ? new AuditSubject(Room: room.Id) : null;

    /// <summary>The author may, as long as it may post; others have to be moderators (CP-AMD-006, 032).</summary>
    private bool MayRetract(Session session, ulong id, Room room, StoredMessage message) =>
        access.Includes(session, room, Permissions.ModerateRoom)
        || access.Allows(session, id, room, message.From == session.Principal!.Id ? Permissions.Speak : Permissions.ModerateRoom);

    private void Retract(Session session, ulong id, Room room, StoredMessage message)
    {
        var actor = session.Principal!;
        Retracted? entry = null;
        entries.Append(room, actor, (seq, time) => entry = new Retracted(room.Id, seq, time, actor.Id, actor.Name.Text, message.Target), clock.Now, out var seq, out var time);
        entries.AwaitSilently(room, seq, time);
        directory.MarkUsed(room);
        book.Keep((message.Amendment ?? new AmendmentRecord(room.Id, message.Target)).With(entry!));
        groupCommit.Open.Add(new LogChange.EndReactions(room.Id, message.Target));
        eraser.Erase(room, AllOf(message), new ErasureCallbacks(
            complaint => Retracted(session, new Posted(id, seq, time), complaint), () => session.RefuseUnstored(id), () => session.RefuseAsRemoved(id)));
    }

    private void Retracted(Session session, Posted answer, string? complaint)
    {
        scrubs.Want();
        session.Reply(complaint is null ? answer : new Error(answer.Id, ErrorCode.LogUnavailable, complaint));
    }

    /// <summary>
    /// Nobody can read the text any more, but the files may still hold it: the answer waits until they do not (CP-ADM-012).
    /// </summary>
    private void Erased(Session session, ulong id, string? complaint)
    {
        if (complaint is null)
            log.Do(new MaintenanceTask.Scrub { Asker = session, Id = id });
        else
            session.Refuse(id, ErrorCode.LogUnavailable, complaint);
    }

    /// <summary>
    /// Goes on once the edits that are under way are stored, as only then the log can erase them. From here on nothing amends the message.
    /// </summary>
    private void WhenStored(Session session, ulong id, Room room, StoredMessage message, Action goOn)
    {
        if (groupCommit.FindOpen(room.ChangedBy) is not { } batch)
        {
            goOn();
            return;
        }
        ulong[] target = [message.Target];
        book.BeginErasure(room.Id, target);
        room.Pins++;
        batch.Notify(new CommitCallbacks(() => End(room.IsRemoved ? () => session.RefuseAsRemoved(id) : goOn), () => End(() => session.RefuseUnstored(id))));

        void End(Action then)
        {
            room.Pins--;
            book.EndErasure(room.Id, target, isStored: false);
            then();
        }
    }

    /// <summary>The message and its edits (CP-AMD-034).</summary>
    private static List<ulong> AllOf(StoredMessage message) => [message.Target, .. message.Amendment?.Edits ?? []];
}

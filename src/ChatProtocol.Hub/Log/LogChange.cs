namespace ChatProtocol.Hub;

/// <summary>
/// A change to the log other than new entries: a closed family, each kind of which is one case in a log. A batch stores its
/// changes behind its segments, in their order.
/// </summary>
public abstract record LogChange
{
    private protected LogChange()
    {
    }

    /// <summary>The room that the change concerns: once that is removed, the change has no effect any more. Null for none.</summary>
    internal virtual ulong? OfRoom => null;

    /// <summary>Whether the change is stored with the next batch where this one is lost, since nobody waits for it or repeats it.</summary>
    internal virtual bool IsRepeated => false;

    /// <summary>A principal is new or has changed.</summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepPrincipal(PrincipalRecord Record) : LogChange;

    /// <summary>A principal's record is removed, with its read markers: nothing refers to it any more.</summary>
    /// <param name="Id">The principal's id.</param>
    public sealed record EndPrincipal(ulong Id) : LogChange;

    /// <summary>Room ids below this may have been given to a room.</summary>
    /// <param name="Below">Above every such id; never lower than one that was stored before.</param>
    public sealed record ReserveRooms(ulong Below) : LogChange;

    /// <summary>Principal ids below this may have been given to a principal.</summary>
    /// <param name="Below">Above every such id; never lower than one that was stored before.</param>
    public sealed record ReservePrincipals(ulong Below) : LogChange
    {
        internal override bool IsRepeated => true;
    }

    /// <summary>A room's retention limits have changed; behind the room's removal in the same batch they change nothing.</summary>
    /// <param name="Room">The room, with its new limits.</param>
    public sealed record LimitRoom(RoomRecord Room) : LogChange
    {
        internal override ulong? OfRoom => Room.Id;
    }

    /// <summary>A room's settings have changed; behind the room's removal in the same batch they change nothing.</summary>
    /// <param name="Room">The room, with its new settings.</param>
    public sealed record SetRoom(RoomRecord Room) : LogChange
    {
        internal override ulong? OfRoom => Room.Id;
    }

    /// <summary>The role or restriction of a principal in a room has changed; behind the room's removal in the same batch that changes nothing.</summary>
    /// <param name="Room">The room.</param>
    /// <param name="Standing">Replaces the stored one.</param>
    public sealed record KeepStanding(RoomRecord Room, RoomStanding Standing) : LogChange
    {
        internal override ulong? OfRoom => Room.Id;
    }

    /// <summary>The posts of a publisher in a room have changed.</summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepPublisher(PublisherRecord Record) : LogChange
    {
        internal override ulong? OfRoom => Record.Room;
    }

    /// <summary>A post with a key is stored, by the batch that has its entry.</summary>
    /// <param name="Record">The post.</param>
    public sealed record KeepPostKey(PostKeyRecord Record) : LogChange
    {
        internal override ulong? OfRoom => Record.Key.Room;
    }

    /// <summary>A message was amended, by an entry of the same batch.</summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepAmendment(AmendmentRecord Record) : LogChange
    {
        internal override ulong? OfRoom => Record.Room;
    }

    /// <summary>A principal reacts to a message, or does not any more.</summary>
    /// <param name="Record">The reaction.</param>
    /// <param name="On">Whether it is stored from now on; nothing changes if it is so already.</param>
    public sealed record SetReaction(ReactionRecord Record, bool On) : LogChange
    {
        /// <summary>All reactions of the principal to the message from then on.</summary>
        internal IReadOnlyList<string>? Own { get; init; }

        internal override ulong? OfRoom => Record.Room;
    }

    /// <summary>All reactions to a message are removed.</summary>
    /// <param name="Room">The room's id.</param>
    /// <param name="Seq">The message's seq.</param>
    public sealed record EndReactions(ulong Room, ulong Seq) : LogChange
    {
        internal override ulong? OfRoom => Room;
    }

    /// <summary>A message of the same batch belongs to a thread.</summary>
    /// <param name="Room">The room's id.</param>
    /// <param name="Root">The seq of the message that the thread began with.</param>
    /// <param name="Seq">The message's seq.</param>
    public sealed record KeepThreaded(ulong Room, ulong Root, ulong Seq) : LogChange
    {
        internal override ulong? OfRoom => Room;
    }

    /// <summary>All records of a publisher are removed.</summary>
    /// <param name="End">The publisher.</param>
    public sealed record EndPublisher(PublisherEnd End) : LogChange;

    /// <summary>A principal blocks another.</summary>
    /// <param name="Record">The two principals; nothing changes if the block is stored already.</param>
    public sealed record Block(BlockRecord Record) : LogChange;

    /// <summary>A read marker is new or has moved; behind the room's removal in the same batch that changes nothing.</summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepMarker(MarkerRecord Record) : LogChange
    {
        internal override ulong? OfRoom => Record.Room;
    }

    /// <summary>A read marker is forgotten, as its principal has too many.</summary>
    /// <param name="Principal">The principal.</param>
    /// <param name="Room">The room.</param>
    public sealed record EndMarker(ulong Principal, ulong Room) : LogChange
    {
        internal override ulong? OfRoom => Room;

        internal override bool IsRepeated => true;
    }

    /// <summary>A principal unblocks another.</summary>
    /// <param name="Owner">The principal that blocked.</param>
    /// <param name="Blocked">The principal that was blocked.</param>
    public sealed record Unblock(ulong Owner, ulong Blocked) : LogChange;

    /// <summary>
    /// An account is new or has changed. Its principal's record, with another key than before where a guest becomes an account, is
    /// kept by a change before this one.
    /// </summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepAccount(AccountRecord Record) : LogChange;

    /// <summary>An account is deleted, with all its tokens and invitations; the principal stays.</summary>
    /// <param name="Principal">The account's principal.</param>
    public sealed record EndAccount(ulong Principal) : LogChange;

    /// <summary>A token is new or was used; without effect if its account is not there.</summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepToken(TokenRecord Record) : LogChange;

    /// <summary>A token is revoked.</summary>
    /// <param name="Number">The token's number.</param>
    public sealed record EndToken(ulong Number) : LogChange;

    /// <summary>An invitation is new or was used.</summary>
    /// <param name="Record">Replaces the stored record.</param>
    public sealed record KeepInvitation(InvitationRecord Record) : LogChange;

    /// <summary>An invitation is revoked, used up or over.</summary>
    /// <param name="Number">The invitation's number.</param>
    public sealed record EndInvitation(ulong Number) : LogChange;

    /// <summary>A ban is added.</summary>
    /// <param name="Record">The ban; replaces one with the same subject or number.</param>
    public sealed record Ban(BanRecord Record) : LogChange;

    /// <summary>A ban is removed.</summary>
    /// <param name="Number">The ban's number.</param>
    public sealed record Unban(ulong Number) : LogChange;

    /// <summary>Expired bans are removed.</summary>
    /// <param name="Through">
    /// The latest end of a ban that is removed, in milliseconds since 1970 UTC; judged by the bans stored when this change
    /// is applied.
    /// </param>
    public sealed record EndBans(long Through) : LogChange
    {
        /// <summary>Whether this change removes the ban.</summary>
        public bool Ends(BanRecord ban)
        {
            ArgumentNullException.ThrowIfNull(ban);
            return ban.Until != 0 && ban.Until <= Through;
        }
    }

    /// <summary>An act is recorded in the audit log; the log gives the record its number and its place in the chain.</summary>
    /// <param name="Record">The record.</param>
    public sealed record Audit(AuditRecord Record) : LogChange
    {
        /// <summary>Whether it tells of a change in the same batch, without which it is not to be stored either.</summary>
        public bool IsOfChange { get; init; }

        /// <summary>The ends of the audit log behind it. Set by the log.</summary>
        public AuditExtent? Extent { get; set; }

        internal override bool IsRepeated => !IsOfChange;
    }

    /// <summary>The first records of the audit log are removed, some with each batch; the anchor of the chain moves behind them.</summary>
    /// <param name="Before">Records that were made earlier than this are removed, in milliseconds since 1970 UTC.</param>
    /// <param name="Keep">The most records that stay.</param>
    public sealed record TrimAudit(long Before, ulong Keep) : LogChange
    {
        /// <summary>The ends of the audit log behind it. Set by the log.</summary>
        public AuditExtent? Extent { get; set; }
    }

    /// <summary>The reports of users are gathered in this room from now on.</summary>
    /// <param name="Room">The room's id.</param>
    public sealed record SetModeratorsRoom(ulong Room) : LogChange
    {
        internal override ulong? OfRoom => Room;
    }

    /// <summary>A user has reported an entry.</summary>
    /// <param name="Record">Nothing changes if it is stored already.</param>
    public sealed record KeepReport(ReportRecord Record) : LogChange
    {
        internal override ulong? OfRoom => Record.CopyRoom;
    }

    /// <summary>Old reports are forgotten.</summary>
    /// <param name="Through">The latest time of a report that is forgotten, in milliseconds since 1970 UTC.</param>
    public sealed record EndReports(long Through) : LogChange;

    /// <summary>
    /// A room is removed: at once from the rooms that are found, its entries, and the records that publishers have of it, a little with each
    /// batch that holds the change, as a batch must never be long. Until nothing is left a start finds it among <see cref="StartupContents.RemovedRooms"/>.
    /// </summary>
    /// <param name="Room">The room's id.</param>
    public sealed record RemoveRoom(ulong Room) : LogChange
    {
        /// <summary>Whether this is the first batch of the removal: reads begun before it are answered before it is.</summary>
        public bool IsBeginning { get; init; }

        /// <summary>Whether publishers' records of the room may still be stored, so that this cannot be the last batch.</summary>
        public bool MayHaveMorePublishers { get; init; }

        /// <summary>Whether something is left to remove with another batch. Set by the log.</summary>
        public bool HasMore { get; set; }
    }

    /// <summary>
    /// A part of an import is stored where nobody finds it. Until <see cref="FinishImport"/> a start removes all parts: those of a room
    /// are then among <see cref="StartupContents.RemovedRooms"/>, those of a server are gone before it.
    /// </summary>
    /// <param name="Import">The import.</param>
    /// <param name="Part">The part.</param>
    public sealed record ImportSome(LogImport Import, ImportPart Part) : LogChange;

    /// <summary>Everything that was imported is found from now on, with the rooms' new epochs.</summary>
    /// <param name="Import">The import.</param>
    public sealed record FinishImport(LogImport Import) : LogChange
    {
        /// <summary>Why nothing was finished, for the admin; null if it was. Set by the log.</summary>
        public string? Complaint { get; set; }
    }

    /// <summary>Everything that was stored of the import of a whole server is removed. A room's is, by <see cref="RemoveRoom"/>.</summary>
    public sealed record UndoImport : LogChange;
}

/// <summary>A block as it is stored: the owner gets no private messages from the blocked principal.</summary>
/// <param name="Owner">The principal that blocks.</param>
/// <param name="Blocked">The principal that is blocked.</param>
/// <param name="Name">The blocked principal's name at that time.</param>
public sealed record BlockRecord(ulong Owner, ulong Blocked, string Name);

/// <summary>A ban as it is stored. Its subject is a guest's key or a range of addresses; there is one ban of each subject.</summary>
/// <param name="Number">The number by which admins name the ban.</param>
/// <param name="Principal">The principal that it was made for; 0 for an address.</param>
/// <param name="Subject">The name that the principal had then, or the address or prefix.</param>
/// <param name="KeyHash">The SHA-256 of the guest's key; empty for an address.</param>
/// <param name="Until">When it ends, in milliseconds since 1970 UTC; 0 for never.</param>
/// <param name="Reason">The text told to those that the ban hits; may be empty.</param>
/// <param name="By">The name of the principal that made it.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
public sealed record BanRecord(
    ulong Number, ulong Principal, string Subject, ReadOnlyMemory<byte> KeyHash, long Until, string Reason, string By, long Made)
{
    /// <summary>A string that is equal for equal subjects only.</summary>
    public string SubjectKey => KeyHash.IsEmpty ? Subject : Convert.ToHexStringLower(KeyHash.Span);
}

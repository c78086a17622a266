namespace ChatProtocol.Hub;

/// <summary>
/// A change of what the log holds beside new entries: a closed family, each kind of it one case in a log. A batch stores its
/// changes behind its segments, in their order.
/// </summary>
public abstract record LogChange
{
    private protected LogChange()
    {
    }

    /// <summary>The room that it is of: once that is removed, the change has nothing to change any more. Null if it is of none.</summary>
    internal virtual ulong? OfRoom => null;

    /// <summary>Whether it is stored with the next batch where this one is lost, since nobody waits for it or does it again.</summary>
    internal virtual bool IsRepeated => false;

    /// <summary>A principal is new or has changed.</summary>
    /// <param name="Record">In place of what was stored of it before, but for its key, which stays.</param>
    public sealed record KeepPrincipal(PrincipalRecord Record) : LogChange;

    /// <summary>A principal's record goes: nothing leads to it any more.</summary>
    /// <param name="Id">The principal's id.</param>
    public sealed record EndPrincipal(ulong Id) : LogChange
    {
        internal override bool IsRepeated => true;
    }

    /// <summary>Room ids below this may have been given to somebody.</summary>
    /// <param name="Below">Above every such id; never lower than one that was stored before.</param>
    public sealed record ReserveRooms(ulong Below) : LogChange;

    /// <summary>Principal ids below this may have been given to somebody.</summary>
    /// <param name="Below">Above every such id; never lower than one that was stored before.</param>
    public sealed record ReservePrincipals(ulong Below) : LogChange
    {
        internal override bool IsRepeated => true;
    }

    /// <summary>What a room has to keep is another; nothing changes behind the room's removal in the same batch.</summary>
    /// <param name="Room">The room, with its new limits.</param>
    public sealed record LimitRoom(RoomRecord Room) : LogChange
    {
        internal override ulong? OfRoom => Room.Id;
    }

    /// <summary>What a publisher has posted in a room.</summary>
    /// <param name="Record">In place of what was stored of it before.</param>
    public sealed record KeepPublisher(PublisherRecord Record) : LogChange
    {
        internal override ulong? OfRoom => Record.Room;
    }

    /// <summary>A publisher's records go, whatever was stored of it before.</summary>
    /// <param name="End">Which.</param>
    public sealed record EndPublisher(PublisherEnd End) : LogChange
    {
        internal override bool IsRepeated => true;
    }

    /// <summary>Somebody hears no more in private from somebody.</summary>
    /// <param name="Record">Who from whom; nothing changes if it is stored already.</param>
    public sealed record Block(BlockRecord Record) : LogChange;

    /// <summary>Somebody hears from somebody again.</summary>
    /// <param name="Owner">Who.</param>
    /// <param name="Blocked">From whom.</param>
    public sealed record Unblock(ulong Owner, ulong Blocked) : LogChange;

    /// <summary>Somebody is let in no more.</summary>
    /// <param name="Record">The ban; in place of one with the same subject or number.</param>
    public sealed record Ban(BanRecord Record) : LogChange;

    /// <summary>A ban is taken back.</summary>
    /// <param name="Number">The ban's.</param>
    public sealed record Unban(ulong Number) : LogChange;

    /// <summary>Bans whose time is over go.</summary>
    /// <param name="Through">Those that ended by then, in milliseconds since 1970 UTC, as they are stored at this place of the list.</param>
    public sealed record EndBans(long Through) : LogChange
    {
        /// <summary>Whether it has the ban go.</summary>
        public bool Ends(BanRecord ban)
        {
            ArgumentNullException.ThrowIfNull(ban);
            return ban.Until != 0 && ban.Until <= Through;
        }
    }

    /// <summary>
    /// A room goes: at once from what a start finds as rooms, its entries a little with each batch that the change is in,
    /// as a batch must never be long. Until nothing is left a start finds it among <see cref="LogContents.RemovedRooms"/>.
    /// </summary>
    /// <param name="Room">The room's id.</param>
    public sealed record RemoveRoom(ulong Room) : LogChange
    {
        /// <summary>Whether it is the first batch: the reads begun before it are answered before it is.</summary>
        public bool IsBeginning { get; init; }

        /// <summary>Publishers that have posted there, whose records of the room go.</summary>
        public IReadOnlyList<PublisherRoom> Publishers { get; init; } = [];

        /// <summary>Whether more of them go with another batch.</summary>
        public bool HasMorePublishers { get; init; }

        /// <summary>Whether something is left, to go with another batch. Told by the log.</summary>
        public bool HasMore { get; set; }
    }
}

/// <summary>Somebody who hears no more in private from somebody, as it is stored.</summary>
/// <param name="Owner">The principal who blocks.</param>
/// <param name="Blocked">The principal who is blocked.</param>
/// <param name="Name">What the blocked one was called then.</param>
public sealed record BlockRecord(ulong Owner, ulong Blocked, string Name);

/// <summary>A ban as it is stored. Its subject is a guest's key or a run of addresses; there is one ban of each.</summary>
/// <param name="Number">By which admins name it.</param>
/// <param name="Principal">Whom it was made for; 0 where it is an address.</param>
/// <param name="Subject">The name that the principal had then, or the address or prefix.</param>
/// <param name="KeyHash">The SHA-256 of the guest's key; empty where it is an address.</param>
/// <param name="Until">When it ends, in milliseconds since 1970 UTC; 0 for never.</param>
/// <param name="Reason">What those it hits are told; may be empty.</param>
/// <param name="By">The name of whoever made it.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
public sealed record BanRecord(
    ulong Number, ulong Principal, string Subject, ReadOnlyMemory<byte> KeyHash, long Until, string Reason, string By, long Made)
{
    /// <summary>What tells two subjects apart.</summary>
    public string SubjectKey => KeyHash.IsEmpty ? Subject : Convert.ToHexStringLower(KeyHash.Span);
}

/// <summary>What a publisher has posted in one room.</summary>
/// <param name="Principal">Whose publisher it is.</param>
/// <param name="Id">Its 16 bytes.</param>
/// <param name="Room">The room's id.</param>
public sealed record PublisherRoom(ulong Principal, ReadOnlyMemory<byte> Id, ulong Room);

namespace ChatProtocol.Hub;

/// <summary>A change of who may do what with whom, and of which rooms there are: each is durable with the batch it is in, in the order of the list.</summary>
public abstract record DirectoryChange
{
    private DirectoryChange()
    {
    }

    /// <summary>Somebody hears no more in private from somebody.</summary>
    /// <param name="Record">Who from whom; nothing changes if it is stored already.</param>
    public sealed record Block(BlockRecord Record) : DirectoryChange;

    /// <summary>Somebody hears from somebody again.</summary>
    /// <param name="Owner">Who.</param>
    /// <param name="Blocked">From whom.</param>
    public sealed record Unblock(ulong Owner, ulong Blocked) : DirectoryChange;

    /// <summary>Somebody is let in no more.</summary>
    /// <param name="Record">The ban; in place of one with the same subject or number.</param>
    public sealed record Ban(BanRecord Record) : DirectoryChange;

    /// <summary>A ban is taken back.</summary>
    /// <param name="Number">The ban's.</param>
    public sealed record Unban(ulong Number) : DirectoryChange;

    /// <summary>Bans whose time is over go.</summary>
    /// <param name="Through">Those that ended by then, in milliseconds since 1970 UTC, as they are stored at this place of the list.</param>
    public sealed record EndBans(long Through) : DirectoryChange
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
    public sealed record RemoveRoom(ulong Room) : DirectoryChange
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

/// <summary>What somebody is owed once a batch is stored, or if it cannot be.</summary>
/// <param name="Stored">It is durable.</param>
/// <param name="NotStored">Nothing of it was stored, and what was done on top is to be taken back; the latest is called first.</param>
internal readonly record struct Owed(Action Stored, Action NotStored);

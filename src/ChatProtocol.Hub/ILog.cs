namespace ChatProtocol.Hub;

/// <summary>
/// Where entries become durable. The hub hands over one batch at a time and hears of it through <see cref="ChatHub.Committed"/>
/// or <see cref="ChatHub.CommitFailed"/>; reads are answered through <see cref="ChatHub.ReadDone"/>, with what is damaged
/// told as such, so that it costs nothing but itself. Neither call blocks.
/// </summary>
public interface ILog
{
    /// <summary>Stores everything in the batch, or nothing of it.</summary>
    void Append(LogBatch batch);

    /// <summary>Reads committed entries.</summary>
    void Read(LogRead read);

    /// <summary>Does what takes long, beside everything else; answered through <see cref="ChatHub.ChoreDone"/>.</summary>
    void Do(LogChore chore);
}

/// <summary>What an admin has asked of the log.</summary>
public abstract record LogChore
{
    private LogChore()
    {
    }

    internal Session? Asker { get; init; }

    internal ulong Id { get; init; }

    /// <summary>Copies everything, as it is at one moment, and marks the copy as one.</summary>
    /// <param name="Path">Where to; nothing is there yet, and nothing but a whole copy ever is.</param>
    public sealed record Backup(string Path) : LogChore;

    /// <summary>Finds what a room need not keep, by whole segments; its newest one is always kept.</summary>
    /// <param name="Room">The room's id.</param>
    /// <param name="Keeps">What has to be kept.</param>
    /// <param name="Now">The time, in milliseconds since 1970 UTC.</param>
    public sealed record Surplus(ulong Room, Keeping Keeps, ulong Now) : LogChore
    {
        /// <summary>The room's last entry.</summary>
        public required ulong Head { get; init; }
    }

    /// <summary>Leaves nothing in the files of what was erased before. Never at the same time as another chore.</summary>
    public sealed record Scrub : LogChore;

    /// <summary>Reads everything, and checks it.</summary>
    public sealed record Verification : LogChore;
}

/// <summary>How a chore went.</summary>
/// <param name="Complaint">Why it failed, for the admin; null if it did not.</param>
/// <param name="Segments">Of a verification: how many segments there are.</param>
/// <param name="Entries">Of a verification: how many entries the whole ones hold.</param>
/// <param name="Damaged">Of a verification: how many segments are not as they were stored.</param>
public sealed record LogChoreResult(string? Complaint, ulong Segments = 0, ulong Entries = 0, ulong Damaged = 0)
{
    /// <summary>Of a surplus: the last seq that can go; 0 for none.</summary>
    public ulong Through { get; init; }

    /// <summary>The kind of failure, if it is one.</summary>
    public ErrorCode Reason { get; init; } = ErrorCode.LogUnavailable;
}

/// <summary>Entries of a room that are to go, from its beginning on, in whole segments. A batch takes only some of them, so that it is never long.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Through">The last seq that can go.</param>
public sealed record Expiry(ulong Room, ulong Through) : LogChange
{
    internal override ulong? OfRoom => Room;

    /// <summary>Whether something has gone.</summary>
    public bool HasRemoved { get; set; }

    /// <summary>Whether more can go with the next batch.</summary>
    public bool HasMore { get; set; }

    /// <summary>The first seq that is still there; the log says how far it has come.</summary>
    public ulong Oldest { get; set; }

    /// <summary>The first seq that was there before.</summary>
    internal ulong Before { get; init; }
}

/// <summary>What a room has to keep; null for no limit. An entry beyond any of the limits need not be kept.</summary>
/// <param name="Age">Milliseconds that an entry is kept.</param>
/// <param name="Count">How many entries are kept.</param>
/// <param name="Bytes">How many bytes of entries are kept.</param>
public sealed record Keeping(ulong? Age, ulong? Count, ulong? Bytes);

/// <summary>A committed entry that is to lose its text: <see cref="Segment.Erase"/> says what takes the place of its segment. The reads begun before are answered before the batch is.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's.</param>
public sealed record Erasure(ulong Room, ulong Seq) : LogChange
{
    internal override ulong? OfRoom => Room;

    /// <summary>Why the log could not do it, if it could not: the rest of the batch stands all the same.</summary>
    public string? Complaint { get; set; }

    /// <summary>With which counter it was posted, if with one.</summary>
    internal CountedPost? Post { get; private set; }

    /// <summary>The log has found the entry, and takes its text away.</summary>
    /// <param name="segment">The segment it lies in, as it was until now.</param>
    public void FoundIn(Segment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        foreach (var post in CountedPosts.Read(segment.Posts.Span))
            if (segment.First + (ulong)post.Index == Seq)
                Post = post;
    }
}

/// <summary>A wish for committed entries of one room.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Low">The lowest seq wanted.</param>
/// <param name="High">The highest seq wanted.</param>
/// <param name="MaxBytes">No more segments are read once they reach this many bytes.</param>
/// <param name="FromHigh">Whether to begin at the high end. Either way the segments come in ascending order, and hold
/// entries beyond the range where it does not end with a segment.</param>
public sealed record LogRead(ulong Room, ulong Low, ulong High, int MaxBytes, bool FromHigh)
{
    /// <summary>The most entries wanted, counted from the end that the reading begins at.</summary>
    public ulong Count { get; init; } = ulong.MaxValue;

    /// <summary>Only entries of this time or later, in milliseconds since 1970 UTC. The log answers with a read that has <see cref="Low"/> in its place.</summary>
    public ulong? Since { get; init; }

    /// <summary>Only entries from before this time. The log answers with a read that has <see cref="High"/> in its place.</summary>
    public ulong? Until { get; init; }

    /// <summary>The lowest seq wanted, once times have become seqs.</summary>
    public ulong First => FromHigh && High >= Count ? Math.Max(Low, High - Count + 1) : Low;

    /// <summary>The highest seq wanted, once times have become seqs; below <see cref="First"/> if nothing is.</summary>
    public ulong Last => !FromHigh && High - Low >= Count && High >= Low ? Low + Count - 1 : High;

    /// <summary>The same with seqs instead of times, which never go back within a room.</summary>
    /// <param name="find">
    /// Finds where a time begins, between <see cref="Low"/> and <see cref="High"/> + 1: the seq behind the last whole entry
    /// from before it, and that of the first whole entry of it or later. What lies between is damaged.
    /// </param>
    public LogRead BySeq(Func<ulong, (ulong BehindBefore, ulong First)> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        return this with
        {
            Low = Since is { } since ? find(since).BehindBefore : Low,
            High = Until is { } until ? find(until).First - 1 : High,
            Since = null,
            Until = null,
        };
    }

    internal object? Owner { get; init; }
}

/// <summary>A run of a room's entries as a read has found it: a segment, or seqs that cannot be read any more.</summary>
/// <param name="First">The first seq.</param>
/// <param name="Last">The last seq.</param>
/// <param name="Segment">The entries; null if they are damaged, or have expired meanwhile.</param>
public readonly record struct LogRun(ulong First, ulong Last, Segment? Segment)
{
    /// <summary>What is whole and, for whatever lies between and beside it, what is not: together every seq of a range.</summary>
    /// <param name="first">The range's first seq.</param>
    /// <param name="last">Its last.</param>
    /// <param name="whole">Whole segments in ascending order; what they hold beyond the range is left in.</param>
    public static List<LogRun> Cover(ulong first, ulong last, IEnumerable<Segment> whole)
    {
        ArgumentNullException.ThrowIfNull(whole);
        var runs = new List<LogRun>();
        var next = first;
        foreach (var segment in whole)
        {
            if (segment.Last < next || segment.First > last)
                continue;
            if (segment.First > next)
                runs.Add(new LogRun(next, segment.First - 1, null));
            runs.Add(new LogRun(segment.First, segment.Last, segment));
            next = segment.Last + 1;
        }
        if (next <= last)
            runs.Add(new LogRun(next, last, null));
        return runs;
    }
}

/// <summary>A room as it is stored.</summary>
/// <param name="Id">The room's id.</param>
/// <param name="Kind">Who may see it.</param>
/// <param name="Name">The name as typed by its creator; empty for a private room.</param>
/// <param name="Epoch">The epoch of its log.</param>
/// <param name="EpochFirst">The first seq of that epoch.</param>
/// <param name="Creator">The principal who created it; of a private room the lower of the two.</param>
/// <param name="Peer">The higher of the two principals of a private room; 0 for a public one.</param>
public sealed record RoomRecord(ulong Id, RoomKind Kind, string Name, ulong Epoch, ulong EpochFirst, ulong Creator, ulong Peer)
{
    /// <summary>The seq of the last committed entry, as the log found it; 0 for none.</summary>
    public ulong Head { get; init; }

    /// <summary>The seq of the first entry that is kept, as the log found it.</summary>
    public ulong Oldest { get; init; } = 1;

    /// <summary>What it has to keep; null for everything.</summary>
    public Keeping? Keeps { get; init; }

    /// <summary>The last committed entry's time, in milliseconds since 1970 UTC; 0 for none.</summary>
    public ulong Time { get; init; }
}

/// <summary>A principal as it is stored.</summary>
/// <param name="Id">Never given to anybody else.</param>
/// <param name="Name">The name shown.</param>
/// <param name="KeyHash">The SHA-256 of the guest's key; empty for one who had none.</param>
/// <param name="LastSeen">When its last session ended, in milliseconds since 1970 UTC.</param>
/// <param name="HoldsName">Whether the name is still its own; false once another has taken it.</param>
public sealed record PrincipalRecord(ulong Id, string Name, ReadOnlyMemory<byte> KeyHash, long LastSeen, bool HoldsName)
{
    /// <summary>Where its last entries lie, in the hub's own form; null if that is not known.</summary>
    public ReadOnlyMemory<byte>? Entries { get; init; }

    /// <summary>When it said its first words, in milliseconds since 1970 UTC; 0 if it has said nothing that is known of.</summary>
    public long FirstEntry { get; init; }
}

/// <summary>What a publisher has posted in one room, as it is stored. Belongs to the hub; the log keeps it.</summary>
/// <param name="Principal">Whose publisher it is.</param>
/// <param name="Id">Its 16 bytes.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Oldest">The counter of the oldest post remembered.</param>
/// <param name="LastUsed">When it was last in use, in milliseconds since 1970 UTC.</param>
/// <param name="Posts">The posts remembered, in the hub's own form.</param>
public sealed record PublisherRecord(ulong Principal, ReadOnlyMemory<byte> Id, ulong Room, ulong Oldest, long LastUsed, ReadOnlyMemory<byte> Posts);

/// <summary>A publisher that has ended: neither records nor segments from before bring it back.</summary>
/// <param name="Principal">Whose publisher it was.</param>
/// <param name="Id">Its 16 bytes.</param>
/// <param name="Row">The last segment stored before it ended, as <see cref="LogContents.Tail"/> counts them; the log fills it in.</param>
public sealed record PublisherEnd(ulong Principal, ReadOnlyMemory<byte> Id, long Row);

/// <summary>What the log held at the start.</summary>
/// <param name="Rooms">Every room that has entries.</param>
/// <param name="Principals">Every principal that was ever stored.</param>
/// <param name="NextPrincipal">The lowest principal id that was never given.</param>
/// <param name="ReservedRooms">The highest <see cref="LogChange.ReserveRooms"/> that was stored; 0 if there was none.</param>
public sealed record LogContents(
    IReadOnlyList<RoomRecord> Rooms, IReadOnlyList<PrincipalRecord> Principals, ulong NextPrincipal, ulong ReservedRooms)
{
    /// <summary>The highest <see cref="LogChange.ReservePrincipals"/> that was stored; 0 if there was none.</summary>
    public ulong ReservedPrincipals { get; init; }

    /// <summary>Who blocks whom.</summary>
    public IReadOnlyList<BlockRecord> Blocks { get; init; } = [];

    /// <summary>The bans, those among them whose time is over.</summary>
    public IReadOnlyList<BanRecord> Bans { get; init; } = [];

    /// <summary>Rooms that went and are not wholly gone; they are not among the rooms.</summary>
    public IReadOnlyList<ulong> RemovedRooms { get; init; } = [];

    /// <summary>What was stored of publishers.</summary>
    public IReadOnlyList<PublisherRecord> Publishers { get; init; } = [];

    /// <summary>Publishers that ended since the tail's beginning.</summary>
    public IReadOnlyList<PublisherEnd> Ends { get; init; } = [];

    /// <summary>The segments with counted posts that the publishers' records may not know yet, in the order they were stored in, each with its row.</summary>
    public IEnumerable<(long Row, Segment Segment)> Tail { get; init; } = [];

    /// <summary>The latest time that it knows of, in milliseconds since 1970 UTC; 0 if it knows of none.</summary>
    public long NewestTime => Math.Max(Rooms.Select(room => (long)room.Time).DefaultIfEmpty().Max(), Principals.Select(principal => principal.LastSeen).DefaultIfEmpty().Max());

    /// <summary>A log that was never written to.</summary>
    public static LogContents Empty { get; } = new([], [], 0, 0);
}

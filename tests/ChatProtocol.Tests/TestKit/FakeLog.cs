using ChatProtocol.Hub;
using ChatProtocol.Testing;

namespace ChatProtocol.Tests;

/// <summary>
/// A log in memory that does nothing by itself: a batch is stored, or lost, when the test says so, and a read answered when
/// it says so. It checks what every real log relies on.
/// </summary>
internal sealed class FakeLog : ILog
{
    private readonly LogImage _image = new();

    /// <summary>The batch that the hub waits for.</summary>
    public LogBatch? UnderWay { get; private set; }

    /// <summary>The batch with which the last record of the audit log was stored; null before.</summary>
    public LogBatch? LastAudited { get; private set; }

    /// <summary>Reads that wait for their answer.</summary>
    public Queue<EntryRead> Reads { get; } = new();

    /// <summary>Queries of the directory that wait for their answer.</summary>
    public Queue<DirectoryLookup> Lookups { get; } = new();

    /// <summary>How many queries of the directory there were.</summary>
    public int EveryLookup { get; private set; }

    /// <summary>Answers queries of the directory at once; null while the test answers them.</summary>
    public Action<DirectoryLookup>? AnswerLookup { get; set; }

    /// <summary>Whether a start finds everything, as the log can look up nothing.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Searches that wait for their answer.</summary>
    public Queue<SearchRead> Searches { get; } = new();

    /// <summary>Every read there was.</summary>
    public List<EntryRead> EveryRead { get; } = [];

    /// <summary>What admins have asked for, and is not done.</summary>
    public Queue<MaintenanceTask> MaintenanceTasks { get; } = new();

    /// <summary>All that is stored.</summary>
    public StartupContents Contents => _image.Load(isWhole: true);

    /// <summary>The records of publishers that are stored.</summary>
    public IEnumerable<PublisherRecord> Publishers => _image.Publishers;

    /// <summary>The read markers that are stored.</summary>
    public IEnumerable<MarkerRecord> Markers => _image.Markers;

    /// <summary>The posts with keys that are stored.</summary>
    public IEnumerable<PostKeyRecord> PostKeys => _image.Messages.PostKeys;

    /// <summary>What has become of messages, as it is stored.</summary>
    public IEnumerable<AmendmentRecord> Amendments => _image.Messages.Amendments;

    public StartupContents Load() => _image.Load(IsWhole);

    public void Find(DirectoryLookup read)
    {
        Lookups.Enqueue(read);
        EveryLookup++;
        AnswerLookup?.Invoke(Lookups.Dequeue());
    }

    /// <summary>The answer to a query of the directory, as the real log finds it.</summary>
    public DirectoryResult Find(DirectoryQuery query) => _image.Find(query);

    public IEnumerable<Segment> SegmentsOf(ulong room) => _image[room].Rows.Select(row => row.Segment);

    /// <summary>The rooms that there are records of publishers of.</summary>
    public IEnumerable<ulong> RoomsOfPublishers => _image.Publishers.Select(p => p.Room).Distinct();

    /// <summary>The last entry that a search for expired ones finds, as the real log finds it.</summary>
    public ulong FindExpired(MaintenanceTask.FindExpired search) => _image[search.Room].FindExpired(search);

    public ulong HeadOf(ulong room) => _image.HeadOf(room);

    public IEnumerable<Message> EntriesOf(ulong room) => SegmentsOf(room).SelectMany(s => Frames.Decode(s.Bytes)).OfType<Message>();

    public void Append(LogBatch batch)
    {
        if (UnderWay is not null)
            throw new InvalidOperationException("The hub handed over a batch while another is under way.");
        if (batch.Segments.Count + batch.Rooms.Count + batch.Changes.Count == 0)
            throw new InvalidOperationException("The hub handed over an empty batch.");
        UnderWay = batch;
    }

    public void Read(EntryRead read)
    {
        var (room, range) = (read.Query.Room, read.Query.Range);
        if (range.First < 1 || range.IsEmpty || range.Last > HeadOf(room))
            throw new InvalidOperationException($"The hub asked for {range} of room {room}, which ends with {HeadOf(room)}.");
        Reads.Enqueue(read);
        EveryRead.Add(read);
    }

    public void Search(SearchRead read) => Searches.Enqueue(read);

    /// <summary>What a search finds.</summary>
    public SearchResult Find(EntrySearch search) => _image.Search(search);

    public void Do(MaintenanceTask task) => MaintenanceTasks.Enqueue(task);

    /// <summary>Stores the batch under way.</summary>
    public LogBatch Store()
    {
        var batch = Take();
        if (batch.Changes.Exists(change => change is LogChange.Audit))
            LastAudited = batch;
        _image.Apply(batch, batch.Segments.Select(OnDisk));
        return batch;
    }

    /// <summary>Loses the batch under way.</summary>
    public LogBatch Take()
    {
        var batch = UnderWay ?? throw new InvalidOperationException("No batch is under way.");
        UnderWay = null;
        return batch;
    }

    /// <summary>The segment of an entry cannot be read any more.</summary>
    public void Damage(ulong room, ulong seq) => _image.Damage(room, seq);

    /// <summary>What a query finds, as the real log finds it.</summary>
    public EntryResult Find(EntryQuery query) => _image.Read(query);

    /// <summary>Has bans and blocks that nobody asked the hub for: the next start finds them.</summary>
    public void Hold(IEnumerable<BanRecord> bans, IEnumerable<BlockRecord> blocks) => _image.Hold(bans, blocks);

    /// <summary>The bans that are stored.</summary>
    public IEnumerable<BanRecord> Bans => _image.Bans;

    /// <summary>The accounts that are stored.</summary>
    public IEnumerable<AccountRecord> Accounts => _image.Accounts.All;

    /// <summary>The records of the audit log that are stored.</summary>
    public IReadOnlyList<StoredAuditRecord> Audit => _image.Audit;

    /// <summary>The tokens that are stored.</summary>
    public IEnumerable<TokenRecord> Tokens => _image.Accounts.Tokens;

    /// <summary>The invitations that are stored.</summary>
    public IEnumerable<InvitationRecord> Invitations => _image.Accounts.Invitations;

    /// <summary>Changes a stored account behind the hub's back, as one is that an older server has stored.</summary>
    public void AlterAccount(ulong principal, Func<AccountRecord, AccountRecord> change) => _image.Accounts.Keep(change(_image.Accounts.Find(principal)!));

    /// <summary>Changes a stored room behind the hub's back, as a restore does.</summary>
    public void Alter(ulong room, Func<RoomRecord, RoomRecord> change) => _image.Change(room, change);

    /// <summary>Changes a stored principal, as one is that an older server has stored.</summary>
    public void AlterPrincipal(ulong principal, Func<PrincipalRecord, PrincipalRecord> change) => _image.ChangePrincipal(principal, change);

    /// <summary>A restart: whatever was asked of it is forgotten.</summary>
    public void Forget()
    {
        UnderWay = null;
        Reads.Clear();
        Searches.Clear();
        Lookups.Clear();
    }

    /// <summary>As if it had been on the disk: found by its bytes alone.</summary>
    private Segment OnDisk(Segment segment) => segment.First == HeadOf(segment.Room) + 1
        ? new Segment(segment.Room, segment.First, segment.Time, [.. segment.Bytes], segment.Posts.ToArray(), segment.Unsaid)
        : throw new InvalidOperationException($"A segment of room {segment.Room} begins at {segment.First} behind {HeadOf(segment.Room)}.");
}

using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>
/// A log in memory: a <see cref="LogImage"/> that outlives the hub, as a disk does, and what the hub has asked of it. It answers in the
/// hub's next turn, in the order in which it was asked; a commit once it is not held. Not thread-safe.
/// </summary>
internal sealed class MemoryLog : ILog
{
    private LogImage _image = new();
    private LogImage? _backup;
    private readonly Queue<Action<ChatHub>> _answers = new();
    private LogBatch? _underWay;

    /// <summary>Whether commits are held: what waits for one is not answered.</summary>
    public bool IsHeld { get; set; }

    /// <summary>How many of the next commits fail, with nothing of them stored.</summary>
    public int ToFail { get; set; }

    /// <summary>Whether there is something to answer.</summary>
    public bool HasAnswers => _answers.Count > 0 || (_underWay is not null && !IsHeld);

    public StartupContents Load() => _image.Load();

    public void Append(LogBatch batch) => _underWay = batch;

    public void Read(EntryRead read) => _answers.Enqueue(hub => hub.ReadDone(read, _image.Read(read.Query)));

    public void Find(DirectoryLookup read) => _answers.Enqueue(hub => hub.Found(read, _image.Find(read.Query)));

    public void Search(SearchRead read) => _answers.Enqueue(hub => hub.SearchDone(read, _image.Search(read.Search)));

    public void Do(MaintenanceTask task) => _answers.Enqueue(hub => hub.MaintenanceDone(task, Do(task, _image)));

    /// <summary>Answers what was asked so far.</summary>
    public void Answer(ChatHub hub)
    {
        for (var left = _answers.Count; left > 0; left--)
            _answers.Dequeue()(hub);
        if (IsHeld || _underWay is not { } batch)
            return;
        _underWay = null;
        if (ToFail > 0)
        {
            ToFail--;
            hub.CommitFailed(batch);
            return;
        }
        _image.Apply(batch, batch.Segments.Select(OnDisk));
        hub.Committed(batch);
    }

    /// <summary>The server is killed: what was not stored is lost, and nothing is answered.</summary>
    public void Crash()
    {
        _underWay = null;
        _answers.Clear();
    }

    /// <summary>Keeps a copy of what is stored.</summary>
    public void Backup() => _backup = _image.Copy();

    /// <summary>Puts the copy in place of what is stored since.</summary>
    /// <exception cref="InvalidOperationException">There is no copy.</exception>
    public void Restore()
    {
        _image = _backup?.Copy() ?? throw new InvalidOperationException("There is no backup to restore: make one first.");
        _image.BeginNewEpochs(static () => BitConverter.ToUInt64(Guid.NewGuid().ToByteArray()));
    }

    private static MaintenanceResult Do(MaintenanceTask task, LogImage image) => task switch
    {
        MaintenanceTask.FindExpired search => new MaintenanceResult(null) { Through = image[search.Room].FindExpired(search) },
        MaintenanceTask.Verification => Verify(image),
        MaintenanceTask.Index or MaintenanceTask.Scrub or MaintenanceTask.CloseImport => new MaintenanceResult(null),
        MaintenanceTask.Backup => Refuse("backed up"),
        MaintenanceTask.Export => Refuse("exported"),
        _ => Refuse("imported"),
    };

    private static MaintenanceResult Refuse(string done) =>
        new($"a test server keeps its log in memory, and no file: nothing can be {done}; try that with chatd") { Reason = ErrorCode.InvalidValue };

    private static MaintenanceResult Verify(LogImage image)
    {
        List<LogRow> rows = [.. image.Rooms.SelectMany(room => image[room].Rows)];
        return new MaintenanceResult(null, (ulong)rows.Count, (ulong)rows.Sum(row => row.Segment.Count));
    }

    /// <summary>The segment by its bytes alone, as a disk keeps it.</summary>
    private static Segment OnDisk(Segment segment) => new(segment.Room, segment.First, segment.Time, [.. segment.Bytes], segment.Posts.ToArray(), segment.Unsaid);
}

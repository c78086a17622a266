using ChatProtocol.Hub;
using ChatProtocol.Testing;

namespace ChatProtocol.Simulation;

/// <summary>
/// The log of the simulated server. A batch becomes durable at one moment and is reported as committed at a later one; between
/// the two the server may crash. A batch that was not durable at the crash is lost. The result of a read may be as old as
/// its request.
/// </summary>
internal sealed class SimulatedDisk(World world) : ILog
{
    private readonly Queue<WaitingRead> _reads = new();
    private readonly Queue<WaitingLookup> _lookups = new();
    private readonly Queue<WaitingSearch> _searches = new();
    private readonly Queue<WaitingTask> _maintenance = new();
    private readonly Sabotage _sabotage = new(world);
    private LogBatch? _underWay;
    private Outcome _outcome;
    private bool _isSettled;
    private long _durableAt;
    private long _toldAt;
    private long _fullUntil;
    private LogImage? _backup;

    private enum Outcome
    {
        Stored,
        Failed,

        /// <summary>An error after which it is unknown whether the batch was stored.</summary>
        UnknownStored,
        UnknownLost,
    }

    public LogImage Image { get; private set; } = new();

    /// <summary>Whether an error has left the content of the disk unknown: nothing is written any more, and the server has to end.</summary>
    public bool IsUnsure { get; private set; }

    /// <summary>The number of batches whose end was told, however they ended.</summary>
    public long Told { get; private set; }

    /// <summary>When the last batch was handed over, on the clock that does not jump.</summary>
    public long HandedAt { get; private set; }

    public bool IsIdle => _underWay is null && _reads.Count + _lookups.Count + _searches.Count + _maintenance.Count == 0;

    public void Append(LogBatch batch)
    {
        world.Trace.Note(Happening.Appends, (ulong)batch.Segments.Count, (ulong)batch.Changes.Count);
        if (_underWay is not null)
            throw new Violation(Checker.Contract, "a batch is handed over while another is under way");
        _underWay = batch;
        HandedAt = world.Clock.Awake;
        _isSettled = false;
        _outcome = Draw();
        _durableAt = world.Clock.Elapsed + world.Dice.Skewed(world.Swarm.CommitTime);
        _toldAt = _durableAt + world.Dice.Skewed(world.Swarm.CommitTime / 4);
        _sabotage.Appended(Image);
    }

    public void Read(EntryRead read)
    {
        var query = read.Query;
        world.Trace.Note(Happening.Reads, query.Room, query.Range.First, query.Range.Last);
        if (query.Range.First < 1 || query.Range.IsEmpty || query.Range.Last > world.Ledger.RoomOf(query.Room).Head)
            throw new Violation(Checker.Contract, $"{query.Range} of room {query.Room} is asked for, which ends with {Image.HeadOf(query.Room)}");
        _reads.Enqueue(new WaitingRead(read, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.ReadTime),
            world.Dice.Chance(0.3) ? Image.Read(query) : null));
    }

    public void Find(DirectoryLookup read)
    {
        world.Trace.Note(Happening.LooksUp, 0);
        _lookups.Enqueue(new WaitingLookup(read, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.ReadTime),
            world.Dice.Chance(0.3) ? Image.Find(read.Query) : null));
    }

    public void Search(SearchRead read)
    {
        world.Trace.Note(Happening.Searches, 0);
        _searches.Enqueue(new WaitingSearch(read, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.ReadTime),
            world.Dice.Chance(0.5) ? Image.Search(read.Search) : null));
    }

    public void Do(MaintenanceTask task)
    {
        world.Trace.Note(Happening.Does, 0);
        var found = task is MaintenanceTask.FindExpired search ? Image[search.Room].FindExpired(search) : 0;
        _maintenance.Enqueue(new WaitingTask(task, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.MaintenanceTime), _sabotage.Expired(task, found)));
    }

    /// <summary>Reports completed batches and reads to the hub.</summary>
    public void Report(ChatHub hub)
    {
        Commit(hub);
        while (_reads.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
            Answer(hub);
        while (_lookups.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
            Answer(hub, _lookups.Dequeue());
        while (_searches.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
            Answer(hub, _searches.Dequeue());
        while (_maintenance.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
            Finish(hub, _maintenance.Dequeue());
    }

    /// <summary>The server crashes: its reads are dropped, and a batch under way is stored as a whole or not at all.</summary>
    public void Crash()
    {
        if (_underWay is not null && !_isSettled && _outcome == Outcome.Stored && world.Dice.Chance(0.3))
            Settle(_underWay);
        _sabotage.Crash(Image);
        _underWay = null;
        _reads.Clear();
        _lookups.Clear();
        _searches.Clear();
        _maintenance.Clear();
        IsUnsure = false;
        _fullUntil = 0;
    }

    /// <summary>Damages a stored segment, which cannot be read any more.</summary>
    public void Damage()
    {
        if (Image.Rooms.ToList() is not { Count: > 0 } rooms || Image[world.Dice.Pick(rooms)].Rows is not { Count: > 0 } rows)
            return;
        // Newer segments are more likely: a start replays them.
        var segment = rows[^(1 + world.Dice.Skewed(rows.Count - 1))].Segment;
        world.Trace.Note(Happening.Damages, segment.Room, segment.First);
        Image.Damage(segment.Room, segment.First);
    }

    /// <summary>Replaces the database by the backup; false if there is none.</summary>
    public bool TryRestore()
    {
        if (_backup is null)
            return false;
        Image = _backup.Copy();
        world.Ledger.Restore();
        if (world.Broken != BrokenVariant.EpochKeptOnRestore)
            Image.BeginNewEpochs(world.Dice.Next);
        return true;
    }

    /// <summary>Sometimes the database is of an earlier version, in which nothing can be looked up before it is indexed.</summary>
    public StartupContents Load() => _sabotage.Load(Image.Load(isWhole: world.Dice.Chance(0.1)), Image);

    private void Answer(ChatHub hub)
    {
        var (read, _, early) = _reads.Dequeue();
        var found = world.Faulty(world.Swarm.ReadFailRate) ? null : _sabotage.Read(early ?? Image.Read(read.Query));
        world.Trace.Note(Happening.ReadDone, read.Query.Room, read.Query.Range.First, (ulong)(found?.Runs.Count ?? 0));
        hub.ReadDone(read, found);
    }

    private void Answer(ChatHub hub, WaitingLookup waiting)
    {
        var (read, _, early) = waiting;
        var found = world.Faulty(world.Swarm.ReadFailRate) ? null : _sabotage.Find(early ?? Image.Find(read.Query), Image);
        world.Trace.Note(Happening.LookedUp, (ulong)(found?.Rooms.Count ?? 0), (ulong)(found?.Principals.Count ?? 0));
        hub.Found(read, found);
    }

    private void Answer(ChatHub hub, WaitingSearch waiting)
    {
        var found = world.Faulty(world.Swarm.ReadFailRate) ? null : waiting.Early ?? Image.Search(waiting.Read.Search);
        world.Trace.Note(Happening.Searched, (ulong)(found?.Entries.Count ?? 0));
        hub.SearchDone(waiting.Read, found);
    }

    private void Finish(ChatHub hub, WaitingTask waiting)
    {
        var (task, _, through) = waiting;
        if (task is MaintenanceTask.Backup)
            _backup = Image.Copy();
        if (task is MaintenanceTask.FindExpired search)
            world.Ledger.RoomOf(search.Room).TellExpired(search, through);
        world.Trace.Note(Happening.MaintenanceDone, 0);
        var error = world.Faulty(world.Swarm.ReadFailRate) ? "the disk does not want to" : null;
        hub.MaintenanceDone(task, new MaintenanceResult(error) { Through = error is null ? through : 0 });
    }

    private void Commit(ChatHub hub)
    {
        if (_underWay is not { } batch)
            return;
        if (!_isSettled && world.Clock.Elapsed >= _durableAt)
            Settle(batch);
        // A batch of unknown outcome is never answered (CP-DEL-037).
        if (world.Clock.Elapsed < _toldAt || IsUnsure || _sabotage.NeverTells(batch))
            return;
        // Reads from before an erasure or a removal are answered before the hub is told of it.
        if (batch.Changes.Exists(change => change is Erasure or LogChange.RemoveRoom { IsBeginning: true }))
            while (_reads.Count > 0)
                Answer(hub);
        _underWay = null;
        Told++;
        if (_outcome == Outcome.Failed)
        {
            world.Trace.Note(Happening.CommitFailed, (ulong)batch.Segments.Count);
            if (_sabotage.TakesForStored(batch))
                hub.Committed(batch);
            else
                hub.CommitFailed(batch);
            return;
        }
        world.Ledger.Tell(batch);
        for (var times = _sabotage.TimesToTell; times > 0; times--)
        {
            world.Trace.Note(Happening.Committed, (ulong)batch.Segments.Count);
            hub.Committed(batch);
        }
        world.Ledger.HasTold(batch);
    }

    private Outcome Draw()
    {
        if (world.Faulty(world.Swarm.FullRate))
            _fullUntil = world.Clock.Elapsed + world.Dice.Skewed(5000);
        if (world.Faulty(world.Swarm.UnsureRate))
            return world.Dice.Chance(0.5) ? Outcome.UnknownStored : Outcome.UnknownLost;
        var isFull = world.Clock.Elapsed < _fullUntil && !world.IsHealing;
        return isFull || world.Faulty(world.Swarm.CommitFailRate) ? Outcome.Failed : Outcome.Stored;
    }

    private void Settle(LogBatch batch)
    {
        _isSettled = true;
        IsUnsure |= _outcome is Outcome.UnknownStored or Outcome.UnknownLost;
        if (_outcome is Outcome.Stored or Outcome.UnknownStored)
            _sabotage.Store(Image, batch);
        else
            _sabotage.Lose(Image, batch);
    }

    /// <param name="Read">The read.</param>
    /// <param name="Due">When it is answered.</param>
    /// <param name="Early">The result, if the read was done at once; null if it is done when it is answered.</param>
    private readonly record struct WaitingRead(EntryRead Read, long Due, EntryResult? Early);

    /// <param name="Read">The query of the directory.</param>
    /// <param name="Due">When it is answered.</param>
    /// <param name="Early">The result, if it was looked up at once; null if that is done when it is answered.</param>
    private readonly record struct WaitingLookup(DirectoryLookup Read, long Due, DirectoryResult? Early);

    /// <param name="Read">The search.</param>
    /// <param name="Due">When it is answered.</param>
    /// <param name="Early">The result, if it was searched at once; null if that is done when it is answered.</param>
    private readonly record struct WaitingSearch(SearchRead Read, long Due, SearchResult? Early);

    /// <param name="Task">The task.</param>
    /// <param name="Due">When it is done.</param>
    /// <param name="Through">The result of a search: the last expired entry.</param>
    private readonly record struct WaitingTask(MaintenanceTask Task, long Due, ulong Through);
}

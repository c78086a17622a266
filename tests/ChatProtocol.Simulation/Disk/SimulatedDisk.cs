using ChatProtocol.Hub;
using ChatProtocol.TestLog;

namespace ChatProtocol.Simulation;

/// <summary>
/// The log that the hub is given. A batch is durable at one moment and told as committed at a later one; between the two the
/// server may die. Whatever was not durable at that moment is gone. What was read or found may be as old as the wish for it.
/// </summary>
internal sealed class SimulatedDisk(World world) : ILog
{
    private readonly Queue<WaitingRead> _reads = new();
    private readonly Queue<WaitingChore> _chores = new();
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

        /// <summary>An error that left open whether it was stored.</summary>
        UnknownStored,
        UnknownLost,
    }

    public LogImage Image { get; private set; } = new();

    /// <summary>An error has left open what is on the disk: nothing is written any more, and the server is to end.</summary>
    public bool IsUnsure { get; private set; }

    public bool IsIdle => _underWay is null && _reads.Count + _chores.Count == 0;

    public void Append(LogBatch batch)
    {
        world.Trace.Note(Happening.Appends, (ulong)batch.Segments.Count, (ulong)batch.Principals.Count, (ulong)batch.Publishers.Count);
        if (_underWay is not null)
            throw new Violation(Checker.Contract, "a batch is handed over while another is under way");
        _underWay = batch;
        _isSettled = false;
        _outcome = Draw();
        _durableAt = world.Clock.Elapsed + world.Dice.Skewed(world.Swarm.CommitTime);
        _toldAt = _durableAt + world.Dice.Skewed(world.Swarm.CommitTime / 4);
        _sabotage.Appended(Image);
    }

    public void Read(LogRead read)
    {
        world.Trace.Note(Happening.Reads, read.Room, read.Low, read.High);
        if (read.Low < 1 || read.Low > read.High || read.High > world.Ledger.RoomOf(read.Room).Head)
            throw new Violation(Checker.Contract, $"{read.Low} to {read.High} of room {read.Room} is asked for, which ends with {Image.HeadOf(read.Room)}");
        _reads.Enqueue(new WaitingRead(read, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.ReadTime),
            world.Dice.Chance(0.3) ? Image.Read(read) : null));
    }

    public void Do(LogChore chore)
    {
        world.Trace.Note(Happening.Does, 0);
        var found = chore is LogChore.Surplus surplus ? Image[surplus.Room].FindSurplus(surplus) : 0;
        _chores.Enqueue(new WaitingChore(chore, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.ChoreTime), _sabotage.Surplus(chore, found)));
    }

    /// <summary>Tells the hub what is done by now.</summary>
    public void Report(ChatHub hub)
    {
        Commit(hub);
        while (_reads.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
            Answer(hub);
        while (_chores.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
            Finish(hub, _chores.Dequeue());
    }

    /// <summary>The server dies: what it had asked for is forgotten, and a batch under way is there as a whole or not at all.</summary>
    public void Crash()
    {
        if (_underWay is not null && !_isSettled && _outcome == Outcome.Stored && world.Dice.Chance(0.3))
            Settle(_underWay);
        _sabotage.Crash(Image);
        _underWay = null;
        _reads.Clear();
        _chores.Clear();
        IsUnsure = false;
        _fullUntil = 0;
    }

    /// <summary>Some stored segment cannot be read any more.</summary>
    public void Damage()
    {
        if (Image.Rooms.ToList() is not { Count: > 0 } rooms || Image[world.Dice.Pick(rooms)].Rows is not { Count: > 0 } rows)
            return;
        // The newest are the ones that a start replays.
        var segment = rows[^(1 + world.Dice.Skewed(rows.Count - 1))].Segment;
        world.Trace.Note(Happening.Damages, segment.Room, segment.First);
        Image.Damage(segment.Room, segment.First);
    }

    /// <summary>Somebody puts the backup in the place of the database; false if there is none.</summary>
    public bool TryRestore()
    {
        if (_backup is null)
            return false;
        Image = _backup.Copy();
        world.Ledger.Restore();
        if (world.Broken != Broken.EpochKeptOnRestore)
            BeginNewEpochs();
        return true;
    }

    public LogContents Load() => _sabotage.Load(Image.Load());

    /// <summary>What was said in the original since the copy was made is not here: every room begins a new epoch, and no id is given again.</summary>
    private void BeginNewEpochs()
    {
        Image.SkipIds(rooms: world.Dice.Next() & 0xFF_FFFF_FFFF, principals: world.Dice.Next() & 0xFF_FFFF_FFFF);
        foreach (var id in Image.Rooms.ToList())
            Image.Change(id, room => room with { Epoch = world.Dice.Next() & Limits.MaxInteger, EpochFirst = Image.HeadOf(id) + 1 });
    }

    private void Answer(ChatHub hub)
    {
        var (read, _, early) = _reads.Dequeue();
        IReadOnlyList<LogRun>? found = world.Faulty(world.Swarm.ReadFailRate) ? null : _sabotage.Read(read, early ?? Image.Read(read));
        world.Trace.Note(Happening.ReadDone, read.Room, read.Low, (ulong)(found?.Count ?? 0));
        hub.ReadDone(read, found);
    }

    private void Finish(ChatHub hub, WaitingChore waiting)
    {
        var (chore, _, through) = waiting;
        if (chore is LogChore.Backup)
            _backup = Image.Copy();
        if (chore is LogChore.Surplus surplus)
            world.Ledger.RoomOf(surplus.Room).TellSurplus(surplus, through);
        world.Trace.Note(Happening.ChoreDone, 0);
        var complaint = world.Faulty(world.Swarm.ReadFailRate) ? "the disk does not want to" : null;
        hub.ChoreDone(chore, new LogChoreResult(complaint) { Through = complaint is null ? through : 0 });
    }

    private void Commit(ChatHub hub)
    {
        if (_underWay is not { } batch)
            return;
        if (!_isSettled && world.Clock.Elapsed >= _durableAt)
            Settle(batch);
        if (world.Clock.Elapsed < _toldAt || _sabotage.NeverTells(batch))
            return;
        // What was read before a text or a room went is answered before that is told.
        if (batch.Erasures.Count > 0 || batch.DirectoryChanges.Exists(change => change is DirectoryChange.RemoveRoom { IsBeginning: true }))
            while (_reads.Count > 0)
                Answer(hub);
        _underWay = null;
        if (_outcome != Outcome.Stored)
        {
            world.Trace.Note(Happening.CommitFailed, (ulong)batch.Segments.Count);
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
        if (IsUnsure)
            return Outcome.UnknownLost;
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

    /// <param name="Read">What is wanted.</param>
    /// <param name="Due">When it is answered.</param>
    /// <param name="Early">What was found at once; null if it is looked for when it is answered.</param>
    private readonly record struct WaitingRead(LogRead Read, long Due, List<LogRun>? Early);

    /// <param name="Chore">What is to be done.</param>
    /// <param name="Due">When it is done.</param>
    /// <param name="Through">What a surplus has found.</param>
    private readonly record struct WaitingChore(LogChore Chore, long Due, ulong Through);
}

using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// The log that the hub is given. A batch is durable at one moment and told as committed at a later one; between the two the
/// server may die. Whatever was not durable at that moment is gone.
/// </summary>
internal sealed class SimulatedDisk(World world) : ILog
{
    private readonly Queue<(LogRead Read, long Due)> _reads = new();
    private readonly Queue<LogChore> _chores = new();
    private readonly Sabotage _sabotage = new(world);
    private LogBatch? _underWay;
    private Outcome _outcome;
    private bool _isSettled;
    private long _durableAt;
    private long _toldAt;
    private long _fullUntil;
    private Image? _backup;

    private enum Outcome
    {
        Stored,
        Failed,

        /// <summary>An error that left open whether it was stored.</summary>
        UnknownStored,
        UnknownLost,
    }

    public Image Image { get; private set; } = new();

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
        world.Trace.Note(Happening.Reads, read.Query.Room, read.Query.Range.First, read.Query.Range.Last);
        _reads.Enqueue((read, world.Clock.Elapsed + world.Dice.Skewed(world.IsHealing ? 0 : world.Swarm.ReadTime)));
    }

    public void Do(LogChore chore)
    {
        world.Trace.Note(Happening.Does, 0);
        _chores.Enqueue(chore);
    }

    /// <summary>Tells the hub what is done by now.</summary>
    public void Report(ChatHub hub)
    {
        Commit(hub);
        while (_reads.TryPeek(out var next) && next.Due <= world.Clock.Elapsed)
        {
            var read = _reads.Dequeue().Read;
            var found = world.Faulty(world.Swarm.ReadFailRate) ? null : new LogFound(read.Query.Range, _sabotage.Read(Image.Read(read.Query)));
            world.Trace.Note(Happening.ReadDone, read.Query.Room, read.Query.Range.First, (ulong)(found?.Runs.Count ?? 0));
            hub.ReadDone(read, found);
        }
        while (_chores.TryDequeue(out var chore))
        {
            if (chore is LogChore.Backup)
                _backup = Image.Copy();
            world.Trace.Note(Happening.ChoreDone, 0);
            hub.ChoreDone(chore, new LogChoreResult(null));
        }
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

    /// <summary>Somebody puts the backup in the place of the database; false if there is none.</summary>
    public bool TryRestore()
    {
        if (_backup is null)
            return false;
        Image = _backup.Copy();
        world.Ledger.Restore(Image.HeadOf);
        if (world.Broken != Broken.EpochKeptOnRestore)
            Image.BeginNewEpochs(world.Dice);
        return true;
    }

    public LogContents Load() => _sabotage.Load(Image.Load());

    private void Commit(ChatHub hub)
    {
        if (_underWay is not { } batch)
            return;
        if (!_isSettled && world.Clock.Elapsed >= _durableAt)
            Settle(batch);
        if (world.Clock.Elapsed < _toldAt || _sabotage.NeverTells(batch))
            return;
        _underWay = null;
        if (_outcome != Outcome.Stored)
        {
            world.Trace.Note(Happening.CommitFailed, (ulong)batch.Segments.Count);
            hub.CommitFailed(batch);
            return;
        }
        world.Ledger.Told(batch.Segments);
        for (var times = _sabotage.TimesToTell; times > 0; times--)
        {
            world.Trace.Note(Happening.Committed, (ulong)batch.Segments.Count);
            hub.Committed(batch);
        }
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
}

using System.Collections.Concurrent;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The log in one SQLite database: one thread writes, one reads, one makes checkpoints, and none is ever waited for by the hub. A batch is
/// synced to the disk before it is reported as committed.
/// </summary>
internal sealed partial class SqliteLog : ILog, IAsyncDisposable
{
    /// <summary>Damaged runs that are told in the log; more say no more.</summary>
    private const int MaxTold = 1000;

    private readonly ILogger _logger;
    private readonly LogDatabase _writer;
    private readonly LogDatabase _reader;
    private readonly LogDatabase _checkpointer;

    // The hub hands over one batch at a time.
    private readonly BlockingCollection<LogBatch> _batches = new(boundedCapacity: 1);

    // Bounded by what asks: one read for each member that is behind, one page for each session.
    private readonly BlockingCollection<Func<HubInput>> _reads = [];
    private readonly BlockingCollection<LogChore> _choresWanted = [];
    private readonly LogChores _chores;

    // One is wanted or none: what comes while it is made is the next one's.
    private readonly BlockingCollection<bool> _checkpointsWanted = new(boundedCapacity: 1);
    private readonly TaskCompletionSource _choresEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _checkpointsEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _writerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _readerEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstOutcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HubLoop? _hub;

    // Of the reader's thread: what was found to be damaged, each told once.
    private readonly HashSet<(ulong Room, ulong Last)> _damageTold = [];

    // Of the writer's thread: an error left open what is on the disk.
    private bool _isUnsure;

    private SqliteLog(string path, LogDatabase writer, LogDatabase reader, LogDatabase checkpointer, ILogger logger)
    {
        _chores = new LogChores(path);
        _writer = writer;
        _reader = reader;
        _checkpointer = checkpointer;
        _logger = logger;
    }

    /// <summary>Opens or makes the database.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="acceptsLoss">Whether to go on where something that was stored is missing.</param>
    /// <param name="logger">Where it logs.</param>
    /// <exception cref="ServerException">It cannot be used; the message says why.</exception>
    public static SqliteLog Open(string path, bool acceptsLoss, ILogger logger)
    {
        var writer = LogDatabase.OpenForWriting(path, acceptsLoss);
        try
        {
            if (writer.WasCopy)
                LogRestored(logger);
            if (writer.HasLost)
                LogLost(logger);
            return new SqliteLog(path, writer, LogDatabase.OpenForReading(path), LogDatabase.OpenForCheckpoints(path), logger);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public byte[] ServerId => _writer.ServerId;

    public byte[] HashKey => _writer.HashKey;

    /// <summary>Completes when the hub is being told what became of its first batch, which every hub has: it sets ids aside.</summary>
    public Task FirstOutcome => _firstOutcome.Task;

    public LogContents Load() => _writer.Load();

    /// <summary>Begins to work for a hub.</summary>
    public void Start(HubLoop hub)
    {
        _hub = hub;
        Run(WriteAll, "log writer", _writerEnded);
        Run(ReadAll, "log reader", _readerEnded);
        Run(DoAll, "log chores", _choresEnded);
        Run(CheckpointAll, "log checkpoint", _checkpointsEnded);
    }

    public void Append(LogBatch batch) => _batches.Add(batch);

    public void Read(LogRead read) => _reads.Add(() => TryRead(read));

    public void Do(LogChore chore) => _choresWanted.Add(chore);

    /// <summary>Ends the threads after what they were given, but for chores, which are broken off, and closes the database.</summary>
    public async ValueTask DisposeAsync()
    {
        _batches.CompleteAdding();
        _choresWanted.CompleteAdding();
        _chores.BreakOff();
        if (_hub is not null)
            await _writerEnded.Task.ConfigureAwait(false);
        _reads.CompleteAdding();
        _checkpointsWanted.CompleteAdding();
        if (_hub is not null)
            await Task.WhenAll(_readerEnded.Task, _choresEnded.Task, _checkpointsEnded.Task).ConfigureAwait(false);
        _checkpointer.Dispose();
        _reader.Dispose();
        _writer.Dispose();
        _batches.Dispose();
        _reads.Dispose();
        _choresWanted.Dispose();
        _checkpointsWanted.Dispose();
    }

    private static void Run(Action work, string name, TaskCompletionSource ended) => new Thread(() =>
    {
        try
        {
            work();
            ended.SetResult();
        }
        catch (Exception e)
        {
            ended.SetException(e);
            throw;
        }
    })
    { Name = name, IsBackground = true }.Start();

    private void WriteAll()
    {
        foreach (var batch in _batches.GetConsumingEnumerable())
        {
            var isStored = TryWrite(() => _writer.Write(batch));
            HubInput outcome = isStored ? new HubInput.Committed(batch) : new HubInput.CommitFailed(batch);
            // Behind the reads that have found a text which is gone now: it is not told any more once the hub knows.
            if (batch.Changes.Exists(change => change is Erasure or LogChange.RemoveRoom { IsBeginning: true }))
                _reads.Add(() => outcome);
            else
                _hub!.Control(outcome);
            TryWrite(() =>
            {
                if (_writer.CheckpointIfLarge())
                    _checkpointsWanted.TryAdd(true);
            });
            _firstOutcome.TrySetResult();
        }
    }

    private void CheckpointAll()
    {
        foreach (var _ in _checkpointsWanted.GetConsumingEnumerable())
        {
            try
            {
                _checkpointer.CheckpointBeside();
            }
            catch (SqliteException e)
            {
                // The writer makes the same one when it has to, and its failure counts.
                LogCheckpointFailed(_logger, e.SqliteErrorCode, e.Message);
            }
        }
    }

    private bool TryWrite(Action write)
    {
        if (_isUnsure)
            return false;
        try
        {
            write();
            return true;
        }
        catch (SqliteException e)
        {
            LogWriteFailed(_logger, e.SqliteErrorCode, e.Message);
            // A full disk is rolled back and tried again with the next batch. After any other error the outcome is
            // unknown, so this connection writes no more: what a restart finds is the truth.
            _isUnsure = e.SqliteErrorCode != SQLitePCL.raw.SQLITE_FULL;
            if (_isUnsure)
                _hub!.Fail(new ServerException($"the log cannot be written: {e.Message}"));
            return false;
        }
    }

    private void ReadAll()
    {
        foreach (var read in _reads.GetConsumingEnumerable())
            _hub!.Control(read());
    }

    private void DoAll()
    {
        foreach (var chore in _choresWanted.GetConsumingEnumerable())
            _hub!.Control(new HubInput.ChoreDone(chore, _chores.Do(chore)));
    }

    private HubInput.ReadDone TryRead(LogRead read)
    {
        try
        {
            read = _reader.BySeq(read);
            var found = _reader.Read(read);
            foreach (var run in found)
                if (run.Segment is null && !_reader.HasExpired(read.Room, run.Last) && _damageTold.Count < MaxTold && _damageTold.Add((read.Room, run.Last)))
                    LogDamaged(_logger, read.Room, run.First, run.Last);
            return new HubInput.ReadDone(read, found);
        }
        catch (SqliteException e)
        {
            LogReadFailed(_logger, read.Room, read.Low, e.Message);
            return new HubInput.ReadDone(read, null);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "writing failed: SQLite error {Code}: {Reason}")]
    private static partial void LogWriteFailed(ILogger logger, int code, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "room {Room} cannot be read from {Seq}: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, ulong room, ulong seq, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "room {Room}: the entries {First} to {Last} are damaged; everybody who reads is told that they are missing")]
    private static partial void LogDamaged(ILogger logger, ulong room, ulong first, ulong last);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "a checkpoint failed: SQLite error {Code}: {Reason}")]
    private static partial void LogCheckpointFailed(ILogger logger, int code, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "something that was stored is missing: every room has a new epoch from here on")]
    private static partial void LogLost(ILogger logger);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "this is a backup: every room has a new epoch from here on")]
    private static partial void LogRestored(ILogger logger);
}

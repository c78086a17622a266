using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The log in one SQLite database: one thread writes, one reads, one looks up, one makes checkpoints, one does maintenance, and the hub never
/// waits for any of them. A batch is synced to the disk before it is reported as committed.
/// </summary>
internal sealed partial class SqliteLog : ILog, IAsyncDisposable
{
    /// <summary>The most damaged runs that are reported in the server's log.</summary>
    private const int MaxTold = 1000;

    private readonly ILogger _logger;
    private readonly string _path;
    private readonly LogWriter _writer;
    private readonly EntryReader _reader;
    private readonly DirectoryReader _directory;
    private readonly DatabaseConnection _beside;
    private readonly MaintenanceRunner _maintenance;
    private readonly SearchIndex? _search;

    // The hub hands over one batch at a time.
    private readonly QueueThread<LogBatch> _writing;

    // Bounded by the askers: one read for each member that is behind, one page for each session.
    private readonly QueueThread<Func<HubInput>> _reading;

    // Bounded by the askers: one look-up for each session.
    private readonly QueueThread<DirectoryLookup> _lookingUp;
    private readonly QueueThread<MaintenanceTask> _working;

    // Bounded by the askers: one search for each session.
    private readonly QueueThread<SearchRead> _searching;

    // At most one checkpoint waits: pages written while one is made are left for the next.
    private readonly QueueThread<WalCheckpoints> _checkpointing;
    private readonly WalCheckpoints _checkpoints;
    private readonly TaskCompletionSource _firstOutcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HubLoop? _hub;

    // Used by the reader's thread alone: damaged runs, each reported once.
    private readonly HashSet<(ulong Room, ulong Last)> _damageTold = [];

    // Used by the writer's thread alone: after an error the content of the disk is not known, and nothing is written any more.
    private bool _isUnsure;

    private volatile bool _isFailing;

    // The hub has ended: nobody waits for a read any more.
    private volatile bool _isEnding;

    // Whether the note for the next start was left; each of the threads that read leaves it at most once.
    private volatile bool _isSuspect;

    private SqliteLog(string path, LogWriter writer, EntryReader reader, DirectoryReader directory, DatabaseConnection beside, SearchIndex? search, ILogger logger)
    {
        _search = search;
        _directory = directory;
        _path = path;
        _writer = writer;
        _reader = reader;
        _beside = beside;
        _checkpoints = new WalCheckpoints(beside);
        _maintenance = new MaintenanceRunner(path, () => _search?.Scrub() ?? true);
        _logger = logger;
        _writing = new QueueThread<LogBatch>("log writer", Write, capacity: 1);
        _reading = new QueueThread<Func<HubInput>>("log reader", Answer);
        _lookingUp = new QueueThread<DirectoryLookup>("log directory", read => Answer(() => new HubInput.LookedUp(read, TryFind(read.Query))));
        _working = new QueueThread<MaintenanceTask>("log maintenance", task => _hub!.Control(new HubInput.MaintenanceDone(task, _maintenance.Do(task))));
        _searching = new QueueThread<SearchRead>("log search", read => Answer(() => new HubInput.Searched(read, _search?.Find(read.Search))));
        _checkpointing = new QueueThread<WalCheckpoints>("log checkpoint", CheckpointBeside, capacity: 1);
    }

    /// <summary>Opens or creates the database.</summary>
    /// <param name="path">The database's file.</param>
    /// <param name="acceptsLoss">Whether to go on where some stored data is missing.</param>
    /// <param name="logger">The server's log.</param>
    /// <param name="search">How much one answer to a search may cost; null where nothing is to be searched.</param>
    /// <exception cref="ServerException">The database cannot be used; the message says why.</exception>
    public static SqliteLog Open(string path, bool acceptsLoss, ILogger logger, SearchBounds? search = null)
    {
        var opening = DatabaseOpener.Open(path, acceptsLoss, hasSearch: search is not null);
        var writer = opening.Writer;
        try
        {
            if (opening.WasCopy)
                LogRestored(logger);
            if (opening.HasLost)
                LogLost(logger);
            if (opening.Damage is var (finding, mended))
                LogWasMended(logger, finding, mended.Segments, mended.Missing, DatabaseRepair.KeptAs(path));
            return new SqliteLog(path, writer, EntryReader.Open(path), DirectoryReader.Open(path), DatabaseConnection.Open(path, SqliteOpenMode.ReadWrite), OpenIndex(path, search, logger), logger);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>The index of searches; null where nothing is searched.</summary>
    internal SearchIndex? SearchIndex => _search;

    public byte[] ServerId => _writer.ServerId;

    public byte[] HashKey => _writer.HashKey;

    /// <summary>Completes when the hub is told the outcome of its first batch, which every hub has: it reserves ids.</summary>
    public Task FirstOutcome => _firstOutcome.Task;

    /// <summary>Called by the writer's thread with the bytes of the entries that it has stored, before the hub hears of it.</summary>
    public Action<long>? Wrote { get; set; }

    /// <summary>Seconds of each batch; nothing is measured while nobody listens to it.</summary>
    public Histogram<double>? CommitSeconds { get; set; }

    /// <summary>Whether the last batch could not be stored. Any thread.</summary>
    public bool IsFailing => _isFailing;

    /// <summary>Bytes by which the database may grow without anything being written to the log. Any thread.</summary>
    public long PendingBytes => _writer.PendingBytes;

    public StartupContents Load() => _writer.Load();

    /// <summary>Starts the threads for a hub.</summary>
    public void Start(HubLoop hub)
    {
        _hub = hub;
        _writing.Start();
        _reading.Start();
        _lookingUp.Start();
        _working.Start();
        _checkpointing.Start();
        _searching.Start();
        _search?.Start();
    }

    public void Append(LogBatch batch) => _writing.Add(batch);

    public void Read(EntryRead read) => _reading.Add(() => new HubInput.ReadDone(read, TryFind(read.Query)));

    public void Find(DirectoryLookup read) => _lookingUp.Add(read);

    public void Search(SearchRead read) => _searching.Add(read);

    public void Do(MaintenanceTask task) => _working.Add(task);

    /// <summary>
    /// Ends the threads and closes the database: what was to be written is written, maintenance is broken off, and reads are not begun any more.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        _working.Complete();
        _maintenance.BreakOff();
        // The writer hands work on to the reader and to the checkpoint thread.
        await _writing.DisposeAsync().ConfigureAwait(false);
        await _reading.DisposeAsync().ConfigureAwait(false);
        await _lookingUp.DisposeAsync().ConfigureAwait(false);
        await _searching.DisposeAsync().ConfigureAwait(false);
        // It wakes a task that waits for it.
        if (_search is not null)
            await _search.DisposeAsync().ConfigureAwait(false);
        await _working.DisposeAsync().ConfigureAwait(false);
        await _checkpointing.DisposeAsync().ConfigureAwait(false);
        _maintenance.Dispose();
        _beside.Dispose();
        _reader.Dispose();
        _directory.Dispose();
        _writer.Dispose();
    }

    /// <summary>The index of a log that is not searched any more would not hear of what is erased, and goes.</summary>
    private static SearchIndex? OpenIndex(string path, SearchBounds? bounds, ILogger logger)
    {
        if (bounds is { } some)
            return new SearchIndex(path, some, logger);
        SearchFile.Delete(SearchFile.PathFor(path));
        SearchFile.Delete(SearchFile.NextPathFor(path));
        return null;
    }

    private void Answer(Func<HubInput> read)
    {
        if (!_isEnding)
            _hub!.Control(read());
    }

    private void Write(LogBatch batch)
    {
        var isTried = !_isUnsure;
        var isStored = Store(batch);
        // The next start finds out whether the batch is stored: until this server has ended no client is told either (CP-DEL-037).
        if (isTried && _isUnsure && !isStored)
            return;
        if (isStored)
            _search?.Committed();
        if (isStored)
            Wrote?.Invoke(SegmentsOf(batch).Sum(segment => (long)segment.Bytes.Length));
        HubInput outcome = isStored ? new HubInput.Committed(batch) : new HubInput.CommitFailed(batch);
        // Reported behind the reads that have found a text which is gone now: once the hub knows, no client is sent it any more.
        if (batch.Changes.Exists(change => change is Erasure or LogChange.RemoveRoom { IsBeginning: true }))
            _reading.Add(() => outcome);
        else
            _hub!.Control(outcome);
        TryWrite(() =>
        {
            if (_writer.CheckpointIfLarge())
                _checkpointing.TryAdd(_checkpoints);
        });
        _firstOutcome.TrySetResult();
    }

    private static IEnumerable<Segment> SegmentsOf(LogBatch batch) =>
        batch.Segments.Concat(batch.Changes.OfType<LogChange.ImportSome>().SelectMany(some => some.Part.Segments));

    private bool Store(LogBatch batch)
    {
        using var activity = ServerActivity.Source.StartActivity("commit");
        activity?.SetTag("chatd.segments", batch.Segments.Count).SetTag("chatd.changes", batch.Changes.Count);
        var began = Stopwatch.GetTimestamp();
        var isStored = TryWrite(() => _writer.Write(batch));
        batch.Took = Stopwatch.GetElapsedTime(began);
        CommitSeconds?.Record(batch.Took.TotalSeconds);
        _isFailing = !isStored;
        if (!isStored)
            activity?.SetStatus(ActivityStatusCode.Error);
        return isStored;
    }

    private void CheckpointBeside(WalCheckpoints checkpoints)
    {
        try
        {
            checkpoints.MakeBeside();
        }
        catch (SqliteException e)
        {
            // The writer makes the same checkpoint when it has to, and its failure counts.
            LogCheckpointFailed(_logger, FailureReason.Of(e), e.SqliteErrorCode);
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
        catch (Exception e) when (e is SqliteException or DamagedRowException)
        {
            var code = (e as SqliteException)?.SqliteErrorCode ?? SQLitePCL.raw.SQLITE_CORRUPT;
            LogWriteFailed(_logger, FailureReason.Of(e), code);
            // Without a check the next start would end as this one does.
            if (code == SQLitePCL.raw.SQLITE_CORRUPT)
                DamageMark.Raise(_path);
            // A full disk is rolled back and tried again with the next batch. After any other error the outcome is
            // unknown, so this connection writes no more: what a restart finds is the truth.
            _isUnsure = code != SQLitePCL.raw.SQLITE_FULL;
            if (_isUnsure)
                _hub!.Fail(new ServerException($"the log cannot be written: {FailureReason.Of(e)}"));
            return false;
        }
    }

    private EntryResult? TryFind(EntryQuery query)
    {
        try
        {
            var found = _reader.Find(query);
            foreach (var run in found.Runs)
                if (run.Segment is null && !_reader.HasExpired(query.Room, run.Last) && _damageTold.Count < MaxTold && _damageTold.Add((query.Room, run.Last)))
                    LogDamaged(_logger, query.Room, run.First, run.Last);
            if (_reader.HasMetDamage)
                Suspect();
            return found;
        }
        catch (SqliteException e)
        {
            if (DatabaseConnection.IsDamage(e))
                Suspect();
            LogReadFailed(_logger, query.Room, query.Range.First, FailureReason.Of(e));
            return null;
        }
    }

    private DirectoryResult? TryFind(DirectoryQuery query)
    {
        try
        {
            return _directory.Find(query);
        }
        catch (Exception e) when (e is SqliteException or DamagedRowException)
        {
            if (e is DamagedRowException || DatabaseConnection.IsDamage((SqliteException)e))
                Suspect();
            LogLookUpFailed(_logger, e.Message);
            return null;
        }
    }

    private void Suspect()
    {
        if (_isSuspect)
            return;
        _isSuspect = true;
        DamageMark.Raise(_path);
        LogSuspected(_logger);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "writing failed: {Reason} (SQLite's error {Code})")]
    private static partial void LogWriteFailed(ILogger logger, string reason, int code);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "room {Room} cannot be read from {Seq}: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, ulong room, ulong seq, string reason);

    [LoggerMessage(EventId = 9, Level = LogLevel.Error, Message = "a room or a principal cannot be looked up: {Reason}")]
    private static partial void LogLookUpFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "room {Room}: the entries {First} to {Last} are damaged; everybody who reads is told that they are missing")]
    private static partial void LogDamaged(ILogger logger, ulong room, ulong first, ulong last);

    [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "a checkpoint failed: {Reason} (SQLite's error {Code})")]
    private static partial void LogCheckpointFailed(ILogger logger, string reason, int code);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "the database is damaged; the next start checks all of it and mends what it can, so start chatd again soon")]
    private static partial void LogSuspected(ILogger logger);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, Message = "the database was damaged ({Finding}) and is mended: {Segments} segments are whole, {Missing} are missing and told as such; the damaged file is kept as {Kept} until something is erased or expires")]
    private static partial void LogWasMended(ILogger logger, string finding, ulong segments, ulong missing, string kept);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "something that was stored is missing: every room has a new epoch from here on")]
    private static partial void LogLost(ILogger logger);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "this is a backup: every room has a new epoch from here on")]
    private static partial void LogRestored(ILogger logger);
}

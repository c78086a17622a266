using System.Diagnostics;
using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The index of searches with its thread, which follows the log at the lowest priority and steps back while there are commits. A fault in the index is
/// no fault of the server: the index is made anew. Thread-safe.
/// </summary>
internal sealed partial class SearchIndex : IAsyncDisposable
{
    /// <summary>How long entries are gathered before they are indexed; meanwhile a search looks at them one by one.</summary>
    private static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it rests behind a fault, and behind many in a row.</summary>
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestFaultPause = TimeSpan.FromMinutes(5);

    private const int LeastWilling = 19;

    /// <summary>Searches step back before posts and pages, too, though not as far.</summary>
    private const int LessWilling = 10;

    private readonly string _database;
    private readonly SearchBounds _bounds;
    private readonly SearchIndexer _indexer;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AutoResetEvent _wake = new(false);
    private readonly ManualResetEventSlim _stop = new();

    /// <summary>Held by a search, and while one file takes the place of another.</summary>
    private readonly Lock _searching = new();
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource<bool>> _scrubs = [];
    private SearchReader? _reader;
    private TimeSpan _pause = FaultPause;
    private int _commits;
    private bool _isStarted;
    private bool _isRebuildWanted;

    /// <param name="database">The log's file.</param>
    /// <param name="bounds">How much is looked at for one answer.</param>
    /// <param name="logger">The server's log.</param>
    public SearchIndex(string database, SearchBounds bounds, ILogger logger)
    {
        (_database, _bounds, _logger) = (database, bounds, logger);
        _indexer = new SearchIndexer(database, Exchange);
        _thread = new Thread(Run) { Name = "log search index", IsBackground = true };
    }

    /// <summary>How many indexes were made anew beside one that served.</summary>
    public int Exchanged => _indexer.Exchanged;

    /// <summary>Called by the index's thread whenever it has nothing left to do, for tests.</summary>
    internal Action? Rests { get; set; }

    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>The log has stored something.</summary>
    public void Committed()
    {
        Interlocked.Increment(ref _commits);
        _wake.Set();
    }

    /// <summary>Makes the index anew while the present one serves.</summary>
    public void Rebuild()
    {
        lock (_lock)
            _isRebuildWanted = true;
        _wake.Set();
    }

    /// <summary>Finds entries; null if the log or the index cannot be read just now.</summary>
    public SearchResult? Find(EntrySearch search)
    {
        lock (_searching)
            try
            {
                _reader ??= OpenReader();
                return _reader.Find(search);
            }
            catch (Exception e) when (e is SqliteException or DamagedRowException or ServerException)
            {
                LogSearchFailed(_logger, FailureReason.Of(e));
                CloseReader();
                if (e is SqliteException damage && DatabaseConnection.IsDamage(damage))
                    Rebuild();
                return null;
            }
    }

    /// <summary>
    /// Waits until nothing that was erased is left in the index's files; false if they are read by somebody else, or the server ends. Not from the index's
    /// own thread.
    /// </summary>
    public bool Scrub()
    {
        var done = new TaskCompletionSource<bool>();
        lock (_lock)
        {
            if (_stop.IsSet)
                return false;
            _scrubs.Add(done);
        }
        _wake.Set();
        return done.Task.GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _stop.Set();
        _wake.Set();
        if (_isStarted)
            await _ended.Task.ConfigureAwait(false);
        lock (_searching)
            CloseReader();
        _indexer.Dispose();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        _ = LibC.SetPriority(LibC.OfThread, 0, LeastWilling);
        while (!_stop.IsSet)
        {
            var began = Stopwatch.GetTimestamp();
            var commits = Volatile.Read(ref _commits);
            var hasMore = WorkSafely();
            if (!hasMore)
                Rest();
            else if (Volatile.Read(ref _commits) != commits && !IsAwaited)
                // Twice as long as the work took: posts go first.
                _stop.Wait(2 * Stopwatch.GetElapsedTime(began));
        }
        AnswerScrubs(isDone: false);
        _ended.SetResult();
    }

    private void Rest()
    {
        Rests?.Invoke();
        _wake.WaitOne();
        if (!IsAwaited)
            _stop.Wait(GatherTime);
    }

    private bool IsAwaited
    {
        get
        {
            lock (_lock)
                return _scrubs.Count > 0 || _isRebuildWanted;
        }
    }

    private bool WorkSafely()
    {
        try
        {
            if (TakeRebuild())
                _indexer.BeginNext();
            if (IsAwaited)
                AnswerScrubs(_indexer.ForgetErased());
            var hasMore = _indexer.Work();
            _pause = FaultPause;
            return hasMore;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Recover(e);
            return true;
        }
    }

    /// <summary>A full disk or a file in use passes; behind any other fault the index is made anew, and with its files goes all that was to go from them.</summary>
    private void Recover(Exception fault)
    {
        var isOfIndex = fault is SqliteException { SqliteErrorCode: not (SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_CANTOPEN) };
        LogIndexFailed(_logger, FailureReason.Of(fault), isOfIndex);
        var isGone = false;
        try
        {
            if (isOfIndex)
                _indexer.BeginAnew();
            else
                _indexer.Close();
            isGone = isOfIndex;
        }
        catch (Exception e) when (IsExpected(e))
        {
            LogIndexFailed(_logger, FailureReason.Of(e), isAnew: false);
        }
        AnswerScrubs(isGone);
        _stop.Wait(_pause);
        _pause = _pause * 2 < LongestFaultPause ? _pause * 2 : LongestFaultPause;
    }

    private static bool IsExpected(Exception e) => e is SqliteException or DamagedRowException or ServerException or IOException or UnauthorizedAccessException;

    private bool TakeRebuild()
    {
        lock (_lock)
        {
            var isWanted = _isRebuildWanted;
            _isRebuildWanted = false;
            return isWanted;
        }
    }

    private void AnswerScrubs(bool isDone)
    {
        List<TaskCompletionSource<bool>> waiting;
        lock (_lock)
        {
            waiting = [.. _scrubs];
            _scrubs.Clear();
        }
        waiting.ForEach(one => one.SetResult(isDone));
    }

    private void Exchange(Action exchange)
    {
        lock (_searching)
        {
            CloseReader();
            exchange();
        }
    }

    /// <summary>On the thread that searches, which has this priority from then on.</summary>
    private SearchReader OpenReader()
    {
        _ = LibC.SetPriority(LibC.OfThread, 0, LessWilling);
        return SearchReader.Open(_database, _bounds);
    }

    private void CloseReader()
    {
        _reader?.Dispose();
        _reader = null;
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "a search failed: {Reason}")]
    private static partial void LogSearchFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "the index of searches cannot be used ({Reason}); it is tried again, and made anew: {IsAnew}. Until then searches do not find everything, and say so")]
    private static partial void LogIndexFailed(ILogger logger, string reason, bool isAnew);
}

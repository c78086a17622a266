using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Brings the index up to the log, in small transactions: what has gone goes from it first. It makes an index anew beside the one that serves, where much
/// has gone or a fault was met. Belongs to one thread at a time.
/// </summary>
/// <param name="database">The log's file.</param>
/// <param name="exchange">Runs what puts one file into the place of another, or removes it, while no search is under way.</param>
internal sealed class SearchIndexer(string database, Action<Action> exchange) : IDisposable
{
    /// <summary>Entries of one transaction; the file is not locked for long.</summary>
    private const int MaxEntries = 2000;

    /// <summary>Rows of what has gone that are dealt with in one transaction.</summary>
    private const int MaxGone = 64;

    /// <summary>Where more entries than this have gone, an index without them is made anew in less time.</summary>
    private const int ManyGone = 10_000;

    private const int EmptyAttempts = 5;

    private DatabaseConnection? _log;
    private DatabaseTables? _tables;
    private byte[] _mark = [];
    private SearchFile? _serving;
    private SearchFile? _next;

    /// <summary>How many indexes were made anew beside one that served, for tests.</summary>
    public int Exchanged { get; private set; }

    /// <summary>Does some of the work; false if there is none left.</summary>
    public bool Work()
    {
        Open();
        if (Forget(areWhole: false) || _next is null && ForgetSegments())
            return true;
        if (Index(_serving!))
            return true;
        if (_next is null)
        {
            _serving!.Rest();
            return false;
        }
        if (!Index(_next))
            Exchange();
        return true;
    }

    /// <summary>
    /// Removes what has been erased, down to its last bytes (CP-ADM-012). False if a reader of the files is in the way.
    /// </summary>
    public bool ForgetErased()
    {
        Open();
        while (Forget(areWhole: false))
        {
        }
        return TryEmpty();
    }

    /// <summary>Makes the index anew while the present one serves, unless that is under way.</summary>
    public void BeginNext()
    {
        Open();
        if (_next is not null)
            return;
        SearchFile.Delete(SearchFile.NextPathFor(database));
        _next = SearchFile.Open(SearchFile.NextPathFor(database), _mark, _tables!.Rows.Last);
    }

    /// <summary>A fault was met: the index goes, and nothing waits for it any more.</summary>
    public void BeginAnew()
    {
        Close();
        exchange(() =>
        {
            SearchFile.Delete(SearchFile.PathFor(database));
            SearchFile.Delete(SearchFile.NextPathFor(database));
        });
        OpenLog();
        Change(tables => tables.Unindexed.Clear());
    }

    /// <summary>Closes the index's files; the next work opens them.</summary>
    public void Close()
    {
        _serving?.Dispose();
        _next?.Dispose();
        (_serving, _next) = (null, null);
    }

    public void Dispose()
    {
        Close();
        _log?.Dispose();
    }

    private void Open()
    {
        OpenLog();
        // An import that was undone has made another log of it.
        var mark = _tables!.Meta.SearchId!;
        if (_serving is not null && mark.AsSpan().SequenceEqual(_mark))
            return;
        Close();
        _mark = mark;
        // One that was not finished before is begun anew.
        SearchFile.Delete(SearchFile.NextPathFor(database));
        exchange(() => _serving = SearchFile.Open(SearchFile.PathFor(database), mark, Math.Max(_tables.Rows.Last, LastGone())));
    }

    private void OpenLog()
    {
        if (_log is not null)
            return;
        _log = DatabaseConnection.Open(database, SqliteOpenMode.ReadWrite);
        _log.Execute("PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -1024");
        _tables = new DatabaseTables(_log);
    }

    /// <summary>The last segment that has gone and is still indexed: the log's numbers may begin anew below it.</summary>
    private long LastGone() => _tables!.Unindexed.List().Select(gone => gone.Segment).DefaultIfEmpty().Max();

    private bool Index(SearchFile file)
    {
        var some = new List<SegmentRow>();
        var entries = 0L;
        foreach (var row in _tables!.Rows.ReadBehind(file.State.Through))
        {
            some.Add(row);
            entries += row.Count;
            if (entries >= MaxEntries)
                break;
        }
        if (some.Count > 0)
            file.Transact(() => some.ForEach(file.Add));
        return some.Count > 0;
    }

    private bool ForgetSegments()
    {
        if (CountGone() <= ManyGone)
            return Forget(areWhole: true);
        BeginNext();
        return true;
    }

    /// <summary>Removes some of what has gone from the index, and then from the log; false if there is nothing.</summary>
    private bool Forget(bool areWhole)
    {
        var rows = _tables!.Unindexed.Read(areWhole, MaxGone);
        if (rows.Count == 0)
            return false;
        foreach (var file in Files)
            file.Transact(() => rows.ForEach(file.Remove));
        // Without the sync a loss of power could bring the tokens back.
        foreach (var file in Files)
            file.TryEmpty();
        Failpoint.Reach("search.forgotten");
        Change(tables => rows.ForEach(row => tables.Unindexed.Delete(row.Id)));
        if (areWhole)
            new WalCheckpoints(_log!).TryEmpty();
        return true;
    }

    /// <summary>How many entries have gone and are indexed, counted up to many.</summary>
    private long CountGone()
    {
        var gone = 0L;
        foreach (var (_, segment, room, count) in _tables!.Unindexed.List())
        {
            if (gone > ManyGone)
                break;
            gone += _serving!.Has(segment, room) ? count : 0;
        }
        return gone;
    }

    private void Exchange()
    {
        // Only the file itself is renamed.
        if (!_next!.TryEmpty())
            return;
        Close();
        exchange(() =>
        {
            SearchFile.Delete(SearchFile.PathFor(database));
            File.Move(SearchFile.NextPathFor(database), SearchFile.PathFor(database));
        });
        Failpoint.Reach("search.exchanged");
        Exchanged++;
    }

    private bool TryEmpty()
    {
        for (var attempt = 0; attempt < EmptyAttempts; attempt++)
            if (Files.All(file => file.TryEmpty()))
                return true;
        return false;
    }

    private IEnumerable<SearchFile> Files => _next is null ? [_serving!] : [_serving!, _next];

    private void Change(Action<DatabaseTables> change) => _log!.Transact(() =>
    {
        change(_tables!);
        _log.Execute("COMMIT");
    });
}

using SQLitePCL;

namespace ChatProtocol.Server;

/// <summary>
/// Brings the write-ahead log into the database. Its file is kept, for syncing a file that grows takes half as long again.
/// </summary>
internal sealed class WalCheckpoints(DatabaseConnection connection)
{
    /// <summary>The length at which the write-ahead log is begun anew, in pages: 16 MiB.</summary>
    private const int MaxWalPages = 16 * 1024 * 1024 / DatabaseSchema.PageSize;

    /// <summary>
    /// After every so many pages a checkpoint beside the commits leaves less to do then. After every commit would double
    /// the syncing.
    /// </summary>
    private const int ManyWalPages = MaxWalPages / 4;

    /// <summary>SQLITE_CHECKPOINT_NOOP: only tells how long the write-ahead log is.</summary>
    private const int OnlyMeasure = -1;

    /// <summary>How long a commit waits for readers, in milliseconds: longer than any read of the log, and shorter than a backup.</summary>
    private const int PatienceWithReaders = 20;

    // The length, in pages, at which the write-ahead log is begun anew, or the next attempt is made.
    private int _at = MaxWalPages;
    private int _besideAt = ManyWalPages;
    private long _pendingBytes;

    /// <summary>Bytes of the write-ahead log that are still to be brought into the database, by which that may grow. Any thread.</summary>
    public long PendingBytes => Volatile.Read(ref _pendingBytes);

    /// <summary>
    /// Begins the write-ahead log anew once it is long, between two commits. True if <see cref="MakeBeside"/> is of use meanwhile.
    /// </summary>
    /// <param name="beforehand">Called before the write-ahead log is begun anew, for changes that have to be in it.</param>
    public bool MakeIfLarge(Action beforehand)
    {
        raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", OnlyMeasure, out var pages, out var brought);
        Volatile.Write(ref _pendingBytes, (long)(pages - brought) * DatabaseSchema.PageSize);
        if (pages < _besideAt)
            return false;
        _besideAt = pages + ManyWalPages;
        if (pages < _at)
            return true;
        Failpoint.Reach("checkpoint.begin");
        beforehand();
        raw.sqlite3_busy_timeout(connection.Handle, PatienceWithReaders);
        var isBegunAnew = Make("RESTART");
        raw.sqlite3_busy_timeout(connection.Handle, DatabaseConnection.BusyTimeout);
        Failpoint.Reach("checkpoint.done");
        // A long reader, such as a backup, is in the way: not every commit is to wait for it.
        _at = isBegunAnew ? MaxWalPages : pages + ManyWalPages;
        _besideAt = isBegunAnew ? ManyWalPages : _at;
        return false;
    }

    /// <summary>Brings over as much as it can, and holds up neither commits nor reads. From a connection of its own.</summary>
    public void MakeBeside() => Make("PASSIVE");

    /// <summary>
    /// Brings everything over and empties the write-ahead log: with secure_delete no deleted text is left there. False if a
    /// reader is in the way.
    /// </summary>
    public bool TryEmpty() => Make("TRUNCATE");

    /// <summary>
    /// False if a reader or writer is in the way. It is a statement because that reads the file's header: a connection that
    /// has read nothing does not know that there is a write-ahead log.
    /// </summary>
    private bool Make(string mode) => (long)connection.Ask($"PRAGMA wal_checkpoint({mode})")! == 0;
}

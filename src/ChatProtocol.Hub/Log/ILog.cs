namespace ChatProtocol.Hub;

/// <summary>
/// Durable storage for the hub. The hub hands over one batch at a time and hears of it through
/// <see cref="ChatHub.Committed"/> or <see cref="ChatHub.CommitFailed"/>. A batch may change rooms and the directory at once,
/// which is why storing belongs to neither. No call but <see cref="IDirectoryLog.Load"/> blocks.
/// </summary>
public interface ILog : IRoomLog, IDirectoryLog, IMaintenanceLog, ISearchLog
{
    /// <summary>
    /// Stores everything in the batch, or nothing of it. A log that cannot say which of the two never answers, and the server
    /// ends: what waits for the batch is not answered either (CP-DEL-037).
    /// </summary>
    void Append(LogBatch batch);
}

/// <summary>Reads the entries of rooms.</summary>
public interface IRoomLog
{
    /// <summary>
    /// Reads committed entries; answered through <see cref="ChatHub.ReadDone"/>. Damaged ranges are reported as such, so that
    /// the other entries can still be read. Reads are answered in the order in which they were asked for.
    /// </summary>
    void Read(EntryRead read);
}

/// <summary>Reads the stored rooms, principals, publishers and keys of posts.</summary>
public interface IDirectoryLog
{
    /// <summary>Reads what a start needs. Called once, before the hub is made, and the only call that may block.</summary>
    StartupContents Load();

    /// <summary>
    /// Looks up rooms, principals and keys of posts; answered through <see cref="ChatHub.Found"/>, in the order in which it was asked, and with
    /// at least everything that was reported as committed before it was asked.
    /// </summary>
    void Find(DirectoryLookup read);
}

/// <summary>Searches the entries of all rooms.</summary>
public interface ISearchLog
{
    /// <summary>
    /// Finds committed entries, among them all that were reported as committed before; answered through <see cref="ChatHub.SearchDone"/>. What it finds
    /// may have been erased meanwhile, and the asker may have lost its rights: the hub looks at both.
    /// </summary>
    void Search(SearchRead read);
}

/// <summary>Long work, done beside commits and reads.</summary>
public interface IMaintenanceLog
{
    /// <summary>Does a maintenance task; answered through <see cref="ChatHub.MaintenanceDone"/>.</summary>
    void Do(MaintenanceTask task);
}

using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>Copies the whole log as it is at one moment, beside reading and writing.</summary>
internal static class LogBackup
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Copies under another name first, so that a file under the backup's own name is whole and marked as a copy
    /// (CP-ADM-009).
    /// </summary>
    public static MaintenanceResult Make(DatabaseConnection connection, string path)
    {
        if (Path.Exists(path))
            return new MaintenanceResult($"{path} is there already: choose another name, or remove it") { Reason = ErrorCode.InvalidValue };
        // No other program uses this name: a file there was left by a backup that was killed.
        var part = path + ".chatd.part";
        try
        {
            File.Delete(part);
            Copy(connection, path, part);
            return new MaintenanceResult(null);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or ServerException)
        {
            return new MaintenanceResult($"the backup {path} could not be made: {WhyNot(e, path)}");
        }
    }

    private static void Copy(DatabaseConnection connection, string path, string part)
    {
        using (new FileStream(part, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
        }
        try
        {
            Failpoint.Reach("backup.begin");
            connection.Execute("VACUUM INTO $path", part);
            Failpoint.Reach("backup.copied");
            MarkAsCopy(part);
            Failpoint.Reach("backup.marked");
            using (var file = File.OpenHandle(part, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(file);
            File.Move(part, path, overwrite: false);
            FolderSync.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Failpoint.Reach("backup.done");
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static string WhyNot(Exception failure, string path) =>
        failure is DirectoryNotFoundException && Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder)
            ? $"there is no folder {folder}"
            : FailureReason.Of(failure);

    private static void MarkAsCopy(string path)
    {
        using var copy = DatabaseConnection.Open(path, SqliteOpenMode.ReadWrite);
        new MetaTable(copy).MarkAsCopy();
        // What was erased a moment ago and is still to go from the index is no part of the log.
        copy.Execute("PRAGMA secure_delete = ON; DELETE FROM unindexed");
    }
}


namespace ChatProtocol.Server;

/// <summary>The server's folder: the database, the admin socket, and the lock that keeps a second server out.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>EWOULDBLOCK: another process has the lock.</summary>
    private const int WouldBlock = 11;

    private const string DatabaseName = "chat.db";

    /// <summary>The mode bits of the group and of others, which a new file is not given.</summary>
    private const uint OthersBits = 0b000_111_111;

    private readonly FileStream _lock;
    private bool _isOpenToOthers;

    private DataFolder(string path, Endpoint.Unix adminSocket, FileStream lockFile)
    {
        _lock = lockFile;
        Database = Path.Combine(path, DatabaseName);
        AdminSocket = adminSocket;
    }

    public string Database { get; }

    public Endpoint.Unix AdminSocket { get; }

    /// <summary>
    /// The risk that the operator should know of, where the folder could not be closed to other users; null if there is
    /// none.
    /// </summary>
    public string? Risk { get; private init; }

    /// <summary>Creates the folder if it is missing, and locks it for this process.</summary>
    /// <exception cref="ServerException">Another server has the folder, or it cannot be used.</exception>
    public static DataFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        var adminSocket = Endpoint.AtPath(Path.Combine(path, "admin.sock"), isAdmin: true);
        var (isOpen, risk) = (false, default(string));
        if (Directory.Exists(path))
            isOpen = !TryCloseToOthers(path, out risk);
        else
            Create(path);
        var lockFile = Lock(Path.Combine(path, "lock"), path);
        try
        {
            var folder = new DataFolder(path, adminSocket, lockFile) { Risk = risk, _isOpenToOthers = isOpen };
            // Under the lock, a socket that is still here is a dead server's.
            File.Delete(folder.AdminSocket.Path);
            return folder;
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Opens or creates the database, with files for this user alone even where the folder is open to others.</summary>
    public T OpenDatabase<T>(Func<string, T> open)
    {
        CheckDatabase();
        if (!_isOpenToOthers)
            return open(Database);
        var before = LibC.SetMask(OthersBits);
        try
        {
            var opened = open(Database);
            foreach (var file in (string[])[Database, Database + "-wal", Database + "-shm"])
                if (File.Exists(file))
                    File.SetUnixFileMode(file, OwnersFile);
            return opened;
        }
        finally
        {
            _ = LibC.SetMask(before);
        }
    }

    /// <summary>Closes the admin socket to other users, even where the folder's mode would let them in.</summary>
    public void ProtectAdminSocket() => File.SetUnixFileMode(AdminSocket.Path, OwnersFile);

    public void Dispose()
    {
        File.Delete(AdminSocket.Path);
        _lock.Dispose();
    }

    /// <summary>SQLite has one sentence for every reason why a file cannot be opened; this finds the reason.</summary>
    private void CheckDatabase()
    {
        try
        {
            if (File.Exists(Database))
                File.OpenHandle(Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the database {Database} cannot be opened: {FailureReason.Of(e)}. It has to belong to the user that chatd runs as", e);
        }
    }

    private static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system's words for a missing folder are about a file, which nobody looked for.
            var reason = File.Exists(path) ? ": a file is there" : e is FileNotFoundException or DirectoryNotFoundException ? "" : $": {FailureReason.Of(e)}";
            throw new ServerException($"the data folder {path} cannot be created{reason}", e);
        }
    }

    /// <summary>
    /// A user that may enter the folder could reach the admin socket and the messages. A folder that holds other things
    /// is refused, not closed.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="risk">The risk of a folder that cannot be closed; null if there is none.</param>
    private static bool TryCloseToOthers(string path, out string? risk)
    {
        risk = null;
        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~OwnerOnly) == 0)
                return true;
            if (HoldsOtherThings(path))
                throw new ServerException($"the folder {path} holds other things and is open to other users: give chatd a folder of its own with --data, or close this one with chmod 700");
            if (TryClose(path))
                return true;
            risk = RiskOf(path, mode);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the data folder {path} cannot be used: {FailureReason.Of(e)}", e);
        }
    }

    /// <summary>Whether the folder holds other things and no database; the lost+found of a new file system does not count.</summary>
    private static bool HoldsOtherThings(string path) =>
        Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != "lost+found") && !File.Exists(Path.Combine(path, DatabaseName));

    /// <summary>False where the folder is another user's, as a volume of a container can be: only its owner can close it.</summary>
    private static bool TryClose(string path)
    {
        try
        {
            File.SetUnixFileMode(path, OwnerOnly);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// The files in the folder are for this user alone, and the admin socket checks its peer. But a user that may write the folder
    /// can put others in their place: a group may be meant to, everybody on the machine never is.
    /// </summary>
    private static string? RiskOf(string path, UnixFileMode mode)
    {
        const string wayOut = "make a folder of its own in it and name that with --data, which chatd then closes to others";
        if ((mode & UnixFileMode.OtherWrite) != 0)
            throw new ServerException($"the data folder {path} belongs to another user, and everybody on this machine may write it and could put files in the place of chatd's: {wayOut}, or have its owner run chmod o-w");
        return (mode & UnixFileMode.GroupWrite) == 0 ? null
            : $"the data folder {path} belongs to another user: its group may write it, and could put files in the place of chatd's. If anybody else is in that group, {wayOut}";
    }

    private static FileStream Lock(string file, string folder)
    {
        try
        {
            return new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnersFile });
        }
        catch (Exception e) when (e is UnauthorizedAccessException || e is IOException && e.HResult != WouldBlock)
        {
            throw new ServerException($"the data folder {folder} cannot be written: {FailureReason.Of(e)}. {(File.Exists(file) ? $"The file {file}" : "It")} has to be the user's that chatd runs as; or name another folder with --data", e);
        }
        catch (IOException e)
        {
            throw new ServerException($"another chatd uses the data folder {folder}: stop it with 'chatctl shutdown', or give this one a folder of its own with --data", e);
        }
    }
}

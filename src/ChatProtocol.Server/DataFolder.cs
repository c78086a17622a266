using System.Runtime.InteropServices;

namespace ChatProtocol.Server;

/// <summary>The server's folder: the database, the admin socket, and the lock that keeps a second server out.</summary>
internal sealed partial class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>EWOULDBLOCK: somebody else has the lock.</summary>
    private const int WouldBlock = 11;

    private const string DatabaseName = "chat.db";

    /// <summary>What of a new file's rights is not for its owner.</summary>
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

    /// <summary>What its operator should know of the folder, because it is not ours to close; null if there is nothing.</summary>
    public string? Risk { get; private init; }

    /// <summary>Makes the folder if it is missing, and takes it for this process.</summary>
    /// <exception cref="ServerException">Another server has it, or it cannot be used.</exception>
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
            // With the lock in hand, a socket that lies here is a dead server's.
            File.Delete(folder.AdminSocket.Path);
            return folder;
        }
        catch
        {
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Opens what is in the database's file, or makes it, for this user alone also where the folder is open to others.</summary>
    public T OpenDatabase<T>(Func<string, T> open)
    {
        CheckDatabase();
        if (!_isOpenToOthers)
            return open(Database);
        var before = Mask(OthersBits);
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
            _ = Mask(before);
        }
    }

    /// <summary>Leaves the admin socket to this user alone, also where the folder's mode would let others in.</summary>
    public void ProtectAdminSocket() => File.SetUnixFileMode(AdminSocket.Path, OwnersFile);

    public void Dispose()
    {
        File.Delete(AdminSocket.Path);
        _lock.Dispose();
    }

    /// <summary>SQLite has one sentence for whatever keeps it from a file.</summary>
    private void CheckDatabase()
    {
        try
        {
            if (File.Exists(Database))
                File.OpenHandle(Database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the database {Database} cannot be opened: {Reason(e)}. It has to belong to the user that chatd runs as", e);
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
            // The words for what is not found are about a file, which nobody looked for.
            var reason = File.Exists(path) ? ": a file is there" : e is FileNotFoundException or DirectoryNotFoundException ? "" : $": {Reason(e)}";
            throw new ServerException($"the data folder {path} cannot be created{reason}", e);
        }
    }

    /// <summary>Who may enter the folder could reach the admin socket and the messages. A folder of other things is not ours to close.</summary>
    /// <param name="path">The folder's.</param>
    /// <param name="risk">What is at risk because it is not ours to close, if anything is.</param>
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
            throw new ServerException($"the data folder {path} cannot be used: {Reason(e)}", e);
        }
    }

    /// <summary>What a new file system brings along does not count.</summary>
    private static bool HoldsOtherThings(string path) =>
        Directory.EnumerateFileSystemEntries(path).Any(entry => Path.GetFileName(entry) != "lost+found") && !File.Exists(Path.Combine(path, DatabaseName));

    /// <summary>False where the folder is another user's, as a volume that a container is given: only its owner can close it.</summary>
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
    /// The files in it are for us alone, and the admin socket asks who comes. But whoever may write the folder can put others
    /// in their place: a group may be meant to, everybody on the machine never is.
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
            throw new ServerException($"the data folder {folder} cannot be written: {Reason(e)}. {(File.Exists(file) ? $"The file {file}" : "It")} has to be the user's that chatd runs as; or name another folder with --data", e);
        }
        catch (IOException e)
        {
            throw new ServerException($"another chatd uses the data folder {folder}: stop it with 'chatctl shutdown', or give this one a folder of its own with --data", e);
        }
    }

    /// <summary>In the system's words; the runtime's are sentences about paths.</summary>
    private static string Reason(Exception failure) => failure switch
    {
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 } inner } => Marshal.GetPInvokeErrorMessage(inner.HResult),
        UnauthorizedAccessException => "Permission denied",
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        IOException { HResult: > 0 } => Marshal.GetPInvokeErrorMessage(failure.HResult),
        _ => failure.Message,
    };

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Mask(uint bits);
}

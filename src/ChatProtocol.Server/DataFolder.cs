namespace ChatProtocol.Server;

/// <summary>The server's folder: the database, the admin socket, and the lock that keeps a second server out.</summary>
internal sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>EWOULDBLOCK: somebody else has the lock.</summary>
    private const int WouldBlock = 11;

    private const string DatabaseName = "chat.db";

    private readonly FileStream _lock;

    private DataFolder(string path, Endpoint.Unix adminSocket, FileStream lockFile)
    {
        _lock = lockFile;
        Database = Path.Combine(path, DatabaseName);
        AdminSocket = adminSocket;
    }

    public string Database { get; }

    public Endpoint.Unix AdminSocket { get; }

    /// <summary>Makes the folder if it is missing, and takes it for this process.</summary>
    /// <exception cref="ServerException">Another server has it, or it cannot be used.</exception>
    public static DataFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        var adminSocket = Endpoint.AtPath(Path.Combine(path, "admin.sock"), isAdmin: true);
        if (Directory.Exists(path))
            CloseToOthers(path);
        else
            Create(path);
        var lockFile = Lock(Path.Combine(path, "lock"), path);
        try
        {
            var folder = new DataFolder(path, adminSocket, lockFile);
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

    /// <summary>Leaves the admin socket to this user alone, also where the folder's mode would let others in.</summary>
    public void ProtectAdminSocket() => File.SetUnixFileMode(AdminSocket.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public void Dispose()
    {
        File.Delete(AdminSocket.Path);
        _lock.Dispose();
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
            var reason = File.Exists(path) ? ": a file is there" : e is FileNotFoundException or DirectoryNotFoundException ? "" : $": {e.Message}";
            throw new ServerException($"the data folder {path} cannot be created{reason}", e);
        }
    }

    /// <summary>Who may enter the folder could reach the admin socket and the messages. A folder of other things is not ours to close.</summary>
    private static void CloseToOthers(string path)
    {
        try
        {
            if ((File.GetUnixFileMode(path) & ~OwnerOnly) == 0)
                return;
            if (Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(Path.Combine(path, DatabaseName)))
                throw new ServerException($"the folder {path} holds other things and is open to other users: give chatd a folder of its own with --data, or close this one with chmod 700");
            File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the data folder {path} cannot be used: {e.Message}", e);
        }
    }

    private static FileStream Lock(string file, string folder)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || e is IOException && e.HResult != WouldBlock)
        {
            throw new ServerException($"the data folder {folder} cannot be written: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new ServerException($"another chatd uses the data folder {folder}: stop it with 'chatctl shutdown', or give this one a folder of its own with --data", e);
        }
    }
}

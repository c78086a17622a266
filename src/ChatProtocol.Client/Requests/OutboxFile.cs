namespace ChatProtocol.Client;

/// <summary>
/// The file of an outbox: appended to, and now and then written anew as a whole. Locked as long as it is open. Not thread-safe.
/// </summary>
internal sealed class OutboxFile : IDisposable
{
    private const int ReadOnly = 0;

    private readonly string _path;
    private readonly bool _syncs;
    private FileStream _file;

    private OutboxFile(string path, bool syncs, FileStream file) => (_path, _syncs, _file) = (path, syncs, file);

    /// <summary>The bytes of whole records; what is written next stands behind them.</summary>
    public long Length { get; private set; }

    /// <summary>The length when it was last written anew.</summary>
    public long LengthWhenNew { get; private set; }

    /// <summary>Opens or creates a file, and locks it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="syncs">Whether what is written is to survive a power cut.</param>
    /// <exception cref="IOException">The file cannot be opened, or another client has it open.</exception>
    public static OutboxFile Open(string path, bool syncs)
    {
        path = Path.GetFullPath(path);
        return new OutboxFile(path, syncs, OpenFile(path, FileMode.OpenOrCreate));
    }

    public byte[] ReadAll()
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Sets the end behind the whole records, so that a torn one is overwritten.</summary>
    public void Cut(long length)
    {
        // Setting the length that it has would change the time at which it was written.
        if (_file.Length != length)
            _file.SetLength(length);
        Length = length;
    }

    /// <summary>Appends the records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="isUrgent">Whether they are to be durable now, rather than with the next ones.</param>
    /// <exception cref="IOException">They cannot be written; the file then ends with a part of them, and has to be written anew.</exception>
    public void Append(ReadOnlySpan<byte> records, bool isUrgent)
    {
        RandomAccess.Write(_file.SafeFileHandle, records, Length);
        Length += records.Length;
        if (_syncs && isUrgent)
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
    }

    /// <summary>Writes the file anew. If that is interrupted, either the old file or the new one is there.</summary>
    /// <exception cref="IOException">It cannot be written; the old file stays.</exception>
    public void Replace(ReadOnlySpan<byte> records)
    {
        var path = _path + ".new";
        var file = OpenFile(path, FileMode.Create);
        try
        {
            RandomAccess.Write(file.SafeFileHandle, records, 0);
            if (_syncs)
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            File.Move(path, _path, overwrite: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        _file.Dispose();
        _file = file;
        Length = LengthWhenNew = records.Length;
        if (_syncs && !OperatingSystem.IsWindows())
            SyncFolder(Path.GetDirectoryName(_path)!);
    }

    public void Dispose() => _file.Dispose();

    private static FileStream OpenFile(string path, FileMode mode)
    {
        var how = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, how);
    }

    /// <summary>The new name is durable with its folder alone.</summary>
    private static void SyncFolder(string path)
    {
        var folder = LibC.Open(path, ReadOnly);
        if (folder < 0)
            throw new IOException($"the folder {path} cannot be opened to be synced");
        var isSynced = LibC.Synchronize(folder) == 0;
        _ = LibC.Close(folder);
        if (!isSynced)
            throw new IOException($"the folder {path} cannot be synced");
    }
}

using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Server;

/// <summary>
/// How far the log has come, in a small file beside the database: what is less at the next start was lost since, for it is
/// written behind each commit and never synced, and so never ahead of what is on the disk. Belongs to the writer's thread.
/// </summary>
internal sealed class LogMark : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private SafeFileHandle? _file;
    private string _server;

    private LogMark(string path, string server, long segment)
    {
        _path = path;
        _server = server;
        Segment = segment;
    }

    /// <summary>The last segment that was committed, as rows count them.</summary>
    public long Segment { get; private set; }

    /// <summary>Whether the file says anything.</summary>
    public bool IsThere => _server.Length > 0;

    public static string PathFor(string database) => database + "-mark";

    /// <summary>Reads it; a file that is not whole says nothing.</summary>
    public static LogMark Read(string database)
    {
        var path = PathFor(database);
        var words = ReadWords(path);
        return words is [var server, var segment] && segment.EndsWith('\n') && server.Length == 32
            && long.TryParse(segment, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? new LogMark(path, server, number) : new LogMark(path, "", 0);
    }

    public bool IsOf(byte[] server) => _server == Convert.ToHexStringLower(server);

    /// <summary>Says where the log is, on a new file if need be. What cannot be written is left as it is: then it says less than it could.</summary>
    public void Begin(byte[] server, long segment)
    {
        _server = Convert.ToHexStringLower(server);
        try
        {
            _file ??= new FileStream(_path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = OwnerOnly }).SafeFileHandle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a file nothing is noticed, and nothing else changes.
        }
        Write(segment);
    }

    /// <summary>The log has come so far. To less than before it goes ahead of the commit, to more behind it.</summary>
    public void Write(long segment)
    {
        Segment = segment;
        if (_file is null)
            return;
        try
        {
            // Always of one length, so that it is overwritten in its place.
            RandomAccess.Write(_file, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_server} {segment:D19}\n")), 0);
        }
        catch (IOException)
        {
            // It says less than it could, which harms nobody.
        }
    }

    /// <summary>Takes the file away for good: what begins anew is not to be measured by what was.</summary>
    public void Remove()
    {
        if (!IsThere)
            return;
        try
        {
            File.Delete(_path);
            Folder.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the file {_path} cannot be removed: {e.Message}", e);
        }
        (_server, Segment) = ("", 0);
    }

    public void Dispose() => _file?.Dispose();

    private static string[] ReadWords(string path)
    {
        try
        {
            return File.ReadAllText(path).Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

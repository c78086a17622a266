using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Server;

/// <summary>
/// The last segment of the log, in a small file beside the database. A database that ends before it has lost something since:
/// the mark is written behind each commit and never synced, so it is never ahead of the disk. Belongs to the writer's thread.
/// </summary>
internal sealed class LastSegmentMark : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private SafeFileHandle? _file;
    private string _server;

    private LastSegmentMark(string path, string server, long segment)
    {
        _path = path;
        _server = server;
        Segment = segment;
    }

    /// <summary>The last segment that was committed, by its row id.</summary>
    public long Segment { get; private set; }

    /// <summary>Whether the file has a mark.</summary>
    public bool IsThere => _server.Length > 0;

    public static string PathFor(string database) => database + "-mark";

    /// <summary>Reads the mark; a file that is not whole has none.</summary>
    public static LastSegmentMark Read(string database)
    {
        var path = PathFor(database);
        var words = ReadWords(path);
        return words is [var server, var segment] && segment.EndsWith('\n') && server.Length == 32
            && long.TryParse(segment, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            ? new LastSegmentMark(path, server, number) : new LastSegmentMark(path, "", 0);
    }

    public bool IsOf(byte[] server) => _server == Convert.ToHexStringLower(server);

    /// <summary>
    /// Writes the mark, in a new file if need be. A file that cannot be written stays as it is, with a mark that is too
    /// low.
    /// </summary>
    public void Begin(byte[] server, long segment)
    {
        _server = Convert.ToHexStringLower(server);
        try
        {
            _file ??= new FileStream(_path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = OwnerOnly }).SafeFileHandle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a file no loss is noticed, and nothing else changes.
        }
        Write(segment);
    }

    /// <summary>Moves the mark. A lower mark is written before its commit, a higher one after it.</summary>
    public void Write(long segment)
    {
        Segment = segment;
        if (_file is null)
            return;
        try
        {
            // The content always has the same length, so that it is overwritten in place.
            RandomAccess.Write(_file, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_server} {segment:D19}\n")), 0);
        }
        catch (IOException)
        {
            // The mark stays too low, which does no harm.
        }
    }

    /// <summary>Deletes the file for good: a database that begins anew is not to be compared with the one before.</summary>
    public void Remove()
    {
        if (!IsThere)
            return;
        try
        {
            File.Delete(_path);
            FolderSync.FlushToDisk(Path.GetDirectoryName(Path.GetFullPath(_path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerException($"the file {_path} cannot be removed: {FailureReason.Of(e)}", e);
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

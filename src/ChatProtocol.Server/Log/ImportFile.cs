using System.Diagnostics.CodeAnalysis;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// An export that is being imported. It is read twice: whole, to check it, before anything is stored; and then a part at a time, up to
/// the hash that the first reading came to, so that a file which was changed between is noticed.
/// </summary>
internal sealed class ImportFile : LogImport, IDisposable
{
    private readonly FileStream _file;
    private readonly ImportContents _contents;
    private ImportParts? _parts;

    [SetsRequiredMembers]
    private ImportFile(FileStream file, ImportContents contents)
    {
        _file = file;
        _contents = contents;
        IsWhole = contents.IsWhole;
        Bytes = (ulong)file.Length;
        Rooms = contents.Rooms;
        Entries = contents.Entries;
        Accounts = contents.Accounts;
        Owners = contents.Owners;
        Name = contents.Room?.Name;
        Authors = (ulong)contents.Authors.Count;
        LastRoom = contents.LastRoom;
        LastPrincipal = contents.LastPrincipal;
        Limited = contents.Limited;
    }

    /// <summary>The one room as it stands in the file; null for a server.</summary>
    public RoomRecord? Source => _contents.Room;

    /// <summary>Opens and checks an export (CP-EXP-011).</summary>
    /// <param name="task">The file, and what is wanted of it.</param>
    /// <param name="isOver">Whether to break off, as the server is about to stop.</param>
    /// <exception cref="ExportException">It is no whole export, or has not what is to be imported.</exception>
    public static ImportFile Open(MaintenanceTask.CheckImport task, Func<bool> isOver)
    {
        // A pipe would be waited for; it has no length.
        if (Directory.Exists(task.Path) || File.Exists(task.Path) && new FileInfo(task.Path).Length == 0)
            throw new ExportException("it is empty, or no file");
        var file = new FileStream(task.Path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0 });
        try
        {
            return new ImportFile(file, ImportContents.Read(file, task, isOver));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The next part.</summary>
    /// <exception cref="ExportException">The file was changed meanwhile.</exception>
    public ImportPart ReadPart()
    {
        if (_parts is null)
            _file.Position = 0;
        _parts ??= new ImportParts(new ExportReader(_file), _contents, this);
        return _parts.Read();
    }

    /// <summary>The lines before those of the entries.</summary>
    /// <exception cref="ExportException">The file was changed meanwhile.</exception>
    public IEnumerable<ExportLine> ReadDirectory()
    {
        _file.Position = 0;
        using var reader = new ExportReader(_file);
        for (var lines = 0; lines < _contents.DirectoryLines; lines++)
            yield return reader.Read() switch
            {
                null => throw ExportException.Changed(),
                ExportLine.Principal principal => principal with { Seen = _contents.Past(principal.Seen) },
                var line => line,
            };
        if (!reader.Hash.AsSpan().SequenceEqual(_contents.DirectoryEnd))
            throw ExportException.Changed();
    }

    public void Dispose()
    {
        _parts?.Dispose();
        _file.Dispose();
    }
}

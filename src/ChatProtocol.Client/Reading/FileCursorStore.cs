using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// Keeps cursors in a file of text, a line <c>EPOCH:SEQ ROOM</c> for each room. It is replaced as a whole and synced, so that a crash or a
/// power cut leaves the cursors before or those behind. One program at a time may use a file. Thread-safe.
/// </summary>
public sealed class FileCursorStore : ICursorStore, IDisposable
{
    private readonly string _path;
    private readonly SemaphoreSlim _gate = new(1);
    private SortedDictionary<string, ChatCursor>? _cursors;

    /// <summary>Names the file, which is read when it is first needed; one that is not there has no cursors.</summary>
    /// <param name="path">The file. Its folder is made if it is missing.</param>
    public FileCursorStore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Path.GetFullPath(path);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public async ValueTask<ChatCursor?> LoadAsync(string room, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _cursors ??= Read();
            return _cursors.TryGetValue(room, out var cursor) ? cursor : null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written; it is as it was before.</exception>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public async ValueTask SaveAsync(string room, ChatCursor cursor, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _cursors ??= Read();
            if (_cursors.TryGetValue(room, out var before) && before == cursor)
                return;
            Write(new SortedDictionary<string, ChatCursor>(_cursors, _cursors.Comparer) { [room] = cursor });
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Frees the object; the file stays.</summary>
    public void Dispose() => _gate.Dispose();

    private SortedDictionary<string, ChatCursor> Read()
    {
        var cursors = new SortedDictionary<string, ChatCursor>(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(_path))
            return cursors;
        foreach (var line in File.ReadLines(_path, Encoding.UTF8))
        {
            // A name may have blanks in it, and a cursor has none.
            var end = line.IndexOf(' ', StringComparison.Ordinal);
            if (end < 0 || end == line.Length - 1 || !ChatCursor.TryParse(line[..end], out var cursor))
                throw new InvalidDataException($"{_path} is no file of cursors: a line 'EPOCH:SEQ ROOM' was expected, and not '{line}'");
            cursors[line[(end + 1)..]] = cursor;
        }
        return cursors;
    }

    private void Write(SortedDictionary<string, ChatCursor> cursors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var fresh = _path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            using (var writer = new StreamWriter(file, leaveOpen: true))
                foreach (var (room, cursor) in cursors)
                    writer.Write($"{cursor} {room}\n");
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, _path, overwrite: true);
        _cursors = cursors;
    }
}

using System.Globalization;
using System.Text.Unicode;

namespace ChatProtocol.Server;

/// <summary>
/// Reads an export from its beginning and checks every line: the chain of hashes, the order of the lines, the rooms' seqs and times,
/// the counts (CP-EXP-011). Nothing of it is kept in memory but the rooms' heads. The caller disposes the stream.
/// </summary>
internal sealed class ExportReader : IDisposable
{
    /// <summary>The longest line: a frame of the largest size, each byte escaped.</summary>
    private const int MaxLine = 6 * 16_777_215 + 65_536;

    private const int FirstBuffer = 256 * 1024;

    private readonly Stream _input;
    private readonly ExportHash _hash = new();
    private readonly ExportOrder _order = new();
    private byte[] _buffer = new byte[FirstBuffer];
    private int _begin;
    private int _end;
    private long _number;

    public ExportReader(Stream input) => _input = input;

    /// <summary>The hash of the last line that was read.</summary>
    public byte[] Hash => _hash.Last;

    /// <summary>The next line; null behind the last.</summary>
    /// <exception cref="ExportException">The line, or the file, is not as it was written; says the line's number.</exception>
    public ExportLine? Read()
    {
        _number++;
        try
        {
            if (NextLine() is not { } line)
                return _order.HasEnded ? null : throw new ExportException("the file ends here, before its last line: it was cut short");
            var parsed = ExportLineParser.Parse(Verified(line));
            _order.Check(parsed);
            return parsed;
        }
        catch (ExportException e)
        {
            throw Fault(e.Message);
        }
    }

    /// <summary>A fault of the line that was read last, with its number.</summary>
    public ExportException Fault(string fault) => new(string.Create(CultureInfo.InvariantCulture, $"line {_number}: {fault}"));

    public void Dispose() => _hash.Dispose();

    /// <summary>The line, if its hash is that of the chain.</summary>
    private ReadOnlyMemory<byte> Verified(ReadOnlyMemory<byte> line)
    {
        var body = line.Length > ExportHash.TailLength ? line[..^ExportHash.TailLength] : default;
        var isFirst = _number == 1;
        if (body.IsEmpty || body.Span[0] != (byte)'{' || !_hash.Add(body.Span).AsSpan().SequenceEqual(line.Span[body.Length..]))
            throw new ExportException(isFirst ? "it is not the first line of an export, or was changed" : "its hash does not follow from the line before: this line was changed, or lines before it are missing, moved or added");
        return Utf8.IsValid(line.Span) ? line : throw new ExportException("it is no UTF-8");
    }

    private ReadOnlyMemory<byte>? NextLine()
    {
        for (var searched = 0; ;)
        {
            var found = _buffer.AsSpan(_begin + searched, _end - _begin - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = _buffer.AsMemory(_begin, searched + found);
                _begin += searched + found + 1;
                return line;
            }
            searched = _end - _begin;
            if (searched > MaxLine)
                throw new ExportException("it is longer than any line of an export");
            if (!TryFill())
                return searched == 0 ? null : throw new ExportException("it does not end: the file was cut short");
        }
    }

    private bool TryFill()
    {
        _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
        (_begin, _end) = (0, _end - _begin);
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        var read = _input.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}

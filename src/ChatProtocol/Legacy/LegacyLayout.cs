namespace ChatProtocol;

/// <summary>
/// Lays out the bytes sent to one text client, so that a client which reads at most 1,024 bytes at a time and decodes them
/// strictly never sees half a character (CP-LEG-030). It has no clock: the caller passes the time. Not thread-safe.
/// </summary>
/// <remarks>
/// A client that has caught up waits at the end of a send, a <em>mark</em>; from there it reads 1,024 bytes at a time, as
/// long as there are more. So a character begins at each multiple of 1,024 bytes behind each mark; spaces are inserted where
/// it would not. A mark is kept for a second after the next send, and longer while the client may be behind. When there
/// are many marks, a send is filled with spaces before its last newline so that it ends on an old mark.
/// </remarks>
public sealed class LegacyLayout
{
    /// <summary>The most bytes that the client reads at once, and the most that may be sent at once.</summary>
    public const int ReadSize = 1024;

    /// <summary>Bytes a second that every client keeps up with: the bytes sent above this rate have to drain before a mark is removed.</summary>
    private const double LightLoad = 8192;

    /// <summary>The number of marks from which a send is filled to end on an old one. Each mark may cost a space in a kilobyte.</summary>
    private const int ManyMarks = 32;

    /// <summary>The most spaces inserted at the end of a line.</summary>
    private const int MaxFill = 64;

    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly List<Mark> _marks = [];
    private double _load;
    private TimeSpan _loadAt;
    private long _unsent;
    private TimeSpan _unsentSince;

    // The position in the stream, modulo ReadSize.
    private int _at;

    /// <summary>Records that bytes laid out earlier have been handed to the network.</summary>
    /// <param name="count">The number of bytes.</param>
    /// <param name="now">The time, from any beginning.</param>
    public void Sent(int count, TimeSpan now)
    {
        _unsent -= count;
        Drain(now);
        _load += count;
        // The waiting bytes leave only now: the client may have been waiting at any of the marks made since they were laid out.
        for (var i = 0; i < _marks.Count; i++)
            if (_marks[i].Last >= _unsentSince)
                _marks[i] = _marks[i] with { Last = now };
    }

    /// <summary>Lays out a whole text of lines, as <see cref="Lay(LegacyText, int, int, TimeSpan)"/> does.</summary>
    public ReadOnlyMemory<byte> Lay(LegacyText text, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Lay(text, 0, text.Bytes.Length, now);
    }

    /// <summary>Lays out whole lines, to be sent in pieces of at most <see cref="ReadSize"/>, counted from their beginning.</summary>
    /// <param name="text">The text that holds the lines.</param>
    /// <param name="start">The first byte, which begins a line.</param>
    /// <param name="length">How many bytes; the last is a newline.</param>
    /// <param name="now">The time, from any beginning.</param>
    public ReadOnlyMemory<byte> Lay(LegacyText text, int start, int length, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(text);
        ForgetMarks(now);
        if (_unsent == 0)
            _unsentSince = now;
        // A client that has caught up waits here.
        SetMark(now);
        var from = text.Bytes.Span;
        var end = start + length;
        var output = new List<byte>(length + MaxFill);
        while (ToNextMark() is var step && end - start > step)
        {
            var cut = start + step;
            while (!text.IsBoundary(cut))
                cut--;
            CopyFilled(from[start..cut], step, output);
            start = cut;
            _at = (_at + step) % ReadSize;
        }
        EndLine(from[start..end], output, now);
        _unsent += output.Count;
        return output.ToArray();
    }

    /// <summary>Removes marks older than a second: the client has read beyond them, unless so much was sent that it may be behind.</summary>
    private void ForgetMarks(TimeSpan now)
    {
        Drain(now);
        if (_load > 0 || _unsent > 0)
            return;
        _marks.RemoveAll(mark => now - mark.Last >= Kept);
    }

    private void Drain(TimeSpan now)
    {
        _load = Math.Max(0, _load - (now - _loadAt).TotalSeconds * LightLoad);
        _loadAt = now;
    }

    private int ToNextMark()
    {
        var nearest = ReadSize;
        foreach (var mark in _marks)
        {
            var distance = (mark.At - _at + ReadSize) % ReadSize;
            if (distance > 0 && distance < nearest)
                nearest = distance;
        }
        return nearest;
    }

    /// <summary>Copies the bytes and fills up to a length with spaces, beside the last space if there is one, where they show least.</summary>
    private static void CopyFilled(ReadOnlySpan<byte> bytes, int length, List<byte> output)
    {
        var at = bytes.LastIndexOf((byte)' ');
        if (at < 0)
            at = bytes.Length;
        output.AddRange(bytes[..at]);
        AddSpaces(length - bytes.Length, output);
        output.AddRange(bytes[at..]);
    }

    private void EndLine(ReadOnlySpan<byte> bytes, List<byte> output, TimeSpan now)
    {
        output.AddRange(bytes[..^1]);
        _at = (_at + bytes.Length) % ReadSize;
        var isMark = _marks.Exists(mark => mark.At == _at);
        if (!isMark && _marks.Count >= ManyMarks && ToNextMark() is <= MaxFill and var fill)
        {
            AddSpaces(fill, output);
            _at = (_at + fill) % ReadSize;
        }
        SetMark(now);
        output.Add((byte)'\n');
    }

    private void SetMark(TimeSpan now)
    {
        _marks.RemoveAll(mark => mark.At == _at);
        _marks.Add(new Mark(_at, now));
    }

    private static void AddSpaces(int count, List<byte> output)
    {
        for (; count > 0; count--)
            output.Add((byte)' ');
    }

    /// <summary>The end of a send: its position modulo ReadSize, and the last time that the stream stood there.</summary>
    private readonly record struct Mark(int At, TimeSpan Last);
}

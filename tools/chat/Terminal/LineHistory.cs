namespace ChatProtocol.Tools;

/// <summary>The lines sent before, and the draft that was being written when the user went back to them.</summary>
internal sealed class LineHistory
{
    private const int Capacity = 500;

    private readonly List<string> _lines = [];
    private string _draft = "";
    private int _position;

    public void Add(string line)
    {
        if (_lines.Count == 0 || _lines[^1] != line)
            _lines.Add(line);
        if (_lines.Count > Capacity)
            _lines.RemoveAt(0);
        _position = _lines.Count;
    }

    /// <summary>The line before the one shown; null at the oldest.</summary>
    public string? Older(string shown)
    {
        if (_position == 0)
            return null;
        if (_position == _lines.Count)
            _draft = shown;
        return _lines[--_position];
    }

    /// <summary>The line after the one shown, and the draft after the last line; null if the draft is shown.</summary>
    public string? Newer()
    {
        if (_position == _lines.Count)
            return null;
        return ++_position == _lines.Count ? _draft : _lines[_position];
    }
}

using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The part of a found text around its marks, in one line and made harmless.</summary>
internal sealed class HitExcerpt
{
    /// <summary>Characters shown before the first mark.</summary>
    private const int Before = 40;

    /// <summary>The most characters shown.</summary>
    private const int Longest = 240;

    private readonly StringBuilder _text = new();
    private readonly List<(int Start, int End)> _marks = [];

    public HitExcerpt(SearchHit hit)
    {
        var text = hit.Text;
        var at = Boundary(text, hit.Marks is [var first, ..] && text.Length > Longest ? Math.Max(0, first.Start - Before) : 0);
        var end = Boundary(text, Math.Min(text.Length, at + Longest));
        _text.Append(at > 0 ? "…" : "");
        foreach (var mark in hit.Marks.Where(mark => mark.Start >= at && mark.Start + mark.Length <= end))
        {
            _text.Append(Escaped.Line(text[at..mark.Start]));
            var start = _text.Length;
            at = mark.Start + mark.Length;
            _text.Append(Escaped.Line(text[mark.Start..at]));
            _marks.Add((start, _text.Length));
        }
        _text.Append(Escaped.Line(text[at..end])).Append(end < text.Length ? "…" : "");
    }

    public string Text => _text.ToString();

    /// <summary>Where the words stand, by ascending place.</summary>
    public IReadOnlyList<(int Start, int End)> Marks => _marks;

    /// <summary>The excerpt with its marks in a style.</summary>
    public string With(Func<string, string> mark)
    {
        var (text, at, styled) = (Text, 0, new StringBuilder());
        foreach (var (start, end) in _marks)
        {
            styled.Append(text, at, start - at).Append(mark(text[start..end]));
            at = end;
        }
        return styled.Append(text, at, text.Length - at).ToString();
    }

    private static int Boundary(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}

using System.Diagnostics;

namespace ChatProtocol.Tools;

/// <summary>A line on a terminal that says how far a long command is, and is gone afterwards; nothing where there is no terminal.</summary>
internal sealed class ProgressLine(ListPrinter output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly bool _isShown = !output.IsJson && !Console.IsErrorRedirected && TerminalStyle.ForError().HasColours;
    private long _last;

    public void Show(string text)
    {
        if (!_isShown || _last != 0 && Stopwatch.GetElapsedTime(_last) < Interval)
            return;
        _last = Stopwatch.GetTimestamp();
        output.Error.Write($"\r\e[K{Escaped.Line(text)}");
    }

    public void Clear()
    {
        if (_last != 0)
            output.Error.Write("\r\e[K");
        _last = 0;
    }
}

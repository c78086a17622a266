namespace ChatProtocol.Tools;

/// <summary>Prints one line a second on standard error: overwritten on a terminal, one below the other elsewhere.</summary>
internal sealed class Progress(TextWriter error, bool isWanted) : IDisposable
{
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private bool _isShown;

    public bool IsOn => isWanted || _isTerminal;

    public void Show(string line)
    {
        if (!IsOn)
            return;
        if (_isTerminal)
            error.Write($"\r\e[K{line}");
        else
            error.WriteLine(line);
        error.Flush();
        _isShown = true;
    }

    /// <summary>Erases the line, so that the next output stands alone.</summary>
    public void Dispose()
    {
        if (_isShown && _isTerminal)
            error.Write("\r\e[K");
        _isShown = false;
    }
}

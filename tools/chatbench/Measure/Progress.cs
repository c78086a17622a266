namespace ChatProtocol.Tools;

/// <summary>One line a second on standard error: written over on a terminal, one below the other elsewhere.</summary>
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

    /// <summary>Takes the line away, so that what comes next stands alone.</summary>
    public void Dispose()
    {
        if (_isShown && _isTerminal)
            error.Write("\r\e[K");
        _isShown = false;
    }
}

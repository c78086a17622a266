namespace ChatProtocol.Tools;

/// <summary>A line on a terminal that says how far something long is, and goes away when it is done.</summary>
internal static class TerminalProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Awaits a task, and tells about it each second where standard error is a terminal.</summary>
    /// <param name="task">The task.</param>
    /// <param name="results">For programs nothing is told.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="describe">Says what is under way, and how far it is.</param>
    public static async Task<T> WhileAsync<T>(Task<T> task, ResultWriter results, TextWriter error, Func<string> describe)
    {
        if (results.IsForPrograms || Console.IsErrorRedirected)
            return await task;
        while (await Task.WhenAny(task, Task.Delay(Interval, CancellationToken.None)) != task)
            error.Write($"\r{describe()}\x1b[K");
        error.Write("\r\x1b[K");
        return await task;
    }
}

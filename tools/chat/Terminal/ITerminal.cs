namespace ChatProtocol.Tools;

/// <summary>A terminal in raw mode: every key comes at once, and nothing shows unless it is written.</summary>
internal interface ITerminal : IAsyncDisposable
{
    /// <summary>At least 1; may have changed when <see cref="Resized"/> comes.</summary>
    int Columns { get; }

    /// <summary>Whether <see cref="ReadAsync"/> would return at once.</summary>
    bool HasInput { get; }

    /// <summary>The size may have changed. Raised on any thread.</summary>
    event Action? Resized;

    /// <summary>Another program is to have the terminal: nothing may be left to be erased later. Raised on any thread.</summary>
    event Action? Suspending;

    /// <summary>Another program had the terminal, and the cursor is wherever it left it. Raised on any thread.</summary>
    event Action? Resumed;

    /// <summary>Writes all of it at once, as UTF-8. Newlines have to be <c>\r\n</c>.</summary>
    void Write(string text);

    /// <summary>Stops the program, as Ctrl-Z does elsewhere, until a shell lets it go on; where there is none nothing happens.</summary>
    void Suspend();

    /// <summary>The next bytes typed, valid until the next call; none at the end of the input.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}

namespace ChatProtocol.Tools;

/// <summary>A terminal in raw mode: every key arrives at once and is not echoed.</summary>
internal interface ITerminal : IAsyncDisposable
{
    /// <summary>The width in columns, at least 1; may change with <see cref="Resized"/>.</summary>
    int Columns { get; }

    /// <summary>Whether <see cref="ReadAsync"/> would return at once.</summary>
    bool HasInput { get; }

    /// <summary>The size may have changed. Raised on any thread.</summary>
    event Action? Resized;

    /// <summary>Another program gets the terminal: the screen must erase its row first. Raised on any thread.</summary>
    event Action? Suspending;

    /// <summary>The program has the terminal again; the cursor is where the other program left it. Raised on any thread.</summary>
    event Action? Resumed;

    /// <summary>Writes a text at once, as UTF-8. Newlines have to be <c>\r\n</c>.</summary>
    void Write(string text);

    /// <summary>Stops the program, as Ctrl-Z does elsewhere, until a shell continues it; without a shell it does nothing.</summary>
    void Suspend();

    /// <summary>The next bytes typed, valid until the next call; none at the end of the input.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}

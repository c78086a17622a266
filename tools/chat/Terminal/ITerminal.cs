namespace ChatProtocol.Tools;

/// <summary>A terminal in raw mode: every key comes at once, and nothing shows unless it is written.</summary>
internal interface ITerminal : IAsyncDisposable
{
    /// <summary>At least 1; may have changed when <see cref="Resized"/> comes.</summary>
    int Columns { get; }

    /// <summary>The size may have changed, or another program had the terminal. Raised on any thread.</summary>
    event Action? Resized;

    /// <summary>Writes all of it at once, as UTF-8. Newlines have to be <c>\r\n</c>.</summary>
    void Write(string text);

    /// <summary>The next bytes typed, valid until the next call; none at the end of the input.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);
}

namespace ChatProtocol.Tools;

/// <summary>Where a conversation is shown and typed. Any thread may print or change the prompt; one reads the lines.</summary>
internal interface IDisplay
{
    string Prompt { set; }

    /// <summary>How wide a row is where lines are to be broken and long texts folded; null where they are to stay as they are.</summary>
    int? Columns { get; }

    /// <summary>Shows a message. It may have styles and newlines in it; foreign text has to be made safe before.</summary>
    void Print(string line);

    /// <summary>Makes itself heard, where somebody sits there.</summary>
    void Ring();

    /// <summary>The lines that are entered, without empty ones, until the user leaves or the input ends.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<string> ReadLinesAsync(CancellationToken cancellationToken = default);
}

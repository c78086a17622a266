namespace ChatProtocol.Tools;

/// <summary>The display of a conversation and its input line. Any thread may print or change the prompt; one thread reads the lines.</summary>
internal interface IDisplay
{
    string Prompt { set; }

    /// <summary>The width of a row in columns, for breaking lines and folding long texts; null if they stay unbroken.</summary>
    int? Columns { get; }

    /// <summary>Shows a message. It may hold styles and newlines; foreign text has to be made safe before.</summary>
    void Print(string line);

    /// <summary>Rings the bell, if the output is a terminal.</summary>
    void Ring();

    /// <summary>The lines that are entered, without empty ones, until the user leaves or the input ends.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<string> ReadLinesAsync(CancellationToken cancellationToken = default);
}

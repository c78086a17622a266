namespace ChatProtocol.Tools;

/// <summary>The form of the log on standard error.</summary>
internal enum LogFormat
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>An object on a line, with each value by its name.</summary>
    Json,
}

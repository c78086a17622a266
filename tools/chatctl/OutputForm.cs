namespace ChatProtocol.Tools;

/// <summary>The form of the output.</summary>
internal enum OutputForm
{
    /// <summary>Tables and sentences, for people.</summary>
    Text,

    /// <summary>One JSON array of all results.</summary>
    Json,

    /// <summary>One JSON object a line, each when there is the result.</summary>
    Ndjson,
}

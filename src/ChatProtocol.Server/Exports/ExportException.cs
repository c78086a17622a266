namespace ChatProtocol.Server;

/// <summary>A file is no whole export, or not as it was written; the message is a clause that says where and why.</summary>
internal sealed class ExportException(string message) : Exception(message)
{
    /// <summary>What the first reading of a file found is not what the second one finds.</summary>
    public static ExportException Changed() => new("the file was changed while it was read");
}

namespace ChatProtocol.TestLog;

/// <summary>The hub has asked of its log what no log can do: the database would end the server with an error.</summary>
internal sealed class LogContractException(string what) : InvalidOperationException(what);

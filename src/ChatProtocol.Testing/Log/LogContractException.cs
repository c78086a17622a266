namespace ChatProtocol.Testing;

/// <summary>The hub has broken the contract of its log: the database would end the server with an error.</summary>
internal sealed class LogContractException(string what) : InvalidOperationException(what);

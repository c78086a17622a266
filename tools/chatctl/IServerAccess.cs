using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>How the server that is administered is reached.</summary>
internal interface IServerAccess
{
    /// <summary>Why it cannot be reached, as far as that is seen before a connection; null for nothing.</summary>
    (string Message, int ExitCode)? Fault { get; }

    /// <summary>The lock that shows when the server has closed its data; null where that is on another machine.</summary>
    DataLock? Lock { get; }

    /// <summary>Told before something is changed, for whoever has several servers; null for none.</summary>
    string? Notice { get; }

    Task<ChatClient> ConnectAsync(CancellationToken stop);

    /// <summary>The meaning of a failure here, in one sentence and an exit code; null where it says that itself.</summary>
    (string Message, int ExitCode)? Explain(ChatException failure);
}

using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>The address of the running server; none while no server runs. Thread-safe.</summary>
internal sealed class CurrentAddress
{
    private readonly Lock _lock = new();
    private (ChatAddress Address, int Era)? _server;
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number of times that the server's data was restored from a backup.</summary>
    public int Era { get; private set; }

    public void Set(ChatAddress address) => Change((address, Era));

    public void Clear() => Change(null);

    /// <summary>Begins a new era after the data was restored; call it while no server runs.</summary>
    public void BeginEra() => Era++;

    /// <summary>Waits for a running server, connects to it, and returns its era. The client does not reconnect.</summary>
    /// <exception cref="ChatException">The server answers, and refuses the client.</exception>
    public async Task<(ChatClient Client, int Era)> ConnectAsync(ChatClientOptions options, CancellationToken stop)
    {
        while (true)
        {
            var (address, era) = await FindAsync(stop);
            try
            {
                return (await ChatClient.ConnectAsync(options with { Address = address, ReconnectFor = TimeSpan.Zero }, stop), era);
            }
            catch (ChatException e) when (e.MayRetry)
            {
                // The server was just killed, or is about to start.
                await Task.Delay(5, stop);
            }
        }
    }

    /// <summary>Whether a failure is one that the kill of a server causes at its clients; the outcome of the call may be unknown.</summary>
    public static bool IsLoss(ChatException e) =>
        e.MayRetry || e is { Failure: ChatFailure.Disconnected or ChatFailure.TimedOut, Code: null or ErrorCode.HelloTimeout or >= (ErrorCode)400 };

    /// <summary>Waits for a running server, and returns its address and era.</summary>
    public async Task<(ChatAddress Address, int Era)> FindAsync(CancellationToken stop)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (_server is { } server)
                    return server;
                change = _change.Task;
            }
            await change.WaitAsync(stop);
        }
    }

    private void Change((ChatAddress, int)? server)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _server = server;
            changed = _change;
            _change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }
}

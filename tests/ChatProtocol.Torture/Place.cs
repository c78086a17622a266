using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>Where the server is, for as long as it is there. Thread-safe.</summary>
internal sealed class Place
{
    private readonly Lock _lock = new();
    private (ChatAddress Address, int Era)? _server;
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often the server's data was restored from a backup.</summary>
    public int Era { get; private set; }

    public void Set(ChatAddress address) => Change((address, Era));

    public void Clear() => Change(null);

    /// <summary>The data was restored; the server is not there meanwhile.</summary>
    public void BeginEra() => Era++;

    /// <summary>Connects to the server, once there is one, and says in which era it is. The client does not outlive the connection.</summary>
    /// <exception cref="ChatException">The server answers, and does not let us in.</exception>
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
                // It was killed just now, or is about to come.
                await Task.Delay(5, stop);
            }
        }
    }

    /// <summary>Whether it is what a server that is killed does to its clients, whatever became of the call.</summary>
    public static bool IsLoss(ChatException e) =>
        e.MayRetry || e is { Failure: ChatFailure.Disconnected or ChatFailure.TimedOut, Code: null or ErrorCode.HelloTimeout or >= (ErrorCode)400 };

    /// <summary>Where the server is, once there is one.</summary>
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

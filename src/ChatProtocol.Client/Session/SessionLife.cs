namespace ChatProtocol.Client;

/// <summary>The life of a session, from its first attempt to connect to its end, for those who wait for a change of it. Thread-safe.</summary>
/// <param name="server">The server, for the metrics of connections.</param>
internal sealed class SessionLife(ChatAddress server)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ChatClientState _state = ChatClientState.Connecting;

    public ChatClientState State => _state;

    /// <summary>Completes when the session is over; it fails with the reason, unless the client itself has ended it.</summary>
    public Task Completion => _ended.Task;

    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _connected.Task.WaitAsync(cancellationToken);
    }

    public void Connected()
    {
        lock (_gate)
        {
            Enter(ChatClientState.Connected);
            _connected.TrySetResult();
        }
    }

    public void Lost()
    {
        lock (_gate)
        {
            Enter(ChatClientState.Reconnecting);
            if (_connected.Task.IsCompleted)
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The session is over, for good.</summary>
    public void End(CloseReason why)
    {
        lock (_gate)
        {
            Enter(ChatClientState.Ended);
            if (_connected.Task.IsCompleted)
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Fail(_connected, why.ForCalls);
            if (why.Error is { } error)
                Fail(_ended, error);
            else
                _ended.TrySetResult();
        }
    }

    private void Enter(ChatClientState state)
    {
        var before = _state;
        _state = state;
        if (before != state && (before == ChatClientState.Connected || state == ChatClientState.Connected))
            ChatTelemetry.Connections.Add(state == ChatClientState.Connected ? 1 : -1, MessageDestination.ServerTags(server));
        if (before == ChatClientState.Reconnecting && state == ChatClientState.Connected)
            ChatTelemetry.Reconnects.Add(1, MessageDestination.ServerTags(server));
    }

    /// <summary>A failure that nobody awaits is no unobserved one: the last event tells it too.</summary>
    private static void Fail(TaskCompletionSource waiting, ChatException failure)
    {
        waiting.TrySetException(failure);
        _ = waiting.Task.Exception;
    }
}

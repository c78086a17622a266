using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Finds out whether the hub's thread still takes inputs, by one that does nothing. However often it is asked, at most one waits.
/// Thread-safe.
/// </summary>
/// <param name="control">Queues an input of the hub's thread.</param>
internal sealed class HubPulse(Action<HubInput> control)
{
    private readonly Lock _gate = new();
    private Beat? _beat;

    /// <summary>Completes when the hub's thread has come round.</summary>
    public Task BeatAsync()
    {
        lock (_gate)
        {
            if (_beat is not { Done.IsCompleted: false })
                control(_beat = new Beat());
            return _beat.Done;
        }
    }

    private sealed record Beat : HubInput
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public override void Apply(ChatHub hub) => _done.SetResult();
    }
}

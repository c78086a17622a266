namespace ChatProtocol.Server;

/// <summary>
/// The send queues that have something to send in this turn of the hub's thread, to which it belongs. Queues that were
/// interrupted go on behind those that are new, some in each turn.
/// </summary>
/// <param name="helpers">How many threads help to send.</param>
/// <param name="control">Queues an input of the hub's thread; for any thread.</param>
internal sealed class SendSchedule(int helpers, Action<HubInput> control) : IDisposable
{
    /// <summary>The most send queues in one turn that go on with output left from an earlier one.</summary>
    private const int GoingOnPerTurn = 256;

    private readonly List<SendQueue> _dirty = [];
    private readonly Queue<SendQueue> _goingOn = new();
    private readonly ParallelSender _senders = new(helpers);

    /// <summary>Whether output is left for the next turn.</summary>
    public bool HasMore => _goingOn.Count > 0;

    /// <summary>Marks a send queue for sending at the end of the turn.</summary>
    public void Touch(SendQueue queue) => _dirty.Add(queue);

    /// <summary>Marks a send queue for going on with sending at its turn.</summary>
    public void GoOn(SendQueue queue) => _goingOn.Enqueue(queue);

    /// <summary>Has the hub's thread do something for a send queue. Any thread.</summary>
    public void Control(HubInput input) => control(input);

    /// <summary>Sends the output of this turn, and some of the output left from earlier ones.</summary>
    public void Send()
    {
        for (var left = GoingOnPerTurn; left > 0 && _goingOn.TryDequeue(out var queue); left--)
            _dirty.Add(queue);
        _senders.Send(_dirty);
        foreach (var queue in _dirty)
            if (queue.HasMore)
                _goingOn.Enqueue(queue);
        _dirty.Clear();
    }

    public void Dispose() => _senders.Dispose();
}

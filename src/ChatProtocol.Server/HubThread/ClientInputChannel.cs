using System.Diagnostics.CodeAnalysis;

namespace ChatProtocol.Server;

/// <summary>
/// The inputs of clients that the hub has not yet taken: a bounded queue, of which its one consumer takes all inputs at a time,
/// so that a burst costs it one lock. Adding and closing are for any thread.
/// </summary>
/// <param name="capacity">How many inputs may wait.</param>
internal sealed class ClientInputChannel(int capacity)
{
    private readonly object _gate = new();
    private List<ClientInput> _waiting = [];
    private List<ClientInput> _taken = [];
    private int _next;
    private bool _isClosed;

    /// <summary>Whether no input waits. Consumer's thread only.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _next == _taken.Count && _waiting.Count == 0;
        }
    }

    /// <summary>
    /// Adds an input; waits while the queue is full. Once it is closed inputs are dropped: nothing answers them any more.
    /// </summary>
    public void Add(ClientInput input)
    {
        lock (_gate)
        {
            while (_waiting.Count >= capacity && !_isClosed)
                Monitor.Wait(_gate);
            if (!_isClosed)
                _waiting.Add(input);
        }
    }

    /// <summary>Takes the next input; false if none waits. Consumer's thread only.</summary>
    public bool TryTake([NotNullWhen(true)] out ClientInput? input)
    {
        if (_next == _taken.Count)
            TakeAll();
        input = _next < _taken.Count ? _taken[_next++] : null;
        return input is not null;
    }

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void TakeAll()
    {
        _taken.Clear();
        _next = 0;
        lock (_gate)
        {
            (_waiting, _taken) = (_taken, _waiting);
            Monitor.PulseAll(_gate);
        }
    }
}

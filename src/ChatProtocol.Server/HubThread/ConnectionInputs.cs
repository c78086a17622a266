using System.Diagnostics.CodeAnalysis;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The inputs of one connection that wait for their turn, and the session that they are for: a list that costs an idle connection
/// a few words. Hub's thread only, where nothing else is said.
/// </summary>
/// <param name="isAdmin">Whether the connection is an admin's, whose inputs go first.</param>
internal sealed class ConnectionInputs(bool isAdmin)
{
    private ClientInput? _first;
    private ClientInput? _last;
    private int _submitted;

    public bool IsAdmin => isAdmin;

    /// <summary>The session; set before the first input has its turn.</summary>
    public Session? Session { get; set; }

    /// <summary>Whether the hub has not taken all inputs that were submitted. Any thread.</summary>
    public bool HasSubmitted => Volatile.Read(ref _submitted) > 0;

    /// <summary>Counts an input that is on its way to this queue. Any thread.</summary>
    public void Submitted() => Interlocked.Increment(ref _submitted);

    /// <summary>Adds an input; true if the queue was empty.</summary>
    public bool Add(ClientInput input)
    {
        var wasEmpty = _first is null;
        if (wasEmpty)
            _first = input;
        else
            _last!.Next = input;
        _last = input;
        return wasEmpty;
    }

    public bool TryPeek([NotNullWhen(true)] out ClientInput? first)
    {
        first = _first;
        return first is not null;
    }

    /// <summary>Removes the first input, which the hub has taken.</summary>
    public void Remove()
    {
        _first = _first!.Next;
        if (_first is null)
            _last = null;
        Interlocked.Decrement(ref _submitted);
    }
}

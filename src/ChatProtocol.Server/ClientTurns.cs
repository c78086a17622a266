using System.Diagnostics.CodeAnalysis;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The inputs of clients that the hub's thread has taken, by connection. Connections take turns, each with a share, so that a
/// client with a thousand requests at once delays no other; admins go first. Hub's thread only.
/// </summary>
internal sealed class ClientTurns
{
    /// <summary>Steps of the hub in one turn of a connection; an input that was begun is finished.</summary>
    private const int Share = 128;

    private readonly Queue<Connection> _admins = new();
    private readonly Queue<Connection> _others = new();

    public bool IsEmpty => _admins.Count + _others.Count == 0;

    public void Add(ClientInput input)
    {
        if (input.From.Waiting.Add(input))
            QueueOf(input.From).Enqueue(input.From);
    }

    /// <summary>The connection whose turn it is.</summary>
    public bool TryPeek([NotNullWhen(true)] out Connection? next) => _admins.TryPeek(out next) || _others.TryPeek(out next);

    /// <summary>Gives the connection whose turn it is its share of the hub's steps.</summary>
    public void Serve(ChatHub hub)
    {
        var connection = _admins.Count > 0 ? _admins.Dequeue() : _others.Dequeue();
        var until = hub.Steps + Share;
        while (hub.Steps < until && connection.Waiting.TryPeek(out var input))
        {
            if (!input.Apply(hub, until))
                continue;
            connection.Waiting.Remove();
            connection.Taken();
        }
        if (connection.Waiting.TryPeek(out _))
            QueueOf(connection).Enqueue(connection);
    }

    private Queue<Connection> QueueOf(Connection connection) => connection.IsAdmin ? _admins : _others;
}

/// <summary>The inputs of one connection that wait for their turn: a list that costs an idle connection two words.</summary>
internal struct WaitingInputs
{
    private ClientInput? _first;
    private ClientInput? _last;

    /// <summary>Adds an input; true if the list was empty.</summary>
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

    public readonly bool TryPeek([NotNullWhen(true)] out ClientInput? first)
    {
        first = _first;
        return first is not null;
    }

    public void Remove()
    {
        _first = _first!.Next;
        if (_first is null)
            _last = null;
    }
}

using System.Diagnostics.CodeAnalysis;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The inputs of clients that the hub's thread has taken, by connection. Connections take turns, each with a share, so that a
/// client with a thousand requests at once delays no other; admins go first. Hub's thread only.
/// </summary>
internal sealed class InputSchedule
{
    /// <summary>Steps of the hub in one turn of a connection; an input that was begun is finished.</summary>
    private const int Share = 128;

    private readonly Queue<ConnectionInputs> _admins = new();
    private readonly Queue<ConnectionInputs> _others = new();

    public bool IsEmpty => _admins.Count + _others.Count == 0;

    public void Add(ClientInput input)
    {
        if (input.From.Add(input))
            QueueOf(input.From).Enqueue(input.From);
    }

    /// <summary>The inputs of the connection whose turn it is.</summary>
    public bool TryPeek([NotNullWhen(true)] out ConnectionInputs? next) => _admins.TryPeek(out next) || _others.TryPeek(out next);

    /// <summary>Gives the connection whose turn it is its share of the hub's steps.</summary>
    public void Serve(ChatHub hub)
    {
        var inputs = _admins.Count > 0 ? _admins.Dequeue() : _others.Dequeue();
        var until = hub.Steps + Share;
        while (hub.Steps < until && inputs.TryPeek(out var input))
            if (input.Apply(hub, until))
                inputs.Remove();
        if (inputs.TryPeek(out _))
            QueueOf(inputs).Enqueue(inputs);
    }

    private Queue<ConnectionInputs> QueueOf(ConnectionInputs inputs) => inputs.IsAdmin ? _admins : _others;
}

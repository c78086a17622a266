using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>An input for the hub from one connection's read task. It waits its turn, and the task waits where there are too many.</summary>
/// <param name="From">The inputs of the connection that sent it.</param>
internal abstract record ClientInput(ConnectionInputs From)
{
    /// <summary>The next input that the same connection has sent.</summary>
    public ClientInput? Next { get; set; }

    /// <summary>
    /// Gives the input to the hub until the hub has done <paramref name="until"/> steps; false if some is left for the next
    /// turn.
    /// </summary>
    public abstract bool Apply(ChatHub hub, long until);

    /// <summary>Frames that were read together.</summary>
    /// <param name="From">The inputs of the connection that sent them.</param>
    /// <param name="Read">The frames, in order.</param>
    /// <param name="Violation">The breach of the spec that follows the frames; null if there is none.</param>
    public sealed record Frames(ConnectionInputs From, IReadOnlyList<Frame> Read, ProtocolViolation? Violation) : ClientInput(From)
    {
        private int _next;

        public override bool Apply(ChatHub hub, long until)
        {
            while (_next < Read.Count && hub.Steps < until)
                hub.Receive(From.Session!, Read[_next++]);
            if (_next < Read.Count)
                return false;
            if (Violation is not null)
                hub.Violate(From.Session!, Violation);
            return true;
        }
    }

    /// <summary>Messages of a gateway's client that were read together.</summary>
    /// <typeparam name="T">The gateway's messages.</typeparam>
    /// <param name="From">The inputs of the connection that sent them.</param>
    /// <param name="Receive">Turns a message into requests.</param>
    /// <param name="Read">The messages, in order.</param>
    /// <param name="Violation">The breach of the client's protocol that follows the messages; null if there is none.</param>
    public sealed record Messages<T>(ConnectionInputs From, Action<ChatHub, T> Receive, IReadOnlyList<T> Read, ProtocolViolation? Violation) : ClientInput(From)
    {
        private int _next;

        public override bool Apply(ChatHub hub, long until)
        {
            while (_next < Read.Count && hub.Steps < until)
                Receive(hub, Read[_next++]);
            if (_next < Read.Count)
                return false;
            if (Violation is not null)
                hub.Violate(From.Session!, Violation);
            return true;
        }
    }

    /// <summary>
    /// A request that a gateway makes for its client because of a frame from the hub. It waits until the hub is done with that
    /// frame, and takes its turn like the client's own requests: a crowd that enters makes many.
    /// </summary>
    /// <param name="From">The inputs of the connection that it is for.</param>
    /// <param name="Do">Makes the request.</param>
    public sealed record Followup(ConnectionInputs From, Action<ChatHub> Do) : ClientInput(From)
    {
        public override bool Apply(ChatHub hub, long until)
        {
            Do(hub);
            return true;
        }
    }
}

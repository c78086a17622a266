using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What a connection's reading hands to the hub. It waits its turn, and the reading waits where there are too many.</summary>
/// <param name="From">Whose it is.</param>
internal abstract record ClientInput(Connection From)
{
    /// <summary>What the same connection has sent behind it.</summary>
    public ClientInput? Next { get; set; }

    /// <summary>Gives it to the hub, until that has done so many steps; false if some of it is left for the next turn.</summary>
    public abstract bool Apply(ChatHub hub, long until);

    /// <summary>What was read together.</summary>
    /// <param name="From">Whose it is.</param>
    /// <param name="Read">The frames, in order.</param>
    /// <param name="Violation">What stands behind them breaks the spec.</param>
    public sealed record Frames(Connection From, IReadOnlyList<Frame> Read, ProtocolViolation? Violation) : ClientInput(From)
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

    /// <summary>What a plain text client said.</summary>
    /// <param name="From">Whose it is.</param>
    /// <param name="Gateway">Makes requests of it.</param>
    /// <param name="Messages">The messages, in order.</param>
    /// <param name="Violation">What stands behind them is no text.</param>
    public sealed record Typed(Connection From, LegacyGateway Gateway, IReadOnlyList<LegacyMessage> Messages, ProtocolViolation? Violation) : ClientInput(From)
    {
        private int _next;

        public override bool Apply(ChatHub hub, long until)
        {
            while (_next < Messages.Count && hub.Steps < until)
                Gateway.Receive(hub, Messages[_next++]);
            if (_next < Messages.Count)
                return false;
            if (Violation is not null)
                hub.Violate(From.Session!, Violation);
            return true;
        }
    }

    /// <summary>
    /// What follows for a plain text client from something that the hub has said to it. It has to wait until the hub is done
    /// with saying it, and has its turn as whatever the client asks for: a crowd that comes in asks for much.
    /// </summary>
    /// <param name="From">Whose it is.</param>
    /// <param name="Do">Does it.</param>
    public sealed record Followup(Connection From, Action<ChatHub> Do) : ClientInput(From)
    {
        public override bool Apply(ChatHub hub, long until)
        {
            Do(hub);
            return true;
        }
    }

    /// <summary>Nothing more will come.</summary>
    public sealed record Ended(Connection From) : ClientInput(From)
    {
        public override bool Apply(ChatHub hub, long until)
        {
            hub.Disconnect(From.Session!);
            From.InputEnded();
            return true;
        }
    }
}

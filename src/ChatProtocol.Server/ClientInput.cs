using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What a connection's reading hands to the hub. It waits its turn, and the reading waits where there are too many.</summary>
/// <param name="From">Whose it is.</param>
internal abstract record ClientInput(Connection From)
{
    public abstract void Apply(ChatHub hub);

    /// <summary>What was read together.</summary>
    /// <param name="From">Whose it is.</param>
    /// <param name="Read">The frames, in order.</param>
    /// <param name="Violation">What stands behind them breaks the spec.</param>
    public sealed record Frames(Connection From, IReadOnlyList<Frame> Read, ProtocolViolation? Violation) : ClientInput(From)
    {
        public override void Apply(ChatHub hub)
        {
            foreach (var frame in Read)
                hub.Receive(From.Session!, frame);
            if (Violation is not null)
                hub.Violate(From.Session!, Violation);
        }
    }

    /// <summary>What a plain text client said.</summary>
    /// <param name="Text">Whose it is.</param>
    /// <param name="Messages">The messages, in order.</param>
    /// <param name="Violation">What stands behind them is no text.</param>
    public sealed record Typed(LegacyConnection Text, IReadOnlyList<LegacyMessage> Messages, ProtocolViolation? Violation) : ClientInput(Text)
    {
        public override void Apply(ChatHub hub)
        {
            foreach (var message in Messages)
                Text.Gateway.Receive(hub, message);
            if (Violation is not null)
                hub.Violate(Text.Session!, Violation);
        }
    }

    /// <summary>Nothing more will come.</summary>
    public sealed record Ended(Connection From) : ClientInput(From)
    {
        public override void Apply(ChatHub hub)
        {
            hub.Disconnect(From.Session!);
            From.InputEnded();
        }
    }
}

using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The connection of a gateway's client. Hub's thread only.</summary>
internal interface IGatewayLink
{
    /// <summary>The client's session in the hub; null until it is connected.</summary>
    Session? Session { get; }

    /// <summary>Runs an action at the client's next turn, when the hub is done with the frame that it is sending.</summary>
    void Follow(Action<ChatHub> act);

    /// <summary>A message of the client is settled, and one more may be in flight.</summary>
    void Replied();
}

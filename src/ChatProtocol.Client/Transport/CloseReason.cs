namespace ChatProtocol.Client;

/// <summary>Why a connection ended.</summary>
/// <param name="Error">The failure; null if the client closed the connection.</param>
internal sealed record CloseReason(ChatException? Error)
{
    public static CloseReason ByClient { get; } = new((ChatException?)null);

    /// <summary>The failure of the calls that were under way.</summary>
    public ChatException ForCalls => Error ?? ChatException.Disconnected("the client was closed");
}

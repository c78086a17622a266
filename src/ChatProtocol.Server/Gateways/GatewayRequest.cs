namespace ChatProtocol.Server;

/// <summary>A request that a gateway makes for its client, and what is done with the answer.</summary>
/// <param name="Make">Makes the request with the id that it is given.</param>
/// <param name="Answered">
/// Tells the client of the reply, or of the <see cref="Error"/>, while the hub is sending it; returns the request that follows,
/// or null if none does.
/// </param>
/// <param name="HoldsInput">
/// Whether the client's next messages wait until this request is answered and the one that follows is made, so that they do not
/// overtake it.
/// </param>
internal sealed record GatewayRequest(Func<ulong, Request> Make, Func<Frame, GatewayRequest?> Answered, bool HoldsInput = false);

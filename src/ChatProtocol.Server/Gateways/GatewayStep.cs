using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A step of a gateway for its client that the hub answers, at once or later.</summary>
/// <param name="HoldsInput">
/// Whether the client's next messages wait until this step is answered and the one that follows is made, so that they do not
/// overtake it.
/// </param>
internal abstract record GatewayStep(bool HoldsInput);

/// <summary>A request that a gateway makes for its client, and what is done with the answer.</summary>
/// <param name="Make">Makes the request with the id that it is given.</param>
/// <param name="Answered">
/// Tells the client of the reply, or of the <see cref="Error"/>, while the hub is sending it; returns the step that follows,
/// or null if none does.
/// </param>
/// <param name="HoldsInput">Whether the client's next messages wait.</param>
internal sealed record GatewayRequest(Func<ulong, Request> Make, Func<Frame, GatewayStep?> Answered, bool HoldsInput = false) : GatewayStep(HoldsInput);

/// <summary>A look-up of users, present or not, by their names.</summary>
/// <param name="Names">The names.</param>
/// <param name="Found">
/// Takes those that there are, or null if they cannot be looked up just now; returns the step that follows, or null if none does.
/// </param>
internal sealed record UserLookup(IReadOnlyList<string> Names, Func<IReadOnlyList<UserInfo>?, GatewayStep?> Found) : GatewayStep(HoldsInput: true);

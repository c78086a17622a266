using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>The way by which a client has come.</summary>
/// <param name="Transport">Its name, for admins.</param>
/// <param name="Address">The address that admins see.</param>
/// <param name="Origin">What its bounds are counted by.</param>
internal sealed record ConnectionKind(string Transport, string Address, Origin Origin)
{
    public bool IsAdmin => Transport == "admin";

    public required bool LetsGuestsIn { get; init; }
}

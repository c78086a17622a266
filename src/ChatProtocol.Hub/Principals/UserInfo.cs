namespace ChatProtocol.Hub;

/// <summary>A user of this server, as the hub's caller may ask for one.</summary>
/// <param name="Principal">The principal: the same user whatever the name.</param>
/// <param name="Name">The present name.</param>
/// <param name="IsPresent">Whether the user has a session.</param>
public readonly record struct UserInfo(ulong Principal, string Name, bool IsPresent)
{
    internal static UserInfo Of(Principal principal) => new(principal.Id, principal.Name.Text, principal.IsPresent);
}

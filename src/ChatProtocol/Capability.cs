namespace ChatProtocol;

/// <summary>
/// The capabilities that this library knows: what both sides have to know of before either uses it (CP-SES-003,
/// <c>spec/registry/capabilities.json</c>).
/// </summary>
public static class Capability
{
    /// <summary>The key of a <see cref="Post"/> is heeded: a server without this capability passes over it, as over every item that it does not know.</summary>
    public const string PostKeys = "post-keys";

    /// <summary>The details of a <see cref="Post"/> are heeded: that it is a reply, in a thread, an action.</summary>
    public const string PostDetails = "post-details";

    /// <summary>All of them, as a client tells them in its <see cref="Hello"/>.</summary>
    public static IReadOnlyList<string> All { get; } = [PostKeys, PostDetails];
}

using ChatProtocol.Client;

namespace ChatProtocol.Hosting;

/// <summary>A client as it was added to the services.</summary>
/// <param name="Name">Its name, which is the path of its section.</param>
/// <param name="Configure">Changes the options that were read.</param>
internal sealed record ClientRegistration(string Name, Func<IServiceProvider, ChatClientOptions, ChatClientOptions> Configure)
{
    /// <summary>Whether the host's start waits for the connection.</summary>
    public bool WaitsForConnection { get; set; }
}

using Microsoft.Extensions.DependencyInjection;

namespace ChatProtocol.Hosting;

/// <summary>A client that was added to the services, for what is added to it.</summary>
public sealed class ChatClientBuilder
{
    private readonly ClientRegistration _registration;

    internal ChatClientBuilder(IServiceCollection services, ClientRegistration registration) => (Services, _registration) = (services, registration);

    /// <summary>The services that the client was added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The client's name: the key of its service, and the path of its section of the configuration.</summary>
    public string Name => _registration.Name;

    /// <summary>
    /// Makes the start of the host wait for the connection, before any other service is started; it fails if there will be none. Without it,
    /// calls wait.
    /// </summary>
    public ChatClientBuilder WaitForConnection()
    {
        _registration.WaitsForConnection = true;
        return this;
    }
}

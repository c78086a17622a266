using ChatProtocol.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace ChatProtocol.Hosting;

/// <summary>Adds clients to the services of a host.</summary>
public static class ChatClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a client, which connects when the host starts, or when a service that needs it is made before, and quits when all services have
    /// stopped. The first one is the service <see cref="ChatClient"/>, and each is the keyed service of its name.
    /// </summary>
    /// <param name="services">Where it is added.</param>
    /// <param name="name">The name, which is the path of its section of the configuration too; no other client has it.</param>
    /// <param name="configure">Changes the options that were read, with what other services have; null for nothing.</param>
    /// <exception cref="InvalidOperationException">There is a client of that name already.</exception>
    /// <remarks>
    /// The section is read once. What is wrong there fails the start with an <c>OptionsValidationException</c> that names every key and what is
    /// expected. Unless it says otherwise, <see cref="ChatClientOptions.ConnectFor"/> is infinite: a server that starts later is waited for.
    /// When the session is over, as after a refusal that would be the same the next time, that is a failure of a background service, which
    /// stops the host unless <c>HostOptions.BackgroundServiceExceptionBehavior</c> says otherwise.
    /// </remarks>
    public static ChatClientBuilder AddChatClient(
        this IServiceCollection services, string name, Func<IServiceProvider, ChatClientOptions, ChatClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (services.Any(service => service.ServiceType == typeof(HostedClient) && name.Equals(service.ServiceKey)))
            throw new InvalidOperationException($"There is a chat client {name} already: give each a name, and a section, of its own.");
        var registration = new ClientRegistration(name, configure ?? ((_, options) => options));
        services.AddKeyedSingleton(name, (provider, _) => HostedClient.Start(provider, registration));
        services.AddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<HostedClient>(name).Client);
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<HostedClient>(name));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<HostedClient>(name).Client);
        services.AddSingleton<IHostedService>(provider => new ClientService(provider.GetRequiredKeyedService<HostedClient>(name), registration));
        return new ChatClientBuilder(services, registration);
    }
}

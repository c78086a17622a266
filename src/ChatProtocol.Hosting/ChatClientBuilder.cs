using System.Diagnostics.CodeAnalysis;
using ChatProtocol.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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

    /// <summary>
    /// Adds a bot that the services make, with what its constructor asks for, and that runs with the host as soon as the client is connected. Its
    /// failures are logged, unless it has an <see cref="ChatBot.OnError"/> of its own; what ends it is a failure of a background service
    /// (<c>HostOptions.BackgroundServiceExceptionBehavior</c>).
    /// </summary>
    public ChatClientBuilder AddBot<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TBot>()
        where TBot : ChatBot
    {
        Services.TryAddKeyedSingleton<TBot>(Name);
        return AddBot(services => services.GetRequiredKeyedService<TBot>(Name));
    }

    /// <summary>Adds a bot as the other overload does.</summary>
    /// <param name="make">Makes it, when the host starts.</param>
    public ChatClientBuilder AddBot(Func<IServiceProvider, ChatBot> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        Services.AddSingleton<IHostedService>(services => new BotService(
            services.GetRequiredKeyedService<HostedClient>(Name), make(services), (ILogger?)services.GetService<ILogger<ChatBot>>() ?? NullLogger.Instance));
        return this;
    }
}

using ChatProtocol.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatProtocol.Hosting;

/// <summary>A client and all that its host has to know of it.</summary>
internal sealed class HostedClient : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly bool _hasOutbox;
    private readonly Task _telling;

    private HostedClient(string name, ChatClientOptions options, ILogger logger)
    {
        _logger = logger;
        _hasOutbox = options.Outbox is not null;
        (Name, Address) = (name, options.Address);
        Monitor = new ClientMonitor(name, options.Address.ToString(), logger, options.TimeProvider);
        Client = ChatClient.Start(options, Monitor.Observe);
        _telling = Monitor.AwaitConnectionAsync(Client);
    }

    public string Name { get; }

    public ChatAddress Address { get; }

    public ChatClient Client { get; }

    public ClientMonitor Monitor { get; }

    /// <summary>Reads the configuration and begins to connect.</summary>
    /// <exception cref="OptionsValidationException">The configuration is wrong; the message says everything that is.</exception>
    /// <exception cref="IOException">The outbox cannot be opened, or another client has it.</exception>
    public static HostedClient Start(IServiceProvider services, ClientRegistration registration)
    {
        var configuration = services.GetService<IConfiguration>() ?? throw new InvalidOperationException(
            $"There is no {nameof(IConfiguration)} among the services, and so no section {registration.Name} for the chat client: add one, as a host does.");
        var section = new ClientConfiguration(configuration.GetSection(registration.Name), registration.Name);
        var options = registration.Configure(services, section.Read());
        section.Check(options);
        var logger = (ILogger?)services.GetService<ILogger<ChatClient>>() ?? NullLogger.Instance;
        foreach (var warning in section.Warnings)
            ClientLog.RiskySetting(logger, warning);
        try
        {
            return new HostedClient(registration.Name, options, logger);
        }
        catch (ArgumentException e)
        {
            throw section.Failure(e);
        }
    }

    /// <summary>Ends the session in good order: what was posted is acknowledged first, as far as there is time.</summary>
    public async Task QuitAsync(CancellationToken late)
    {
        try
        {
            await Client.QuitAsync(late).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            if (Client.PendingPosts is > 0 and var unsent)
                ClientLog.PostsUnsent(_logger, Name, unsent, _hasOutbox ? "the outbox has them for the next run" : "they may be lost");
        }
        catch (ChatException)
        {
            // The session is over; its last event has told why.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
    }
}

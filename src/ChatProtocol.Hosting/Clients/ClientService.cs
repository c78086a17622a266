using Microsoft.Extensions.Hosting;

namespace ChatProtocol.Hosting;

/// <summary>
/// Ties a client to its host: it quits once all services have stopped, which may post until then, and what ends its session is a failure of
/// this service, for which the host has a rule (<c>HostOptions.BackgroundServiceExceptionBehavior</c>).
/// </summary>
internal sealed class ClientService(HostedClient hosted, ClientRegistration registration) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) =>
        registration.WaitsForConnection ? hosted.Client.WaitUntilConnectedAsync(cancellationToken) : Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => hosted.QuitAsync(cancellationToken);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => hosted.Client.Completion.WaitAsync(stoppingToken);
}

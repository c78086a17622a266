using System.Globalization;
using ChatProtocol.Client;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChatProtocol.Hosting;

/// <summary>Tells how a client stands to its server. It asks nobody: the client's own keep-alive finds out.</summary>
internal sealed class ClientHealthCheck(HostedClient hosted) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(hosted.Client.State, context.Registration.FailureStatus));

    private HealthCheckResult Check(ChatClientState state, HealthStatus failure) => state switch
    {
        ChatClientState.Connected => HealthCheckResult.Healthy($"{hosted.Name} is connected to {hosted.Address}"),
        ChatClientState.Ended => new HealthCheckResult(failure, $"{hosted.Name} will not connect to {hosted.Address} again{Cause}"),
        _ => HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"{hosted.Name} has been connecting to {hosted.Address} for {hosted.Monitor.OutageTime.TotalSeconds:0} s{Cause}")),
    };

    private string Cause => hosted.Monitor.LastError is { } error ? $": {error}" : "";
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ChatProtocol.Hosting;

/// <summary>Health checks of clients.</summary>
public static class ChatHealthChecksBuilderExtensions
{
    private const string DefaultName = "chat";

    /// <summary>
    /// Adds a check of a client: healthy while it is connected, degraded while it connects, for the first time or again, with since when and
    /// the last error, and unhealthy once it will not connect any more.
    /// </summary>
    /// <param name="builder">Where it is added.</param>
    /// <param name="client">The client's name, which is the check's too; null for the client that was added first, and a check <c>chat</c>.</param>
    /// <param name="failureStatus">The status of a client that will not connect any more; null for unhealthy.</param>
    /// <param name="tags">The tags of the check; null for none.</param>
    public static IHealthChecksBuilder AddChatClient(
        this IHealthChecksBuilder builder, string? client = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            client ?? DefaultName,
            services => new ClientHealthCheck(client is null ? services.GetRequiredService<HostedClient>() : services.GetRequiredKeyedService<HostedClient>(client)),
            failureStatus, tags));
    }
}

using System.Net;
using System.Net.Sockets;
using ChatProtocol.Client;
using ChatProtocol.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A program with a real host, a client called <c>Chat</c>, a configuration in memory, and a log that the test reads.</summary>
internal sealed class HostedProgram : IAsyncDisposable
{
    private readonly IHost _host;

    private HostedProgram(IHost host, LoggedEvents log) => (_host, Log) = (host, log);

    public LoggedEvents Log { get; }

    public IServiceProvider Services => _host.Services;

    public ChatClient Client => Services.GetRequiredService<ChatClient>();

    /// <summary>Signalled when the host ends by itself.</summary>
    public CancellationToken Stopping => Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The keys of a guest's client at that address.</summary>
    public static Dictionary<string, string?> Guest(string address, TemporaryFolder folder, string name = "ann", string section = "Chat") => new()
    {
        [$"{section}:Address"] = address,
        [$"{section}:Name"] = name,
        [$"{section}:SecretFile"] = folder.File(name),
    };

    /// <summary>A port where nobody listens yet.</summary>
    public static IPEndPoint FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    /// <summary>Builds a program that is not started yet.</summary>
    /// <param name="settings">Its configuration.</param>
    /// <param name="with">Adds what the test needs.</param>
    /// <param name="add">Adds the client; null for one called <c>Chat</c> with its health check.</param>
    public static HostedProgram Build(
        Dictionary<string, string?> settings, Action<ChatClientBuilder>? with = null, Func<HostApplicationBuilder, ChatClientBuilder>? add = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var log = new LoggedEvents();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.Configuration.AddInMemoryCollection(settings);
        var added = add is null ? builder.AddChatClient("Chat") : add(builder);
        added.Services.AddHealthChecks().AddChatClient();
        with?.Invoke(added);
        return new HostedProgram(builder.Build(), log);
    }

    public static async Task<HostedProgram> StartAsync(
        Dictionary<string, string?> settings, Action<ChatClientBuilder>? with = null, Func<HostApplicationBuilder, ChatClientBuilder>? add = null)
    {
        var program = Build(settings, with, add);
        try
        {
            await program.StartAsync();
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public Task StartAsync() => _host.StartAsync(Stop);

    public Task StopAsync() => _host.StopAsync(Stop);

    public async Task<HealthReportEntry> HealthAsync(string check = "chat") =>
        (await Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Stop)).Entries[check];

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();
}

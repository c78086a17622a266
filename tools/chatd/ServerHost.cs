using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>Runs the server in this process, from its start to its end in good order.</summary>
internal sealed class ServerHost(ServerOptions options, ILoggerFactory loggers, SystemdNotifier manager)
{
    private readonly Lock _gate = new();
    private ServerOptions _options = options;
    private ChatServer? _server;

    /// <summary>Serves until the token is cancelled, or an admin shuts the server down.</summary>
    public async Task<int> RunAsync(TextWriter output, CancellationToken stop)
    {
        await using var server = await ChatServer.StartAsync(_options, loggers, stop);
        lock (_gate)
        {
            _server = server;
            server.SetDiskFloor(_options.DiskFloor);
        }
        await output.WriteLineAsync(Escaped.Line($"chatd ready {string.Join(' ', server.Endpoints)}{(server.Certificate is { } pin ? $" certificate:{pin}" : "")}{(server.MetricsUrl is { } url ? $" metrics:{url}" : "")}"));
        await output.FlushAsync(stop);
        manager.Ready();
        await using var watchdog = Watchdog.StartIfWanted(server.BeatAsync, manager, loggers.CreateLogger("chatd.service"));
        try
        {
            await server.StopAsync(await server.WaitForEndAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // SIGINT or SIGTERM: the machine or its operator restarts the server, so clients may reconnect soon.
            manager.Stopping();
            await server.StopAsync(new ShutdownOrder(_options.StopGrace, new Bye(ByeCode.Restart, "the server stops", 1000)));
        }
        return ExitCode.Done;
    }

    /// <summary>Applies the options that can change while the server runs, from a reloaded configuration. Thread-safe.</summary>
    public void Change(ServerOptions next)
    {
        lock (_gate)
        {
            _options = _options with { DiskFloor = next.DiskFloor, StopGrace = next.StopGrace };
            _server?.SetDiskFloor(next.DiskFloor);
            _server?.ReloadCertificate();
        }
    }
}

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
    /// <param name="configuration">What owners see, and have read again.</param>
    /// <param name="output">Told when the server is ready.</param>
    /// <param name="stop">Ends it.</param>
    public async Task<int> RunAsync(IOperatorConfiguration configuration, TextWriter output, CancellationToken stop)
    {
        await using var server = await ChatServer.StartAsync(_options with { Configuration = configuration }, loggers, stop);
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

    /// <summary>Applies all options that can change while the server runs, from a reloaded configuration, or none. Thread-safe.</summary>
    /// <returns>Why none was applied; null if all were.</returns>
    public string? Change(ServerOptions next)
    {
        lock (_gate)
        {
            // The certificate is the one that may be refused.
            if (_server?.ReloadCertificate() is { } complaint)
                return complaint;
            _options = _options with { DiskFloor = next.DiskFloor, StopGrace = next.StopGrace };
            _server?.SetDiskFloor(next.DiskFloor);
            return null;
        }
    }
}

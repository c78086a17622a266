using System.CommandLine;
using System.Runtime.InteropServices;
using ChatProtocol;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using ChatProtocol.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

StandardStreams.OpenClosed();

// What follows when a connection comes, or a socket takes more, is done by the thread that waits for sockets, for it is
// short, and not by the next of many. .NET asks for this by the environment alone, when the first socket is made.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var options = new Options();
var root = options.ToCommand();
root.SetAction(ServeAsync);
return await CommandLine.RunAsync(root, args,
[
    "chatd                                   serve this machine at 127.0.0.1:9999",
    "chatd --listen tcp://127.0.0.1:0        at a free port, which the ready line tells",
    "chatd --listen tcp://0.0.0.0:9999 --allow plaintext,guests",
]);

async Task<int> ServeAsync(ParseResult parsed, CancellationToken stop)
{
    // From here on it ends nothing, and once there is something to read again it is.
    var reload = default(Action);
    using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        Volatile.Read(ref reload)?.Invoke();
    });
    try
    {
        NeededLibraries.Check();
        var configuration = Configuration.From(parsed, options);
        var threshold = new LogThreshold { Lowest = configuration.ToLogLevel() };
        using var loggers = CreateLoggers(threshold);
        var logger = loggers.CreateLogger("chatd.service");
        var manager = new ServiceNotification(logger);
        Volatile.Write(ref reload, new Reloading(configuration, () => Configuration.From(parsed, options), threshold, manager, logger).Reload);
        return await RunAsync(configuration.ToServerOptions(Inheritance.Take()) with { AcceptLoss = parsed.GetValue(options.AcceptLoss) }, loggers, manager, parsed.InvocationConfiguration.Output, stop);
    }
    catch (ServerException e)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (e.IsWrongUsage)
            return CommandLine.Refuse(parsed, e.Message, error);
        CommandLine.WriteError(error, e.Message);
        return ExitCode.Failed;
    }
}

static ILoggerFactory CreateLoggers(LogThreshold threshold) => LoggerFactory.Create(logging =>
{
    logging.SetMinimumLevel(LogLevel.Trace).AddFilter(threshold.Lets);
    logging.Services.AddSingleton<ConsoleFormatter>(new LogLine(TimeProvider.System, Style.ForError()));
    logging.AddConsole(console =>
    {
        console.FormatterName = LogLine.FormatterName;
        console.LogToStandardErrorThreshold = LogLevel.Trace;
    });
});

static async Task<int> RunAsync(ServerOptions options, ILoggerFactory loggers, ServiceNotification manager, TextWriter output, CancellationToken stop)
{
    await using var server = await ChatServer.StartAsync(options, loggers, stop);
    await output.WriteLineAsync(Safe.Line($"chatd ready {string.Join(' ', server.Endpoints)}"));
    await output.FlushAsync(stop);
    manager.Ready();
    try
    {
        await server.StopAsync(await server.WaitForEndAsync(stop));
    }
    catch (OperationCanceledException)
    {
        // SIGINT or SIGTERM: a machine or its operator restarts us, so clients may come back soon.
        manager.Stopping();
        await server.StopAsync(new ShutdownOrder(ShutdownOrder.DefaultGrace, new Bye(ByeCode.Restart, "the server stops", 1000)));
    }
    return ExitCode.Done;
}

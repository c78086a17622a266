using System.CommandLine;
using System.Runtime.InteropServices;
using ChatProtocol.Server;
using ChatProtocol.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

StandardStreams.OpenClosed();

// The continuations of accepting and sending are short, so the thread that polls the sockets runs them itself instead of
// handing them to the thread pool. .NET reads this setting only from the environment, when the first socket is made.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var options = new CommandLineFlags();
var root = options.AddTo(new RootCommand("The chat server. It keeps every message, and needs no configuration.") { options.AcceptLoss, ConfigCommands.Create(options) });
root.SetAction(ServeAsync);
return await CommandLine.RunAsync(root, args,
[
    "chatd                                   serve this machine at 127.0.0.1:9999",
    "chatd --listen tcp://127.0.0.1:0        at a free port, which the ready line names",
    "chatd --listen tcp://0.0.0.0:9999 --allow plaintext,guests",
    "chatd config list                       all settings: flags, variables and keys of the file",
]);

async Task<int> ServeAsync(ParseResult parsed, CancellationToken stop)
{
    // From here on SIGHUP does not end the program; it reloads the configuration once there is one.
    var reload = default(Action);
    using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
    {
        signal.Cancel = true;
        Volatile.Read(ref reload)?.Invoke();
    });
    var configuration = MergedConfiguration.From(parsed, options).OrRefuse();
    try
    {
        LibraryCheck.Check();
        var threshold = new MinimumLogLevel { Lowest = configuration.Effective.LogLevel };
        using var loggers = CreateLoggers(threshold, configuration.Effective.LogFormat);
        var logger = loggers.CreateLogger("chatd.service");
        var manager = new SystemdNotifier(logger);
        var service = new ServerHost(configuration.ToServerOptions(SocketActivation.Take()) with { AcceptLoss = parsed.GetValue(options.AcceptLoss) }, loggers, manager);
        configuration.WarnOfTrials(logger);
        MergedConfiguration.WarnOfStrays(logger);
        var running = new RunningConfiguration(configuration, () => MergedConfiguration.From(parsed, options), Apply, manager, logger);
        Volatile.Write(ref reload, () => running.Reload());
        return await service.RunAsync(running, parsed.InvocationConfiguration.Output, stop);

        string? Apply(ChatdOptions next)
        {
            if (service.Change(next.Server) is { } complaint)
                return complaint;
            threshold.Lowest = next.LogLevel;
            return null;
        }
    }
    catch (ServerException e)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (e.IsWrongUsage)
            return CommandLine.Refuse(parsed, configuration.Locate(e), error);
        CommandLine.WriteError(error, configuration.Locate(e));
        return ExitCode.Failed;
    }
}

static ILoggerFactory CreateLoggers(MinimumLogLevel threshold, LogFormat format) => LoggerFactory.Create(logging =>
{
    logging.SetMinimumLevel(LogLevel.Trace).AddFilter(threshold.Lets);
    logging.Services.AddSingleton<ConsoleFormatter>(new LogLineFormatter(TimeProvider.System, TerminalStyle.ForError()));
    logging.Services.Configure<JsonConsoleFormatterOptions>(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, LogLineFormatter.TimeFormat));
    logging.AddConsole(console =>
    {
        console.FormatterName = format == LogFormat.Json ? ConsoleFormatterNames.Json : LogLineFormatter.FormatterName;
        console.LogToStandardErrorThreshold = LogLevel.Trace;
    });
});

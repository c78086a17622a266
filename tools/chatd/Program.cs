using System.CommandLine;
using ChatProtocol;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using ChatProtocol.Tools;
using Microsoft.Extensions.Logging;

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
    try
    {
        var configuration = Configuration.From(parsed, options);
        var level = configuration.ToLogLevel();
        using var loggers = LoggerFactory.Create(logging => logging
            .SetMinimumLevel(level)
            // The web host's own chatter is of use only to those who debug it.
            .AddFilter("Microsoft", level < LogLevel.Information ? level : LogLevel.Warning)
            // A start that fails is thrown to us, and told in one sentence.
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.UseUtcTimestamp = true;
            })
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        return await RunAsync(configuration.ToServerOptions() with { AcceptLoss = parsed.GetValue(options.AcceptLoss) }, loggers, parsed.InvocationConfiguration.Output, stop);
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

static async Task<int> RunAsync(ServerOptions options, ILoggerFactory loggers, TextWriter output, CancellationToken stop)
{
    await using var server = await ChatServer.StartAsync(options, loggers, stop);
    await output.WriteLineAsync($"chatd ready {string.Join(' ', server.Endpoints)}");
    await output.FlushAsync(stop);
    ServiceNotification.Ready();
    try
    {
        await server.StopAsync(await server.WaitForEndAsync(stop));
    }
    catch (OperationCanceledException)
    {
        // SIGINT or SIGTERM: a machine or its operator restarts us, so clients may come back soon.
        ServiceNotification.Stopping();
        await server.StopAsync(new ShutdownOrder(TimeSpan.FromSeconds(10), new Bye(ByeCode.Restart, "the server stops", 1000)));
    }
    return ExitCode.Done;
}

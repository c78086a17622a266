using System.CommandLine;
using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The server to measure and the form of the report: the options that every command of chatbench has.</summary>
internal sealed class BenchmarkOptions
{
    public Option<string> Server { get; } = new("--server", "-s")
    {
        Description = "The server: chat://HOST:PORT or unix:/path. Default: the one on this machine",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => ChatAddress.Default.ToString(),
    };

    public Option<string?> Room { get; } = new("--room", "-r")
    {
        Description = "The room, in which the posts stay. Default: a new one",
        HelpName = "ROOM",
        Recursive = true,
    };

    public OutputOption Output { get; } = new("table", "json") { Recursive = true };

    public Option<int?> ServerPid { get; } = new("--server-pid")
    {
        Description = "The id of the server's process, whose processor time and memory are reported. Default: looked for, if it is on this machine",
        HelpName = "PID",
        Recursive = true,
    };

    public Option<bool> Progress { get; } = new("--progress")
    {
        Description = "Print the progress once a second on standard error, even where that is no terminal",
        Recursive = true,
    };

    public BenchmarkOptions()
    {
        Server.Validators.Add(server =>
        {
            var given = server.GetValueOrDefault<string>();
            if (!ChatAddress.TryParse(given, out var address, out var fault))
                server.AddError(ChatAddress.TryParse($"chat://{given}", out _, out _) ? $"{fault}. Did you mean 'chat://{given}'?" : fault);
            else if (address.IsTls)
                server.AddError($"'{given}' is TLS, which chatbench does not speak: give the server's chat://HOST:PORT or unix:/path");
            else if (address.IsLegacy)
                server.AddError($"'{given}' speaks plain text, and chatbench measures the chat protocol: give chat://HOST:PORT or unix:/path");
        });
        Room.Validators.Add(room =>
        {
            if (room.GetValueOrDefault<string?>() is { } given && Names.Validate(RoomAddress.Parse(given).ToString()) is { } fault)
                room.AddError($"'{given}' cannot be a room: {fault}.");
        });
    }

    /// <summary>An option for a whole number.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">The option's meaning; the default is added to it.</param>
    /// <param name="byDefault">The default; 0 for none.</param>
    /// <param name="least">The least value allowed.</param>
    public static Option<int> Number(string name, string description, int byDefault, int least = 1)
    {
        return new Option<int>(name)
        {
            Description = byDefault == 0 ? description : FormattableString.Invariant($"{description}. Default: {byDefault}"),
            HelpName = "N",
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                if (!int.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least)
                    result.AddError($"{name} takes a whole number, {least} or more, and not '{result.Tokens.Single().Value}'");
                return number;
            },
        };
    }

    /// <summary>Measures, and prints the report.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="connections">The number of connections to be opened.</param>
    /// <param name="measure">Measures, and adds to the report, which is printed even after an interruption.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public Task<int> RunAsync(ParseResult parsed, int connections, Action<BenchmarkRun, Report> measure, CancellationToken stop)
    {
        var isJson = Output.IsForPrograms(parsed);
        var error = parsed.InvocationConfiguration.Error;
        using var progress = new Progress(error, parsed.GetValue(Progress));
        try
        {
            return Task.FromResult(Run(parsed, connections, measure, progress, isJson, stop));
        }
        catch (BenchException e)
        {
            progress.Dispose();
            return Task.FromResult(CommandLine.Tell(e.Message, e.ExitCode, error, isJson, (int?)e.Code));
        }
    }

    private int Run(ParseResult parsed, int connections, Action<BenchmarkRun, Report> measure, Progress progress, bool isJson, CancellationToken stop)
    {
        if (!OperatingSystem.IsLinux())
            throw new BenchException(ExitCode.Failed, "chatbench runs on Linux only; the server may be anywhere");
        var room = parsed.GetValue(Room);
        using var bench = BenchmarkRun.Open(
            ChatAddress.Parse(parsed.GetRequiredValue(Server)), room is null ? null : RoomAddress.Parse(room).ToString(), parsed.GetValue(ServerPid), connections, progress, stop);
        var report = new Report { Command = parsed.CommandResult.Command.Name, Server = bench.Clients.Address.ToString(), Room = bench.Clients.Room };
        measure(bench, report);
        progress.Dispose();
        report.WriteTo(parsed.InvocationConfiguration.Output, isJson);
        if (report.Failure is { } fault)
            return FailureMessages.Tell(fault, ExitCode.Failed, parsed.InvocationConfiguration.Error, isJson);
        return bench.IsInterrupted ? ExitCode.Interrupted : ExitCode.Done;
    }
}

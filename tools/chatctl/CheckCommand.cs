using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl check: whether a monitor has to call somebody. With <c>-o nagios</c> it is a plugin of Nagios, with the exit codes of one.</summary>
internal sealed class CheckCommand
{
    /// <summary>The value of -o that this command alone takes.</summary>
    public const string Nagios = "nagios";

    /// <summary>Nagios's exit code for what could not be found out.</summary>
    private const int Unknown = 3;

    private static readonly ResultSchema<ServerCheck> Schema = new("chatctl.check.v1",
        Column<ServerCheck>.Text("check", c => c.Name),
        Column<ServerCheck>.Text("state", c => c.StateName),
        Column<ServerCheck>.Text("is", c => c.Words),
        Column<ServerCheck>.Rate("value", c => c.Value).ForPrograms(),
        Column<ServerCheck>.Rate("warning", c => c.Bounds.Warning).ForPrograms(),
        Column<ServerCheck>.Rate("critical", c => c.Bounds.Critical).ForPrograms());

    private readonly Target _target;
    private readonly Option<Bounds?> _disk = BoundsOption("--disk", "B,B", "Free bytes of the disk. Default: twice the floor below which posts are refused, and the floor", Numbers.SizeForms, text => Numbers.ParseSize(text));
    private readonly Option<Bounds?> _certificate = BoundsOption("--certificate", "SPAN,SPAN", "The time until the certificate ends. Default: 14d,3d", Times.SpanForms, Seconds);
    private readonly Option<Bounds?> _connections = BoundsOption("--connections", "N,N", "Connections. Default: 80 and 95 percent of those that the server takes", "a whole number", text => Numbers.Parse(text));
    private readonly Option<Bounds?> _commit = BoundsOption("--commit", "SPAN,SPAN", "The slowest commit of the last minute. Default: 500ms,2s", Times.SpanForms, Seconds);
    private bool _hasAnswered;

    public CheckCommand(Target target)
    {
        _target = target;
        Command = new Command("check", "Check the server for a monitor: the disk, the certificate, the connections, how long commits take. Each bound is WARNING,CRITICAL. It ends with 1 if one is reached; with -o nagios as a plugin of Nagios does, with 0 to 3")
        {
            _disk, _certificate, _connections, _commit,
        };
        Command.SetAction((parsed, stop) => IsNagios(parsed) ? RunForNagiosAsync(parsed, stop) : target.RunAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        Command.WithExamples("chatctl check", "chatctl check -o nagios --disk 10G,2G", "chatctl check --commit 1s,5s -o json");
    }

    public Command Command { get; }

    /// <summary>The exit code of the program: where Nagios asked and got no answer, such as for wrong usage, it is Nagios's for unknown.</summary>
    public int ExitCodeOf(IReadOnlyList<string> args, int exitCode) =>
        exitCode != ExitCode.Done && !_hasAnswered && IsNagios(args) ? Unknown : exitCode;

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        var checks = await CheckAsync(parsed, client, stop);
        results.List(checks, Schema);
        return checks.All(check => check.State == CheckState.Ok) ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<int> RunForNagiosAsync(ParseResult parsed, CancellationToken stop)
    {
        var output = parsed.InvocationConfiguration.Output;
        var exitCode = await _target.RunAsync(parsed, async (client, _) =>
        {
            var checks = await CheckAsync(parsed, client, stop);
            var worst = checks.Max(check => check.State);
            var bad = string.Join(", ", checks.Where(check => check.State == worst && worst != CheckState.Ok).Select(check => $"{check.Name} is {check.Words}"));
            output.WriteLine($"CHATD {ServerCheck.NameOf(worst).ToUpperInvariant()} - {(bad.Length > 0 ? bad : "all is well")} | {string.Join(' ', checks.Select(check => check.ToPerformanceData()))}");
            return (int)worst;
        }, stop, (message, failed) =>
        {
            // A server that does not answer is what the plugin is there to find; what it may not look at it does not know.
            var isKnown = failed is ExitCode.Unreachable or ExitCode.TimedOut;
            output.WriteLine($"CHATD {(isKnown ? "CRITICAL" : "UNKNOWN")} - {Escaped.Line(message)}");
            return isKnown ? (int)CheckState.Critical : Unknown;
        });
        _hasAnswered = true;
        return exitCode;
    }

    private async Task<List<ServerCheck>> CheckAsync(ParseResult parsed, ChatClient client, CancellationToken stop)
    {
        var status = await client.Admin.StatusAsync(stop);
        var now = DateTimeOffset.UtcNow + client.Server.TimeOffset;
        var checks = new List<ServerCheck>();
        if (status is { Free: { } free, Floor: { } floor })
            checks.Add(new ServerCheck("disk", free, parsed.GetValue(_disk) ?? new Bounds(2d * floor, floor), IsBetterHigh: true, "B", $"{Counts.Bytes(free)} free"));
        if (status is { Connections: { } connections, Capacity: { } capacity })
            checks.Add(new ServerCheck("connections", connections, parsed.GetValue(_connections) ?? new Bounds(capacity * 0.8, capacity * 0.95), IsBetterHigh: false, "", $"{connections} of {capacity}"));
        if (status.SlowestCommit is { } slowest)
            checks.Add(new ServerCheck("commit", slowest.TotalSeconds, parsed.GetValue(_commit) ?? new Bounds(0.5, 2), IsBetterHigh: false, "s", string.Create(CultureInfo.InvariantCulture, $"{slowest.TotalMilliseconds:0.0} ms")));
        if (status.CertificateEnd is { } end)
        {
            // Performance data has no use for a negative time.
            var left = end > now ? end - now : TimeSpan.Zero;
            checks.Add(new ServerCheck("certificate", left.TotalSeconds, parsed.GetValue(_certificate) ?? new Bounds(14 * 86_400, 3 * 86_400), IsBetterHigh: true, "s", left == TimeSpan.Zero ? "at its end" : $"{Column<ServerCheck>.InWords(left)} before its end"));
        }
        if (checks.Count == 0)
            throw new CommandException(ExitCode.Failed, "this server is too old to tell what a monitor asks for");
        return checks;
    }

    private bool IsNagios(ParseResult parsed) => _target.Output.ValueOf(parsed) == Nagios;

    // The command line may not have been understood.
    private static bool IsNagios(IReadOnlyList<string> args) =>
        args.Where((word, i) => word is "-o=nagios" or "-o:nagios" or "-onagios" or "--output=nagios" or "--output:nagios" || word == Nagios && i > 0 && args[i - 1] is "-o" or "--output").Any();

    private static double? Seconds(string text) => Times.ParseSpan(text)?.TotalSeconds;

    private static Option<Bounds?> BoundsOption(string name, string form, string description, string takes, Func<string, double?> parse) => new(name)
    {
        Description = description,
        HelpName = form,
        CustomParser = result => Parse(result, $"{name} takes the bound of a warning and that of critical with a comma between them, each {takes}", parse),
    };

    private static Bounds? Parse(ArgumentResult result, string takes, Func<string, double?> parse)
    {
        if (result.Tokens.Single().Value.Split(',') is [var first, var second] && parse(first) is { } warning && parse(second) is { } critical)
            return new Bounds(warning, critical);
        result.AddError(takes);
        return null;
    }
}

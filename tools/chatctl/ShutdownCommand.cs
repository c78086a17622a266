using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl shutdown: everybody is told, everything accepted is stored, and the command ends when the server has.</summary>
internal sealed class ShutdownCommand
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    /// <summary>The time beyond the grace that a server may take to close its database.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly ResultSchema<Ending> Schema = new("chatctl.shutdown.v1",
        Column<Ending>.Flag("stopped", e => e.HasStopped),
        Column<Ending>.Number("sessions", e => e.Sessions),
        Column<Ending>.Flag("dry_run", e => e.IsDryRun));

    private readonly Target _target;
    private readonly Option<TimeSpan?> _grace = AdminOptions.Duration("--grace", "How long the shutdown may take until every connection is closed. Default: 10s");
    private readonly Option<TimeSpan?> _back = AdminOptions.Duration("--back", "The time until the server is back, which clients are told: they come back by themselves. Without it they are told that the server has ended for good");
    private readonly Option<string> _reason = AdminOptions.Reason("The reason, which everybody is told");
    private readonly Option<string> _announce = new("--announce") { Description = "Send this to everybody first, in the server's name", HelpName = "TEXT" };
    private readonly Option<TimeSpan?> _in = AdminOptions.Duration("--in", "How long to wait before, such as behind an announcement; Ctrl-C then leaves the server as it is");
    private readonly Safeguard _safeguard = new(isNeededInScripts: false);

    private ShutdownCommand(Target target) => _target = target;

    public static Command Create(Target target) => new ShutdownCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("shutdown", "Shut the server down: everybody is told, everything accepted is stored")
        {
            _grace, _back, _reason, _announce, _in, _safeguard.Yes, _safeguard.DryRun,
        };
        command.SetAction((parsed, stop) => _target.ChangeAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        return command.WithExamples("chatctl shutdown", "chatctl shutdown --grace 30s --back 1m --reason 'a new version'", "chatctl shutdown --announce 'A new version comes in a minute' --in 1m --back 30s", "chatctl shutdown --yes    on a terminal without being asked");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        // This session is one of them.
        var sessions = (await client.Admin.StatusAsync(stop)).Sessions - 1;
        if (_safeguard.IsDryRun(parsed))
        {
            results.Done($"the server would stop, and {Counts.Of(sessions, "session")} would end", new Ending(HasStopped: false, sessions, IsDryRun: true), Schema);
            return ExitCode.Done;
        }
        var danger = new Danger($"Stop the server, and end {Counts.Of(sessions, "session")}?", "the server goes on");
        if (await _safeguard.RefusalAsync(parsed, results, danger, stop) is { } exitCode)
            return exitCode;
        if (parsed.GetValue(_announce) is { } text)
            await client.Admin.BroadcastAsync(text, stop);
        if (parsed.GetValue(_in) is { } delay)
            await Task.Delay(delay, stop);
        var within = parsed.GetValue(_grace) ?? DefaultGrace;
        await client.Admin.ShutdownAsync(within, parsed.GetRequiredValue(_reason), parsed.GetValue(_back), stop);
        return await WaitForEndAsync(client, _target.LockOf(parsed), results, sessions, within + Patience, stop);
    }

    /// <summary>Waits until the server has stopped, so that a script may copy the data folder next.</summary>
    private static async Task<int> WaitForEndAsync(
        ChatClient client, DataLock? data, ResultWriter results, ulong sessions, TimeSpan patience, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(patience);
        try
        {
            // The server closes an admin's connection last, and then its database.
            await foreach (var _ in client.EventsAsync(late.Token))
            {
            }
            var hasStopped = data is not null && await data.WaitUntilFreeAsync(late.Token);
            results.Done(hasStopped ? "the server has stopped" : "the server is stopping", new Ending(hasStopped, sessions, IsDryRun: false), Schema);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return results.Failed($"the server is stopping, and not done after {patience.TotalSeconds:0.#} s", ExitCode.TimedOut);
        }
    }

    /// <summary>The end of the server.</summary>
    /// <param name="HasStopped">Whether it was seen to have closed its data.</param>
    /// <param name="Sessions">The sessions that it ended, or would end.</param>
    /// <param name="IsDryRun">Whether nothing was done.</param>
    private sealed record Ending(bool HasStopped, ulong Sessions, bool IsDryRun);
}

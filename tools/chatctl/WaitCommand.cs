using System.CommandLine;
using System.Diagnostics;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl wait: a script goes on once the server is in a state.</summary>
internal sealed class WaitCommand
{
    // The server does not tell when it is there, or when a session ends, so it is asked.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private static readonly ResultSchema<Reached> Schema = new("chatctl.wait.v1",
        Column<Reached>.Text("state", r => r.State),
        Column<Reached>.Number("sessions", r => r.Sessions),
        Column<Reached>.Seconds("waited", r => r.Waited));

    private readonly Target _target;
    private readonly Option<TimeSpan?> _timeout = AdminOptions.Duration("--timeout", "How long to wait; then it ends with 6. Default: 30s");

    private WaitCommand(Target target)
    {
        _target = target;
        _timeout.Recursive = true;
    }

    public static Command Create(Target target) => new WaitCommand(target).ToCommand();

    private Command ToCommand() => new Command("wait", "Wait until the server is in a state") { Ready(), Stopped(), Sessions(), _timeout }
        .WithExamples("chatctl wait ready --timeout 10s", "chatctl wait sessions 0 --timeout 5m && chatctl shutdown", "chatctl wait stopped");

    private Command Ready()
    {
        var command = new Command("ready", "Wait until the server answers, from before its start on");
        command.SetAction((parsed, stop) => RunAsync(parsed, "the server does not answer", async (waited, ending) =>
        {
            while (true)
            {
                var exitCode = await _target.RunAsync(parsed, async (client, results) =>
                {
                    await client.Admin.StatusAsync(ending);
                    return Done(results, "the server is ready", new Reached("ready", null, waited.Elapsed));
                }, ending, (message, exitCode) => exitCode == ExitCode.Denied ? _target.Tell(parsed, message, exitCode) : exitCode);
                if (exitCode is ExitCode.Done or ExitCode.Denied)
                    return exitCode;
                await Task.Delay(Pause, ending);
            }
        }, stop));
        return command.WithExamples("chatctl wait ready --timeout 10s");
    }

    private Command Stopped()
    {
        var command = new Command("stopped", "Wait until no server has the data folder open, so that it can be copied");
        command.SetAction((parsed, stop) => RunAsync(parsed, "the server has not stopped", async (waited, ending) =>
        {
            if (_target.LockOf(parsed) is not { } data)
                throw new CommandException(ExitCode.Usage, "whether a server has stopped is seen in its data folder: ask on its own machine, without --server and --context");
            if (data.IsThere && !await data.WaitUntilFreeAsync(ending))
                return _target.Tell(parsed, $"{data} cannot be opened, so nobody can tell whether the server has stopped", ExitCode.Denied);
            var results = _target.ResultsOf(parsed);
            Done(results, "the server has stopped", new Reached("stopped", null, waited.Elapsed));
            results.End(hasFailed: false);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl wait stopped --timeout 1m");
    }

    private Command Sessions()
    {
        var most = new Argument<ulong>("n") { Description = "The most sessions, those of admins aside" };
        var command = new Command("sessions", "Wait until no more than so many users' sessions are left") { most };
        command.SetAction((parsed, stop) => RunAsync(parsed, "there are more sessions", (waited, ending) => _target.RunAsync(parsed, async (client, results) =>
        {
            var wanted = parsed.GetRequiredValue(most);
            // No more of them are asked for than answer the question.
            ulong count;
            while ((count = (ulong)await client.Admin.SessionsAsync(ending).Where(session => session.Session != client.Session && IsUsers(session)).Take((int)Math.Min(wanted, int.MaxValue - 1) + 1).CountAsync(ending)) > wanted)
                await Task.Delay(Pause, ending);
            return Done(results, $"there {(count == 1 ? "is" : "are")} {Counts.Of(count, "session")}", new Reached("sessions", count, waited.Elapsed));
        }, ending), stop));
        return command.WithExamples("chatctl wait sessions 0 --timeout 5m");
    }

    private async Task<int> RunAsync(ParseResult parsed, string late, Func<Stopwatch, CancellationToken, Task<int>> wait, CancellationToken stop)
    {
        var timeout = parsed.GetValue(_timeout) ?? DefaultTimeout;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        ending.CancelAfter(timeout);
        try
        {
            return await wait(Stopwatch.StartNew(), ending.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return _target.Tell(parsed, $"{late} after {timeout.TotalSeconds:0.###} s", ExitCode.TimedOut);
        }
    }

    private static bool IsUsers(ChatSessionInfo session) => session.Name.Length > 0 && session.Transport != "admin";

    private static int Done(ResultWriter results, string sentence, Reached reached)
    {
        results.Done(sentence, reached, Schema);
        return ExitCode.Done;
    }

    private sealed record Reached(string State, ulong? Sessions, TimeSpan Waited);
}

using System.CommandLine;
using System.Net.Sockets;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The server to administer: the options that every command of chatctl has.</summary>
internal sealed class Target
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The server's data folder. Default: $XDG_DATA_HOME/chatd",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<string?> Socket { get; } = new("--socket")
    {
        Description = "The server's admin socket, in place of --data",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>Until 0.1.0 was released "text" was called "table", which scripts may still say.</summary>
    public OutputOption Output { get; } = new("text", ["json", "ndjson"], "json (an array) or ndjson (an object a line) for programs", unlisted: ["table", CheckCommand.Nagios]) { Recursive = true };

    /// <summary>The lock that shows when the server has closed its data; with the socket alone, the lock beside it.</summary>
    public DataLock LockOf(ParseResult parsed) => new(parsed.GetValue(Data) ?? Path.GetDirectoryName(SocketOf(parsed))!);

    /// <summary>Connects, acts, and reports a failure.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<ChatClient, ResultWriter, Task> act, CancellationToken stop) =>
        RunAsync(parsed, async (client, results) =>
        {
            await act(client, results);
            return ExitCode.Done;
        }, stop);

    /// <summary>The same for an action with an exit code of its own.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="act">The action.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <param name="failed">
    /// Called in place of the report of a failure of the connection or the request, with the sentence and the exit code; returns the exit
    /// code.
    /// </param>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<ChatClient, ResultWriter, Task<int>> act, CancellationToken stop, Func<string, int, int>? failed = null)
    {
        var form = FormOf(parsed);
        var isJson = form != OutputForm.Text;
        var path = SocketOf(parsed);
        var error = parsed.InvocationConfiguration.Error;
        if (Missing(parsed, path) is { } fault)
            return failed?.Invoke(fault.Message, fault.ExitCode) ?? FailureMessages.Tell(fault.Message, fault.ExitCode, error, isJson, Outcome.NotSent);
        try
        {
            await using var client = await ChatClient.ConnectAsync(ChatClientOptions.ForAdmin(AddressOf(path)) with
            {
                // An admin wants to know at once that a command did not reach the server.
                ReconnectFor = TimeSpan.Zero,
                Agent = $"{ProgramInfo.Name}/{ProgramInfo.Version}",
            }, stop);
            return await ActAsync(client, ResultsOf(parsed), act);
        }
        catch (ChatException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            return failed?.Invoke(AnotherUsers(path), ExitCode.Denied) ?? FailureMessages.Tell(AnotherUsers(path), ExitCode.Denied, error, isJson, Outcome.NotSent);
        }
        catch (ChatException e)
        {
            return failed?.Invoke(ByeMessage.InWords(e), FailureMessages.ExitCodeOf(e)) ?? FailureMessages.Tell(e, error, isJson);
        }
    }

    /// <summary>A command that lists, once or with <paramref name="watch"/> again and again.</summary>
    public Task<int> ListAsync<T>(
        ParseResult parsed, WatchOption watch, ResultSchema<T> schema, Func<ChatClient, CancellationToken, Task<IReadOnlyCollection<T>>> read, CancellationToken stop) =>
        RunAsync(parsed, async (client, results) =>
        {
            if (watch.IntervalOf(parsed) is { } interval)
                return await results.WatchAsync(ending => read(client, ending), schema, interval, $"chatctl {parsed.CommandResult.Command.Name} every {interval.TotalSeconds:0.###} s", stop);
            results.List(await read(client, stop), schema);
            return ExitCode.Done;
        }, stop);

    /// <summary>Where the results of a command go.</summary>
    public ResultWriter ResultsOf(ParseResult parsed) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, FormOf(parsed));

    /// <summary>Reports a failure of a command that asks no server, or is not answered.</summary>
    public int Tell(ParseResult parsed, string message, int exitCode) =>
        FailureMessages.Tell(message, exitCode, parsed.InvocationConfiguration.Error, FormOf(parsed) != OutputForm.Text);

    private OutputForm FormOf(ParseResult parsed) => Output.ValueOf(parsed) switch
    {
        CheckCommand.Nagios when parsed.CommandResult.Command.Name != "check" => throw new CommandException(ExitCode.Usage, "-o nagios goes with check alone"),
        "json" => OutputForm.Json,
        "ndjson" => OutputForm.Ndjson,
        _ => OutputForm.Text,
    };

    private static async Task<int> ActAsync(ChatClient client, ResultWriter results, Func<ChatClient, ResultWriter, Task<int>> act)
    {
        var hasFailed = true;
        try
        {
            var exitCode = await act(client, results);
            hasFailed = exitCode != ExitCode.Done;
            return exitCode;
        }
        finally
        {
            results.End(hasFailed);
        }
    }

    /// <summary>Why the socket cannot be used; null if it can.</summary>
    private (string Message, int ExitCode)? Missing(ParseResult parsed, string path)
    {
        try
        {
            File.GetAttributes(path);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return (AnotherUsers(path), ExitCode.Denied);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ($"no chatd is running {Where(parsed)}: {path} is not there (choose with --data or --socket)", ExitCode.Unreachable);
        }
        catch (IOException e)
        {
            return ($"the admin socket {path} cannot be examined: {FailureReason.Of(e)}", ExitCode.Unreachable);
        }
    }

    private static string AnotherUsers(string path) =>
        $"{path} is another user's: permission denied. Run chatctl as the user that chatd runs as, or as root";

    private static ChatAddress AddressOf(string path) => ChatAddress.TryParse($"unix:{path}", out var address, out var fault)
        ? address
        : throw new CommandException(ExitCode.Usage, fault);

    private string SocketOf(ParseResult parsed) =>
        Path.GetFullPath(parsed.GetValue(Socket) ?? XdgFolders.AdminSocket(parsed.GetValue(Data) ?? XdgFolders.ServerData));

    private string Where(ParseResult parsed) => parsed.GetValue(Socket) is null ? "with this data folder" : "at this socket";
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The server to administer: the options that every command of chatctl has.</summary>
internal sealed class Target
{
    /// <summary>The variable that names the context.</summary>
    public const string ContextVariable = "CHATCTL_CONTEXT";

    public Target() => Server.Validators.Add(server =>
    {
        if (!ChatAddress.TryParse(server.GetRequiredValue(Server)!, out var address, out var fault))
            server.AddError(fault!);
        else if (address.IsLegacy)
            server.AddError("a server of plain text cannot be administered by it");
    });

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

    public Option<string?> Server { get; } = new("--server", "-s")
    {
        Description = $"A server to administer over the network, by the token in {RemoteServer.TokenVariable}: chats://HOST:PORT",
        HelpName = "URL",
        Recursive = true,
    };

    public Option<string?> Context { get; } = new("--context")
    {
        Description = $"The server that 'context add' has kept under this name. Default: ${ContextVariable}, or that of 'context use'",
        HelpName = "NAME",
        Recursive = true,
    };

    public TrustOptions Trust { get; } = new();

    /// <summary>Until 0.1.0 was released "text" was called "table", which scripts may still say.</summary>
    public OutputOption Output { get; } = new("text", ["json", "ndjson"], "json (an array) or ndjson (an object a line) for programs", unlisted: ["table", CheckCommand.Nagios]) { Recursive = true };

    /// <summary>The lock that shows when the server has closed its data; null where that is on another machine.</summary>
    public DataLock? LockOf(ParseResult parsed) => AccessOf(parsed).Lock;

    /// <summary>The address of <c>--server</c>; null without.</summary>
    public ChatAddress? AddressOf(ParseResult parsed) => parsed.GetValue(Server) is { } server ? ChatAddress.Parse(server) : null;

    /// <summary>The same as <see cref="RunAsync(ParseResult, Func{ChatClient, ResultWriter, Task}, CancellationToken)"/> for an action that changes something: where a context is in use, its name and server are told before.</summary>
    public Task<int> ChangeAsync(ParseResult parsed, Func<ChatClient, ResultWriter, Task> act, CancellationToken stop) =>
        ChangeAsync(parsed, async (client, results) =>
        {
            await act(client, results);
            return ExitCode.Done;
        }, stop);

    /// <summary>The same for an action with an exit code of its own.</summary>
    public Task<int> ChangeAsync(ParseResult parsed, Func<ChatClient, ResultWriter, Task<int>> act, CancellationToken stop)
    {
        if (AccessOf(parsed).Notice is { } notice)
            CommandLine.Warn(notice, parsed.InvocationConfiguration.Error, FormOf(parsed) != OutputForm.Text);
        return RunAsync(parsed, act, stop);
    }

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
        var server = AccessOf(parsed);
        var error = parsed.InvocationConfiguration.Error;
        if (server.Fault is { } fault)
            return failed?.Invoke(fault.Message, fault.ExitCode) ?? FailureMessages.Tell(fault.Message, fault.ExitCode, error, isJson, Outcome.NotSent);
        try
        {
            await using var client = await server.ConnectAsync(stop);
            return await ActAsync(client, ResultsOf(parsed), act);
        }
        catch (ChatException e)
        {
            var (message, exitCode) = server.Explain(e) ?? (ByeMessage.InWords(e), FailureMessages.ExitCodeOf(e));
            return failed?.Invoke(message, exitCode) ?? FailureMessages.Tell(e, message, exitCode, error, isJson);
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

    /// <summary>The server that the command line names, or else the environment, or else 'context use'; or the one on this machine.</summary>
    private IServerAccess AccessOf(ParseResult parsed)
    {
        var isLocal = (parsed.GetValue(Data) ?? parsed.GetValue(Socket)) is not null;
        if ((isLocal, parsed.GetValue(Server) is not null, parsed.GetValue(Context) is not null) is (true, true, _) or (true, _, true) or (_, true, true))
            throw new CommandException(ExitCode.Usage, "one server is administered: give --data or --socket, or --server, or --context");
        if (!isLocal && (AddressOf(parsed) is { } address ? RemoteOf(parsed, address) : FindContext(parsed)) is { } remote)
            return remote;
        return Trust.AreGiven(parsed)
            ? throw new CommandException(ExitCode.Usage, "--pin and --accept-new go with --server or a context")
            : SocketOf(parsed);
    }

    private RemoteServer RemoteOf(ParseResult parsed, ChatAddress address) =>
        Environment.GetEnvironmentVariable(RemoteServer.TokenVariable) is { Length: > 0 } token
            ? new(RemoteServer.LoginOf(address, token, RemoteServer.TokenVariable), Trust.ToTrust(parsed, FormOf(parsed) != OutputForm.Text), context: null)
            : throw new CommandException(ExitCode.Usage, $"--server takes a token in {RemoteServer.TokenVariable}, or keep both with 'chatctl context add'");

    private RemoteServer? FindContext(ParseResult parsed)
    {
        var named = parsed.GetValue(Context) ?? (Environment.GetEnvironmentVariable(ContextVariable) is { Length: > 0 } variable ? variable : null);
        // Without a home folder there are no contexts, and the admin socket may be named without one.
        if (named is null && !ContextStore.HasFolder)
            return null;
        var store = new ContextStore();
        if ((named is null ? store.Read().Find(one => one.IsCurrent) : store.Find(named)) is not { } context)
            return null;
        var isJson = FormOf(parsed) != OutputForm.Text;
        if (store.Exposure is { } exposure)
            CommandLine.Warn(exposure, parsed.InvocationConfiguration.Error, isJson);
        var login = RemoteServer.LoginOf(context.Server, store.TokenOf(context), $"what is kept for the context {context.Name}");
        return new RemoteServer(login, Trust.ToTrust(parsed, isJson, context.Pin), context.Name);
    }

    private AdminSocket SocketOf(ParseResult parsed)
    {
        var path = Path.GetFullPath(parsed.GetValue(Socket) ?? XdgFolders.AdminSocket(parsed.GetValue(Data) ?? XdgFolders.ServerData));
        // With the socket alone, the lock is beside it.
        return new AdminSocket(path, parsed.GetValue(Data) ?? Path.GetDirectoryName(path)!, parsed.GetValue(Socket) is null ? "with this data folder" : "at this socket");
    }
}

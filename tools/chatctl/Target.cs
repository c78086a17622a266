using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Which server is administered: the options that every command of chatctl has.</summary>
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

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "table for people, json for programs. Default: table",
        HelpName = "table|json",
        Recursive = true,
        DefaultValueFactory = _ => "table",
    };

    public Target() => Output.AcceptOnlyFromAmong("table", "json");

    /// <summary>What tells when the server has closed its data; with the socket alone it is looked for beside it.</summary>
    public DataLock LockOf(ParseResult parsed) => new(parsed.GetValue(Data) ?? Path.GetDirectoryName(SocketOf(parsed))!);

    /// <summary>Connects, acts, and tells what went wrong.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<ChatClient, Listing, Task> act, CancellationToken stop) =>
        RunAsync(parsed, async (client, listing) =>
        {
            await act(client, listing);
            return ExitCode.Done;
        }, stop);

    /// <summary>The same for what has an exit code of its own.</summary>
    public async Task<int> RunAsync(ParseResult parsed, Func<ChatClient, Listing, Task<int>> act, CancellationToken stop)
    {
        var isJson = parsed.GetValue(Output) == "json";
        var path = SocketOf(parsed);
        var error = parsed.InvocationConfiguration.Error;
        if (!File.Exists(path))
            return Failures.Tell($"no chatd is running {Where(parsed)}: {path} is not there (choose with --data or --socket)", ExitCode.Unreachable, error, isJson);
        try
        {
            await using var client = await ChatClient.ConnectAsync(new ChatClientOptions
            {
                Address = ChatAddress.Parse($"unix:{path}"),
                Name = "admin",
                Credential = CredentialKind.LocalAdmin,
                // Whoever gives an order wants to know at once that it was not heard.
                ReconnectFor = TimeSpan.Zero,
                Agent = $"{CommandLine.Program}/{CommandLine.Version}",
            }, stop);
            return await act(client, new Listing(parsed.InvocationConfiguration.Output, error, isJson));
        }
        catch (ChatException e)
        {
            return Failures.Tell(e, error, isJson);
        }
    }

    private string SocketOf(ParseResult parsed) =>
        Path.GetFullPath(parsed.GetValue(Socket) ?? Folders.AdminSocket(parsed.GetValue(Data) ?? Folders.ServerData));

    private string Where(ParseResult parsed) => parsed.GetValue(Socket) is null ? "with this data folder" : "at this socket";
}

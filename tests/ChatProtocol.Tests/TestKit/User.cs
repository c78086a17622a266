using System.Text;

namespace ChatProtocol.Tests;

/// <summary>Somebody with files, and so a secret, of his own.</summary>
internal sealed record User(Installation At, string? Name, string Home)
{
    public string SecretFile => Path.Combine(Home, "config", "chat", "secret");

    /// <summary>What differs from the environment that the tests run in.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>
    {
        ["HOME"] = Home,
        ["XDG_CONFIG_HOME"] = Path.Combine(Home, "config"),
        ["XDG_DATA_HOME"] = Path.Combine(Home, "data"),
        ["NO_COLOR"] = "",
    };

    public Task<ToolResult> ChatAsync(params string[] arguments) => PipeAsync(ReadOnlyMemory<byte>.Empty, arguments);

    /// <summary>Runs chat with this on standard input.</summary>
    public Task<ToolResult> PipeAsync(string input, params string[] arguments) => PipeAsync(Encoding.UTF8.GetBytes(input), arguments);

    public Task<ToolResult> PipeAsync(ReadOnlyMemory<byte> input, params string[] arguments) =>
        ToolProcess.RunAsync(ToolProcess.Program("chat"), Arguments(arguments), Environment, input);

    public ToolProcess StartChat(params string[] arguments) =>
        ToolProcess.Start(ToolProcess.Program("chat"), Arguments(arguments), Environment);

    public Task<TmuxTerminal> OpenTerminalAsync(params string[] arguments) =>
        TmuxTerminal.StartAsync(ToolProcess.Program("chat"), Arguments(arguments), Environment);

    /// <summary>Opens a terminal and waits until chat has entered the lobby.</summary>
    public async Task<TmuxTerminal> EnterLobbyAsync(params string[] arguments)
    {
        var terminal = await OpenTerminalAsync(arguments);
        try
        {
            await terminal.WaitForAsync("/help");
            return terminal;
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says something in the lobby, or where the arguments say.</summary>
    public async Task SendAsync(string text, params string[] arguments) => (await ChatAsync(["send", text, .. arguments])).Done();

    private IEnumerable<string> Arguments(string[] arguments) =>
    [
        .. arguments.Contains("--server") ? Array.Empty<string>() : ["--server", At.Address],
        .. Name is null || arguments.Contains("--name") ? Array.Empty<string>() : ["--name", Name],
        .. arguments,
    ];
}

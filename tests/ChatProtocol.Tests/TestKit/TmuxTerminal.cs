using System.Diagnostics;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A terminal of a test's own with one program in it, and somebody who types and looks.</summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    // The terminal's modes before and after stand in two files; then the exit code is shown, and the terminal stays. Ctrl-C is the
    // program's alone.
    private const string Script = """trap : INT; stty -a >"$0.before"; "$@"; code=$?; stty -a >"$0.after"; echo "[exit $code]"; exec cat""";

    private readonly TemporaryFolder _folder = new();

    private TmuxTerminal()
    {
    }

    /// <summary>How the terminal was set before the program, and how after it.</summary>
    public (string Before, string After) Modes => (File.ReadAllText(_folder.File("modes.before")), File.ReadAllText(_folder.File("modes.after")));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TmuxTerminal> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, int columns = 100, int rows = 40)
    {
        var terminal = new TmuxTerminal();
        try
        {
            await terminal.RunAsync(environment,
                ["new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", "sh", "-c", Script, terminal._folder.File("modes"), program, .. arguments]);
            return terminal;
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Types a line and Enter.</summary>
    public async Task EnterAsync(string line)
    {
        await TypeAsync(line);
        await PressAsync("Enter");
    }

    /// <summary>Types a text as it is.</summary>
    public Task TypeAsync(string text) => RunAsync("send-keys", "-l", "--", text);

    /// <summary>Presses a key by tmux's name for it, as C-c.</summary>
    public Task PressAsync(string key) => RunAsync("send-keys", key);

    /// <summary>Pastes a text, between marks if the program asked for them.</summary>
    public async Task PasteAsync(string text)
    {
        await File.WriteAllTextAsync(_folder.File("paste"), text, Stop);
        await RunAsync("load-buffer", _folder.File("paste"));
        await RunAsync("paste-buffer", "-p");
    }

    /// <summary>All that is and was on the screen; lines that were too long for it are whole again.</summary>
    public Task<string> ReadAsync() => RunAsync("capture-pane", "-p", "-J", "-S", "-");

    /// <summary>The same with the escape sequences of its colours.</summary>
    public Task<string> ReadColoursAsync() => RunAsync("capture-pane", "-p", "-e", "-J", "-S", "-");

    /// <summary>Whether the bell was rung.</summary>
    public async Task<bool> HasRungAsync() => (await RunAsync("display-message", "-p", "#{window_bell_flag}")).Trim() == "1";

    /// <summary>Waits until all of these are on the screen, and returns it.</summary>
    public async Task<string> WaitForAsync(params string[] texts)
    {
        var screen = "";
        await Eventually.TrueAsync(
            async () => texts.All((screen = await ReadAsync()).Contains),
            () => $"Waiting for '{string.Join("', '", texts)}' on:\n{screen}");
        return screen;
    }

    /// <summary>Waits until this is the last on the screen, as a prompt is that one may type at.</summary>
    public async Task EndsWithAsync(string prompt)
    {
        var screen = "";
        await Eventually.TrueAsync(
            async () => (screen = await ReadAsync()).TrimEnd().EndsWith(prompt, StringComparison.Ordinal),
            () => $"Waiting for the prompt '{prompt}' on:\n{screen}");
    }

    /// <summary>Waits until the program has ended with this exit code, and returns the screen.</summary>
    public async Task<string> WaitForExitAsync(int exitCode)
    {
        var screen = await WaitForAsync("[exit ");
        Assert.Contains($"[exit {exitCode}]", screen, StringComparison.Ordinal);
        return screen;
    }

    public async ValueTask DisposeAsync()
    {
        using var tmux = Launch(new Dictionary<string, string>(), ["kill-server"]);
        await tmux.WaitForExitAsync(CancellationToken.None);
        _folder.Dispose();
    }

    private Task<string> RunAsync(params string[] command) => RunAsync(new Dictionary<string, string>(), command);

    private async Task<string> RunAsync(IReadOnlyDictionary<string, string> environment, string[] command)
    {
        using var tmux = Launch(environment, command);
        var error = tmux.StandardError.ReadToEndAsync(Stop);
        var output = await tmux.StandardOutput.ReadToEndAsync(Stop);
        await tmux.WaitForExitAsync(Stop);
        Assert.True(tmux.ExitCode == 0, $"tmux {command[0]}: {await error}");
        return output;
    }

    private Process Launch(IReadOnlyDictionary<string, string> environment, string[] command)
    {
        var start = new ProcessStartInfo("tmux", ["-u", "-L", "chat", "-f", "/dev/null", .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("TMUX");
        start.Environment["TMUX_TMPDIR"] = _folder.Path;
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}

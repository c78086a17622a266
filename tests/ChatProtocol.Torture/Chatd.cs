using System.Diagnostics;
using System.Runtime.InteropServices;
using ChatProtocol.Client;

namespace ChatProtocol.Torture;

/// <summary>A process of a chatd built with failpoints.</summary>
internal sealed class Chatd : IAsyncDisposable
{
    private const int KilledBySignal = 128 + 9;

    private readonly Process _process;
    private readonly Task<string> _error;

    private Chatd(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        Ended = process.WaitForExitAsync();
    }

    /// <summary>The address at which it listens; null if it ended before it was ready.</summary>
    public ChatAddress? Address { get; private set; }

    public Task Ended { get; }

    /// <summary>Whether SIGKILL ended it, sent by the torture or at a failpoint. Valid once it has ended.</summary>
    public bool WasKilled => _process.ExitCode == KilledBySignal;

    /// <summary>The exit code and standard error. Completes once it has ended.</summary>
    public async Task<string> DescribeEndAsync() => $"chatd ended with {_process.ExitCode}: {(await _error).TrimEnd()}";

    /// <summary>Starts the server and waits until it is ready or has ended.</summary>
    /// <param name="program">The path of the built chatd.</param>
    /// <param name="data">Its data folder.</param>
    /// <param name="socket">The Unix socket at which it listens, besides a free port, which differs each time.</param>
    /// <param name="failpoint">The failpoint at which it kills itself; null for none.</param>
    /// <param name="power">Records the writes that are not synced; null if the cycle has no power cut.</param>
    public static async Task<Chatd> StartAsync(string program, string data, string socket, string? failpoint, PowerLoss? power)
    {
        var start = new ProcessStartInfo(program, ["--data", data, "--listen", "tcp://127.0.0.1:0", "--listen", $"unix:{socket}", "--log-level", "warning"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("CHATD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        if (failpoint is not null)
            start.Environment["CHATD_FAILPOINT"] = failpoint;
        power?.Watch(start);
        var chatd = new Chatd(Process.Start(start)!);
        if (await chatd._process.StandardOutput.ReadLineAsync() is { } ready)
            chatd.Address = ChatAddress.Parse("chat://" + ready.Split(' ').Single(word => word.StartsWith("tcp://", StringComparison.Ordinal))["tcp://".Length..]);
        else
            await chatd.Ended;
        return chatd;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await Ended;
    }

    /// <summary>Stops it in good order; false if it does not end.</summary>
    public async Task<bool> StopAsync()
    {
        _ = Signal(_process.Id, 15);
        if (await Task.WhenAny(Ended, Task.Delay(TimeSpan.FromSeconds(30))) != Ended)
            return false;
        return _process.ExitCode == 0 || WasKilled;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await Ended;
        await _error;
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}

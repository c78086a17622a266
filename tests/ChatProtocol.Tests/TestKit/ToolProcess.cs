using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A program with pipes for its input and output. Killed when this is disposed of before it has ended.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Process _process;
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Standard input; close it to end it.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The program that was built together with these tests; of chatd, what <see cref="ChatdProcess.Program"/> is.</summary>
    public static string Program(string tool) => tool == "chatd" ? ChatdProcess.Program : Repository.PathOf(
        "tools", tool, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", tool);

    public static ToolProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        // Who runs the tests in the background of a script has them, and so their children, ignore SIGINT.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = StrictUtf8,
            StandardErrorEncoding = StrictUtf8,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end, which should come by itself.</summary>
    public static async Task<ToolResult> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, ReadOnlyMemory<byte> input = default)
    {
        await using var tool = Start(program, arguments, environment);
        var result = tool.EndAsync();
        try
        {
            await tool.Input.WriteAsync(input, Stop);
            tool.Input.Close();
        }
        catch (IOException)
        {
            // It has ended before it had read everything; the result tells why.
        }
        return await result;
    }

    /// <summary>The next line of standard output, without its end; null behind the last.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(Stop).AsTask();

    /// <summary>Waits for the end; the output is what was not read before.</summary>
    public async Task<ToolResult> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(Stop);
        var error = await _error.WaitAsync(Stop);
        await _process.WaitForExitAsync(Stop);
        return new ToolResult(_process.ExitCode, output, error);
    }

    /// <summary>Waits for the end with nothing read of the output, and returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Stop);
        return _process.ExitCode;
    }

    public void Signal(PosixSignal signal)
    {
        var number = signal switch { PosixSignal.SIGINT => 2, PosixSignal.SIGTERM => 15, _ => throw new ArgumentOutOfRangeException(nameof(signal)) };
        Assert.Equal(0, Kill(_process.Id, number));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _error;
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

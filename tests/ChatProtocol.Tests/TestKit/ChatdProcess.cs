using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>chatd as a process of its own.</summary>
internal sealed class ChatdProcess : IAsyncDisposable
{
    private const string Ballast = "ballast";

    private readonly Process _process;
    private readonly StringBuilder _errorSoFar = new();
    private readonly Task<string> _error;
    private readonly Lazy<List<string>> _answering;
    private string? _disk;

    private ChatdProcess(Process process)
    {
        _process = process;
        _answering = new(() => [.. Directory.GetDirectories($"/proc/{process.Id}/task")
            .Where(thread => File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd() is "hub" or "read" or "log writer")
            .Select(thread => Path.Combine(thread, "schedstat")).Where(File.Exists)]);
        _error = ReadErrorAsync();
    }

    /// <summary>The native program, which users install, where the run has published it (tests/run.sh); null where it has not.</summary>
    public static string? Native { get; } = Environment.GetEnvironmentVariable("TEST_CHATD") is { Length: > 0 } native ? native : null;

    /// <summary>The program that <c>dotnet run</c> starts; it was built together with these tests.</summary>
    public static string Built { get; } = Repository.PathOf(
        "tools", "chatd", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "chatd");

    public static string Program => Native ?? Built;

    /// <summary>What the ready line names.</summary>
    public IReadOnlyList<string> Endpoints { get; private set; } = [];

    public IPEndPoint Tcp => IPEndPoint.Parse(Endpoints.First(e => e.StartsWith("tcp://", StringComparison.Ordinal))["tcp://".Length..]);

    public IPEndPoint Tls => IPEndPoint.Parse(Endpoints.First(e => e.StartsWith("tls://", StringComparison.Ordinal))["tls://".Length..]);

    /// <summary>The pin of its certificate.</summary>
    public string Pin => Endpoints.First(e => e.StartsWith("certificate:", StringComparison.Ordinal))["certificate:".Length..];

    /// <summary>The URL of its health and metrics.</summary>
    public string Metrics => Endpoints.First(e => e.StartsWith("metrics:", StringComparison.Ordinal))["metrics:".Length..];

    public UnixDomainSocketEndPoint Admin => new(Endpoints.First(e => e.StartsWith("admin:", StringComparison.Ordinal))["admin:".Length..]);

    /// <summary>Standard error, once it has ended.</summary>
    public Task<string> Error => _error;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts it and waits for the ready line.</summary>
    public static Task<ChatdProcess> StartAsync(params string[] arguments) => StartAsync(null, arguments);

    public static Task<ChatdProcess> StartAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        ReadyAsync(Launch(environment, [Program, .. arguments]));

    /// <summary>Starts what is named instead of <see cref="Program"/>.</summary>
    public static Task<ChatdProcess> StartThisAsync(string program, params string[] arguments) => ReadyAsync(Launch(null, [program, .. arguments]));

    /// <summary>Starts it with a data folder on a disk of its own, which nobody else sees, with a file on it that may be removed.</summary>
    public static async Task<ChatdProcess> StartOnSmallDiskAsync(string folder, int megabytes, params string[] arguments)
    {
        var script = $"mount -t tmpfs -o size={megabytes}m,mode=700 none \"$0\" && head -c 1M /dev/zero >\"$0/{Ballast}\" && exec \"$@\"";
        var chatd = await ReadyAsync(Launch(null, ["unshare", "--map-root-user", "--mount", "sh", "-c", script, folder, Program, "--data", folder, .. arguments]));
        chatd._disk = $"/proc/{chatd._process.Id}/root{folder}";
        return chatd;
    }

    /// <summary>Starts it by way of another program, which gets chatd and its arguments behind its own.</summary>
    public static Task<ChatdProcess> StartByAsync(IReadOnlyDictionary<string, string>? environment, string[] launcher, params string[] arguments) =>
        ReadyAsync(Launch(environment, [.. launcher, Program, .. arguments]));

    /// <summary>Runs it by way of another program to its end, which should come by itself.</summary>
    public static async Task<(int ExitCode, string Error)> RunByAsync(string[] launcher, params string[] arguments)
    {
        await using var chatd = Launch(null, [.. launcher, Program, .. arguments]);
        return (await chatd.ExitAsync(), await chatd.Error);
    }

    /// <summary>The most bytes that it had in memory at once so far.</summary>
    public long PeakMemory => Memory("VmHWM:");

    /// <summary>The bytes that it has in memory now.</summary>
    public long ResidentMemory => Memory("VmRSS:");

    /// <summary>
    /// How long those of its threads that an answer passes through were ready to run and had no processor, since they began:
    /// what others took of the machine. None where the kernel does not count it.
    /// </summary>
    public TimeSpan WithoutProcessor => TimeSpan.FromTicks(_answering.Value.Sum(thread =>
        long.Parse(File.ReadAllText(thread).Split(' ')[1], CultureInfo.InvariantCulture)) / TimeSpan.NanosecondsPerTick);

    /// <summary>What one of its descriptors is.</summary>
    public string Descriptor(int number) => File.ResolveLinkTarget($"/proc/{_process.Id}/fd/{number}", returnFinalTarget: false)!.FullName;

    /// <summary>Starts it with so many file descriptors as it may have at all.</summary>
    public static Task<ChatdProcess> StartWithDescriptorsAsync(int count, params string[] arguments) =>
        ReadyAsync(Launch(null, ["prlimit", $"--nofile={count}", Program, .. arguments]));

    /// <summary>Runs it to its end with so many file descriptors as it may have at all.</summary>
    public static async Task<(int ExitCode, string Error)> RunWithDescriptorsAsync(int count, params string[] arguments)
    {
        await using var chatd = Launch(null, ["prlimit", $"--nofile={count}", Program, .. arguments]);
        return (await chatd.ExitAsync(), await chatd.Error);
    }

    /// <summary>Waits until it has said this on standard error.</summary>
    public Task SaysAsync(string words) => Eventually.TrueAsync(() =>
    {
        lock (_errorSoFar)
            return _errorSoFar.ToString().Contains(words, StringComparison.Ordinal);
    }, $"chatd says: {words}");

    /// <summary>Of one that is on a small disk: where nobody but it sees it.</summary>
    public UnixDomainSocketEndPoint AdminSocket => new($"{_disk}/admin.sock");

    /// <summary>Gives the small disk a megabyte back.</summary>
    public void MakeRoom() => File.Delete(Path.Combine(_disk!, Ballast));

    /// <summary>Fills the small disk to the last byte, as other programs do.</summary>
    public void FillDisk()
    {
        using var ballast = new FileStream(Path.Combine(_disk!, Ballast), new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, BufferSize = 0 });
        try
        {
            while (true)
                ballast.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Nothing is left.
        }
    }

    private static async Task<ChatdProcess> ReadyAsync(ChatdProcess chatd)
    {
        if (await chatd._process.StandardOutput.ReadLineAsync(Stop) is not { } line)
            throw new InvalidOperationException($"chatd did not start: {await chatd.Error}");
        Assert.StartsWith("chatd ready ", line, StringComparison.Ordinal);
        chatd.Endpoints = line.Split(' ')[2..];
        return chatd;
    }

    /// <summary>Runs it to its end, which should come by itself.</summary>
    public static Task<(int ExitCode, string Error)> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    public static async Task<(int ExitCode, string Error)> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var chatd = Launch(environment, [Program, .. arguments]);
        return (await chatd.ExitAsync(), await chatd.Error);
    }

    public void Signal(PosixSignal signal)
    {
        var number = signal switch { PosixSignal.SIGINT => 2, PosixSignal.SIGTERM => 15, PosixSignal.SIGHUP => 1, _ => throw new ArgumentOutOfRangeException(nameof(signal)) };
        Assert.Equal(0, Kill(_process.Id, number));
    }

    /// <summary>As if the power had gone.</summary>
    public void Kill() => _process.Kill();

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Stop);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await _error;
        _process.Dispose();
    }

    private async Task<string> ReadErrorAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
            lock (_errorSoFar)
                _errorSoFar.Append(line).Append('\n');
        return _errorSoFar.ToString();
    }

    private static ChatdProcess Launch(IReadOnlyDictionary<string, string>? environment, string[] command)
    {
        // Who runs the tests in the background of a script has them, and so their children, ignore SIGINT, and nohup SIGHUP.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,HUP", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("CHATD_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ChatdProcess(Process.Start(start)!);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    private long Memory(string line) => 1024 * long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(row => row.StartsWith(line, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}

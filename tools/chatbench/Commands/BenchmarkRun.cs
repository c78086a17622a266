using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>One measurement: its server, its room and its event loop.</summary>
internal sealed class BenchmarkRun : IDisposable
{
    /// <summary>The longest time without progress; after it the server counts as stuck.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PatienceForHello = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceForQuit = TimeSpan.FromSeconds(2);

    /// <summary>The number of open files beside the connections.</summary>
    private const int OtherFiles = 64;

    private readonly Progress _progress;
    private readonly CancellationToken _stop;
    private Func<string>? _status;

    private BenchmarkRun(EventLoop loop, ServerAddress address, Welcome server, string? room, Progress progress, CancellationToken stop)
    {
        var run = $"bench-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        Clients = new ClientSettings(loop, address, room ?? run, run, HMACSHA256.HashData(RandomNumberGenerator.GetBytes(32), server.Server.Span));
        Server = server;
        (_progress, _stop) = (progress, stop);
    }

    /// <summary>The settings of its clients; their room is a new one unless the user named one.</summary>
    public ClientSettings Clients { get; }

    public EventLoop Loop => Clients.Loop;

    /// <summary>The server's welcome, with its limits.</summary>
    public Welcome Server { get; }

    /// <summary>The server's process; null if it cannot be examined from this machine and user.</summary>
    public ServerProcess? Process { get; private init; }

    /// <summary>Whether the user pressed Ctrl-C.</summary>
    public bool IsInterrupted => _stop.IsCancellationRequested;

    /// <summary>Connects to the server once, checks that it speaks the protocol, and opens a measurement.</summary>
    /// <param name="address">The server's address.</param>
    /// <param name="room">The room; null for a new one.</param>
    /// <param name="pid">The id of the server's process, if the user gave it; null to look for it.</param>
    /// <param name="connections">The number of connections to be opened.</param>
    /// <param name="progress">The display of the progress.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static BenchmarkRun Open(ChatAddress address, string? room, int? pid, int connections, Progress progress, CancellationToken stop)
    {
        CheckOpenFiles(connections);
        var loop = new EventLoop(stop);
        try
        {
            var greeting = Greet(loop, address, stop);
            loop.MakeRoomFor(greeting.Welcome!.Limits.Frame);
            var process = pid is { } told
                ? ServerProcess.Of(told) ?? throw new BenchException(ExitCode.NotFound, $"there is no process {told}: --server-pid takes that of the chatd, or leave it out")
                : ServerProcess.Find(greeting.Server.EndPoint);
            greeting.Close();
            return new BenchmarkRun(loop, greeting.Server, greeting.Welcome, room, progress, stop) { Process = process };
        }
        catch
        {
            loop.Dispose();
            throw;
        }
    }

    /// <summary>Shows the progress as one line, updated once a second from now on.</summary>
    public void Tell(Func<string> status)
    {
        if (_status is null && _progress.IsOn)
            Loop.At(EventLoop.Now, now =>
            {
                _progress.Show(_status!());
                return now + Stopwatch.Frequency;
            });
        _status = status;
    }

    /// <summary>Connects all clients, a number of them at a time; false if interrupted.</summary>
    public bool Connect(Dialer dialer, IReadOnlyCollection<Client> clients)
    {
        Tell(() => string.Create(CultureInfo.InvariantCulture, $"{dialer.Ready:#,0} of {clients.Count:#,0} connected"));
        try
        {
            dialer.Start(clients);
            return RunUntil(() => dialer.Ready == clients.Count, () => dialer.Ready, () => $"{dialer.Ready} of {clients.Count} connections were answered");
        }
        catch (BenchException e) when (dialer.Ready > 0)
        {
            throw new BenchException(e.ExitCode, $"{e.Message} ({dialer.Ready} of {clients.Count} were connected)", e.Code);
        }
    }

    /// <summary>Runs until a condition holds; false if interrupted.</summary>
    /// <param name="isDone">The condition.</param>
    /// <param name="moves">A count that shows progress: if it does not change, the server is stuck.</param>
    /// <param name="situation">The state of the measurement, for the error if the server is stuck.</param>
    public bool RunUntil(Func<bool> isDone, Func<long> moves, Func<string> situation)
    {
        while (true)
        {
            var before = moves();
            if (Loop.RunUntil(isDone, EventLoop.Now + Ticks(Patience)))
                return true;
            if (IsInterrupted)
                return false;
            if (moves() == before)
                throw new BenchException(ExitCode.TimedOut, string.Create(CultureInfo.InvariantCulture, $"the server is stuck: {situation()}, and for {Patience.TotalSeconds} s nothing has come"));
        }
    }

    /// <summary>Ends the posters' sessions in good order.</summary>
    public void Leave(IReadOnlyCollection<Poster> posters)
    {
        foreach (var poster in posters.Where(poster => poster.IsOpen && poster.InFlight == 0))
            poster.Quit();
        Loop.RunUntil(() => posters.All(poster => !poster.IsOpen || poster.InFlight > 0), EventLoop.Now + Ticks(PatienceForQuit));
    }

    public void Dispose()
    {
        Loop.Dispose();
        Process?.Dispose();
    }

    /// <summary>A span in ticks of the clock of <see cref="EventLoop.Now"/>.</summary>
    public static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Connects to the first address of the host that answers.</summary>
    private static HelloConnection Greet(EventLoop loop, ChatAddress address, CancellationToken stop)
    {
        var places = ServerAddress.Resolve(address);
        for (var i = 0; ; i++)
        {
            try
            {
                return Greet(loop, places[i], stop);
            }
            catch (BenchException e) when (e.ExitCode == ExitCode.Unreachable && i < places.Count - 1)
            {
            }
        }
    }

    private static HelloConnection Greet(EventLoop loop, ServerAddress place, CancellationToken stop)
    {
        var greeting = new HelloConnection(loop, place);
        var deadline = EventLoop.Now + Ticks(PatienceForHello);
        if (!greeting.Connect(place))
            throw new BenchException(ExitCode.Unreachable, $"no server can be reached at {place}: it takes no more connections just now");
        if (loop.RunUntil(() => greeting.Welcome is not null, deadline))
            return greeting;
        stop.ThrowIfCancellationRequested();
        throw new BenchException(ExitCode.TimedOut, $"no server answered at {place} within {PatienceForHello.TotalSeconds} s");
    }

    private static void CheckOpenFiles(int connections)
    {
        const string Name = "Max open files";
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        var words = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [var soft, ..] && int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && connections > most - OtherFiles)
            throw new BenchException(ExitCode.Failed, $"{connections} connections need {connections + OtherFiles} open files, and this shell allows {most}: run 'ulimit -n {connections + OtherFiles}' first, or ask for fewer");
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Measures the time from the moment at which a post was due to its receipt by each member of the room.</summary>
internal sealed class LatencyBenchmark(BenchmarkRun bench)
{
    // The smallest receive buffer that Linux grants.
    private const int TinyBuffer = 2048;

    private readonly DeliveryCounter _deliveries = new();
    private readonly DeliveryCounter _late = new();
    private long _posted;
    private long _acknowledged;

    public required int Members { get; init; }

    public required int Stalled { get; init; }

    public required int Rate { get; init; }

    public required int Seconds { get; init; }

    public required int Size { get; init; }

    private long Total => (long)Rate * Seconds;

    public static Command Create(BenchmarkOptions target)
    {
        var members = BenchmarkOptions.Number("--members", "How many members are in the room and read", 100);
        var rate = BenchmarkOptions.Number("--rate", "Posts a second, each at its time, whether the ones before were answered or not", 100);
        var seconds = BenchmarkOptions.Number("--seconds", "How long to post", 10);
        var size = BenchmarkOptions.Number("--size", "Bytes of each text", 100, TimedText.MinSize);
        var stalled = BenchmarkOptions.Number("--stalled", "Further members that read nothing meanwhile, and everything afterwards. Default: 0", 0, least: 0);
        var command = new Command("latency", "Measure how long posts take to each member, from the moment they were due, optionally beside members that do not read") { members, rate, seconds, size, stalled };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, 1 + parsed.GetValue(members) + parsed.GetValue(stalled), (bench, report) => new LatencyBenchmark(bench)
        {
            Members = parsed.GetValue(members),
            Rate = parsed.GetValue(rate),
            Seconds = parsed.GetValue(seconds),
            Size = parsed.GetValue(size),
            Stalled = parsed.GetValue(stalled),
        }.Run(report), stop));
        return command.WithExamples(
            "chatbench latency --members 100 --rate 1000",
            "chatbench latency --members 100 --rate 1000 --stalled 10    the same beside ten that do not read");
    }

    private void Run(Report report)
    {
        LimitChecks.Check("--size", Size, bench.Server.Limits.Text, "bytes that this server takes for a text");
        if (Stalled > 0)
            LimitChecks.Check("--seconds", Seconds, bench.Server.Limits.StallAfter / 1000, "s for which this server lets a member read nothing");
        var poster = new Poster(bench.Clients, 0) { WhenAcknowledged = _ => _acknowledged++ };
        var members = Enumerable.Range(1, Members).Select(number => new Member(bench.Clients, number, _deliveries));
        var stalled = Enumerable.Range(1 + Members, Stalled).Select(number => new Member(bench.Clients, number, _late, TinyBuffer)).ToList();
        TimeSpan? caughtUp = null;
        if (bench.Connect(new Dialer(bench.Loop, ConnectBenchmark.DefaultConcurrency), [.. members, .. stalled, poster]))
        {
            _deliveries.Timed = _late.Timed = poster.Principal;
            bench.Process?.Reset();
            Stall(stalled);
            if (Post(poster))
                caughtUp = CatchUp(stalled);
        }
        report.Add("members", Unit.Count, Members).Add("stalled", Unit.Count, Stalled).Add("rate", Unit.PerSecond, Rate).Add("size", Unit.Bytes, Size);
        report.Add("posts", Unit.Count, _acknowledged).Add("deliveries", Unit.Count, _deliveries.Latency.Count);
        report.AddPercentiles("delivery", _deliveries.Latency, 50, 90, 99, 99.9);
        if (Stalled > 0)
            report.Add("stalled deliveries", Unit.Count, _late.Latency.Count).Add("stalled caught up", Unit.Seconds, caughtUp?.TotalSeconds);
        report.Add("missing", Unit.Count, _deliveries.Missing + _late.Missing).Add("misplaced", Unit.Count, _deliveries.Misplaced + _late.Misplaced);
        report.AddServer(bench.Process);
        report.Failure = _deliveries.Failure ?? _late.Failure;
        bench.Leave([poster]);
    }

    /// <summary>Stops the reading of some members, which stay alive and send pings.</summary>
    private void Stall(List<Member> stalled)
    {
        if (stalled.Count == 0)
            return;
        foreach (var member in stalled)
            member.StopReading();
        var pause = BenchmarkRun.Ticks(TimeSpan.FromMilliseconds(bench.Server.Limits.PingAfter / 2));
        bench.Loop.At(EventLoop.Now + pause, now =>
        {
            stalled.ForEach(member => member.Ping());
            return now + pause;
        });
    }

    /// <summary>Posts every text at its time, and waits until all are delivered; false if interrupted.</summary>
    private bool Post(Poster poster)
    {
        var startsAt = EventLoop.Now + (Stopwatch.Frequency / 10);
        long DueAt(long post) => startsAt + (long)((double)post * Stopwatch.Frequency / Rate);

        bench.Loop.At(startsAt, now =>
        {
            for (; _posted < Total && DueAt(_posted) <= now; _posted++)
                poster.Post(TimedText.Of(DueAt(_posted), Size));
            poster.Flush();
            return _posted == Total ? long.MaxValue : DueAt(_posted);
        });
        bench.Tell(() => string.Create(CultureInfo.InvariantCulture, $"{_posted:#,0} of {Total:#,0} posted, {_deliveries.Count:#,0} delivered"));
        return bench.RunUntil(
            () => _acknowledged == Total && _deliveries.Latency.Count == Total * Members,
            () => _posted + _deliveries.Count,
            () => $"{_acknowledged} of {_posted} posts were acknowledged, and {_deliveries.Latency.Count} of {_posted * Members} delivered");
    }

    /// <summary>The time until the stalled members have received everything; null if interrupted.</summary>
    private TimeSpan? CatchUp(List<Member> stalled)
    {
        var startedAt = EventLoop.Now;
        stalled.ForEach(member => member.GoOnReading());
        bench.Tell(() => string.Create(CultureInfo.InvariantCulture, $"{_late.Latency.Count:#,0} of {Total * Stalled:#,0} caught up by those that stalled"));
        var isDone = bench.RunUntil(
            () => _late.Latency.Count == Total * Stalled,
            () => _late.Count,
            () => $"those that stalled have got {_late.Latency.Count} of {Total * Stalled} entries");
        return isDone ? Stopwatch.GetElapsedTime(startedAt) : null;
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Measures how fast clients connect, and reconnect after all were cut off.</summary>
internal sealed class ConnectBenchmark(BenchmarkRun bench)
{
    public const int DefaultConcurrency = 64;

    private readonly DeliveryCounter _deliveries = new();
    private long _acknowledged;

    public required int Connections { get; init; }

    public required int Concurrency { get; init; }

    /// <summary>The number of entries posted while all clients are disconnected; 0 without a reconnection.</summary>
    public required int Missed { get; init; }

    public static Command Create(BenchmarkOptions target)
    {
        var connections = BenchmarkOptions.Number("--connections", "How many clients log in and join the room, each with a name of its own", 1000);
        var concurrency = BenchmarkOptions.Number("--concurrency", "How many of them connect at a time", DefaultConcurrency);
        var resume = new Option<bool>("--resume") { Description = "Then cut all connections, post entries that the clients miss, and reconnect, each client from its cursor" };
        var missed = BenchmarkOptions.Number("--missed", "How many entries the clients miss", 10);
        var command = new Command("connect", "Measure how fast clients connect, log in and join") { connections, concurrency, resume, missed };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, 1 + parsed.GetValue(connections), (bench, report) => new ConnectBenchmark(bench)
        {
            Connections = parsed.GetValue(connections),
            Concurrency = parsed.GetValue(concurrency),
            Missed = parsed.GetValue(resume) ? parsed.GetValue(missed) : 0,
        }.Run(report), stop));
        return command.WithExamples(
            "chatbench connect --connections 10000",
            "chatbench connect --connections 10000 --concurrency 1000 --resume    a server's restart, seen from its clients");
    }

    private void Run(Report report)
    {
        var poster = new Poster(bench.Clients, 0) { WhenAcknowledged = _ => _acknowledged++ };
        var members = Enumerable.Range(1, Connections).Select(number => new Member(bench.Clients, number, _deliveries)).ToList();
        var dialer = new Dialer(bench.Loop, Concurrency);
        bench.Process?.Reset();
        var isIn = bench.Connect(dialer, members);
        report.Add("concurrency", Unit.Count, Concurrency);
        Tell(report, "connections", "connect", dialer);
        if (isIn && Missed > 0)
            Resume(report, poster, members);
        report.AddServer(bench.Process);
        report.Failure = _deliveries.Failure;
        bench.Leave([poster]);
    }

    private void Resume(Report report, Poster poster, List<Member> members)
    {
        if (!bench.Connect(new Dialer(bench.Loop, 1), [poster]) || !Post(poster) || !AwaitDeliveries())
            return;
        members.ForEach(member => member.Close());
        if (!Post(poster))
            return;
        var startedAt = EventLoop.Now;
        var dialer = new Dialer(bench.Loop, Concurrency);
        if (bench.Connect(dialer, members) && AwaitDeliveries())
            report.Add("caught up", Unit.Seconds, Stopwatch.GetElapsedTime(startedAt, Math.Max(startedAt, _deliveries.LastAt)).TotalSeconds);
        Tell(report, "resumed", "resume", dialer);
        report.Add("missed by each", Unit.Count, Missed).Add("deliveries", Unit.Count, _deliveries.Count);
        report.Add("missing", Unit.Count, _deliveries.Missing).Add("misplaced", Unit.Count, _deliveries.Misplaced);
    }

    private static void Tell(Report report, string name, string each, Dialer dialer)
    {
        report.AddRate(name, dialer.Ready, dialer.Elapsed).Add($"{name} time", Unit.Seconds, dialer.Elapsed.TotalSeconds);
        report.AddPercentiles(each, dialer.Took, 50, 99);
    }

    private bool Post(Poster poster)
    {
        var expected = _acknowledged + Missed;
        for (var i = 0; i < Missed; i++)
            poster.Post(new Text(string.Create(CultureInfo.InvariantCulture, $"entry {expected - i}")));
        poster.Flush();
        return bench.RunUntil(() => _acknowledged == expected, () => _acknowledged, () => $"{_acknowledged} of {expected} posts were acknowledged");
    }

    private bool AwaitDeliveries()
    {
        var expected = _acknowledged * Connections;
        bench.Tell(() => string.Create(CultureInfo.InvariantCulture, $"{_deliveries.Count:#,0} of {expected:#,0} delivered"));
        return bench.RunUntil(() => _deliveries.Count >= expected, () => _deliveries.Count, () => $"{_deliveries.Count} of {expected} entries were delivered");
    }
}

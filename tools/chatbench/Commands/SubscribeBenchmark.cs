using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Measures how many entries a second the members of a room receive while another program posts there.</summary>
internal static class SubscribeBenchmark
{
    private const int DefaultSeconds = 10;

    public static Command Create(BenchmarkOptions target)
    {
        var members = BenchmarkOptions.Number("--members", "How many members are in the room, each on a connection of its own", 10);
        var messages = BenchmarkOptions.Number("--messages", "How many entries each member waits for. Default: as many as arrive in --seconds", 0);
        var seconds = BenchmarkOptions.Number("--seconds", $"How long to count, from the first entry on. Default: {DefaultSeconds}, or until --messages", 0);
        var command = new Command("subscribe", "Count the deliveries to the members of a room, and check that no entry is missing, repeated or out of order") { members, messages, seconds };
        command.Validators.Add(result =>
        {
            if (result.GetResult(target.Room) is null)
                result.AddError("subscribe needs a --room, and somebody who posts there, such as chatbench publish with the same one");
        });
        command.SetAction((parsed, stop) => target.RunAsync(parsed, parsed.GetValue(members), (bench, report) =>
        {
            var (most, time) = (parsed.GetValue(messages), parsed.GetValue(seconds));
            var deliveries = new DeliveryCounter { Each = most > 0 ? most : -1 };
            Run(bench, report, parsed.GetValue(members), deliveries,
                time > 0 ? TimeSpan.FromSeconds(time) : most > 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(DefaultSeconds));
        }, stop));
        return command.WithExamples(
            "chatbench subscribe --room load --members 100",
            "chatbench subscribe --room load --members 1000 --messages 100000 -o json");
    }

    private static void Run(BenchmarkRun bench, Report report, int count, DeliveryCounter deliveries, TimeSpan most)
    {
        var members = Enumerable.Range(1, count).Select(number => new Member(bench.Clients, number, deliveries)).ToList();
        var endedAt = bench.Connect(new Dialer(bench.Loop, ConnectBenchmark.DefaultConcurrency), members) ? Listen(bench, count, deliveries, most) : 0;
        var time = deliveries.Count == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(deliveries.FirstAt, endedAt);
        report.Add("members", Unit.Count, count).Add("time", Unit.Seconds, time.TotalSeconds);
        report.AddRate("deliveries", deliveries.Count, time);
        report.Add("deliveries to each", Unit.PerSecond, time > TimeSpan.Zero ? deliveries.Count / time.TotalSeconds / count : null);
        report.AddMegabytes("texts", deliveries.Bytes, time);
        report.Add("missing", Unit.Count, deliveries.Missing).Add("misplaced", Unit.Count, deliveries.Misplaced);
        report.AddServer(bench.Process);
        report.Failure = deliveries.Failure;
    }

    /// <summary>Listens, and returns the time at which it ended, in ticks.</summary>
    private static long Listen(BenchmarkRun bench, int count, DeliveryCounter deliveries, TimeSpan most)
    {
        bench.Tell(() => deliveries.Count == 0
            ? $"waiting for the first entry in {bench.Clients.Room}"
            : string.Create(CultureInfo.InvariantCulture, $"{deliveries.Count:#,0} deliveries, {deliveries.Count / Stopwatch.GetElapsedTime(deliveries.FirstAt).TotalSeconds:#,0} a second"));
        bench.Process?.Reset();
        if (!bench.Loop.RunUntil(() => deliveries.Count > 0))
            return 0;
        var deadline = most == TimeSpan.MaxValue ? long.MaxValue : deliveries.FirstAt + BenchmarkRun.Ticks(most);
        return bench.Loop.RunUntil(() => deliveries.Complete == count, deadline) ? deliveries.LastAt : Math.Min(EventLoop.Now, deadline);
    }
}

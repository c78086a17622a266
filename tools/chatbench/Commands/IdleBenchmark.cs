using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Measures the server's memory for idle connections.</summary>
internal static class IdleBenchmark
{
    public static Command Create(BenchmarkOptions target)
    {
        var connections = BenchmarkOptions.Number("--connections", "How many clients log in, join the room, and are silent", 1000);
        var concurrency = BenchmarkOptions.Number("--concurrency", "How many of them connect at a time", ConnectBenchmark.DefaultConcurrency);
        var seconds = BenchmarkOptions.Number("--seconds", "How long the clients are idle before the memory is read", 5);
        var command = new Command("idle", "Measure the server's memory for idle connections; the server has to be on this machine, and should have just started") { connections, concurrency, seconds };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, parsed.GetValue(connections), (bench, report) =>
            Run(bench, report, parsed.GetValue(connections), parsed.GetValue(concurrency), parsed.GetValue(seconds)), stop));
        return command.WithExamples("chatbench idle --connections 10000", "chatbench idle --connections 10000 --server unix:/run/chatd/chat.sock -o json");
    }

    private static void Run(BenchmarkRun bench, Report report, int connections, int concurrency, int seconds)
    {
        if (bench.Process is not { } server)
            throw new BenchException(ExitCode.NotFound, $"the process of the server at {bench.Clients.Address} cannot be examined, and idle measures its memory: run it on the server's machine, as the server's user, or give --server-pid");
        var deliveries = new DeliveryCounter();
        var before = server.Memory;
        server.Reset();
        var dialer = new Dialer(bench.Loop, concurrency);
        if (bench.Connect(dialer, Enumerable.Range(1, connections).Select(number => new Member(bench.Clients, number, deliveries)).ToList()))
        {
            var cpu = server.Cpu;
            var until = EventLoop.Now + BenchmarkRun.Ticks(TimeSpan.FromSeconds(seconds));
            bench.Tell(() => string.Create(CultureInfo.InvariantCulture, $"idle for {Math.Max(0, Stopwatch.GetElapsedTime(EventLoop.Now, until).TotalSeconds):0} s more"));
            bench.Loop.RunUntil(() => false, until);
            var after = server.Memory;
            report.Add("connections", Unit.Count, connections).Add("connections time", Unit.Seconds, dialer.Elapsed.TotalSeconds);
            report.Add("server memory before", Unit.Bytes, before).Add("server memory after", Unit.Bytes, after);
            // The server first uses memory that an earlier load left free, so only one that has just started gives the true cost.
            report.Add("per connection", Unit.Bytes, after > before ? (double)(after - before) / connections : null);
            report.Add("server cpu", Unit.Seconds, cpu.TotalSeconds);
            return;
        }
        report.Add("connections", Unit.Count, dialer.Ready).Add("connections time", Unit.Seconds, dialer.Elapsed.TotalSeconds);
    }
}

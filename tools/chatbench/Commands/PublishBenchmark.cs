using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Measures how many posts a second the server makes durable, and how long one takes.</summary>
internal sealed class PublishBenchmark(BenchmarkRun bench)
{
    private const int DefaultSeconds = 10;

    private readonly LatencyHistogram _latency = new();
    private long _posted;
    private long _acknowledged;
    private long _lastAt;

    public required int Clients { get; init; }

    public required int Size { get; init; }

    public required int Window { get; init; }

    /// <summary>The number of posts in total.</summary>
    public required long Messages { get; init; }

    /// <summary>The time in which posts are started.</summary>
    public required TimeSpan Time { get; init; }

    public static Command Create(BenchmarkOptions target)
    {
        var clients = BenchmarkOptions.Number("--clients", "How many clients post, each on a connection of its own", 10);
        var size = BenchmarkOptions.Number("--size", "Bytes of each text", 100);
        var window = BenchmarkOptions.Number("--window", "Posts that each client has in flight, waiting to be acknowledged", 100);
        var messages = BenchmarkOptions.Number("--messages", "How many messages are posted, all clients together. Default: as many as go in --seconds", 0);
        var seconds = BenchmarkOptions.Number("--seconds", $"How long to post. Default: {DefaultSeconds}, or until --messages", 0);
        var command = new Command("publish", "Post as fast as the server acknowledges; each post is stored exactly once") { clients, size, window, messages, seconds };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, parsed.GetValue(clients), (bench, report) =>
        {
            var (most, time) = (parsed.GetValue(messages), parsed.GetValue(seconds));
            new PublishBenchmark(bench)
            {
                Clients = parsed.GetValue(clients),
                Size = parsed.GetValue(size),
                Window = parsed.GetValue(window),
                Messages = most > 0 ? most : long.MaxValue,
                Time = time > 0 ? TimeSpan.FromSeconds(time) : most > 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(DefaultSeconds),
            }.Run(report);
        }, stop));
        return command.WithExamples(
            "chatbench publish",
            "chatbench publish --clients 1 --window 1           one after the other: the time of a single post",
            "chatbench publish --clients 100 --size 1000 --messages 1000000 -o json");
    }

    private void Run(Report report)
    {
        LimitChecks.Check("--size", Size, bench.Server.Limits.Text, "bytes that this server takes for a text");
        LimitChecks.Check("--window", Window, bench.Server.Limits.InFlight, "requests that this server lets wait for their answer");
        var posters = Enumerable.Range(1, Clients).Select(number => new Poster(bench.Clients, number)).ToList();
        var startedAt = bench.Connect(new Dialer(bench.Loop, ConnectBenchmark.DefaultConcurrency), posters) ? Post(posters) : 0;
        var time = Stopwatch.GetElapsedTime(startedAt, Math.Max(startedAt, _lastAt));
        report.Add("clients", Unit.Count, Clients).Add("size", Unit.Bytes, Size).Add("window", Unit.Count, Window);
        report.Add("time", Unit.Seconds, time.TotalSeconds);
        report.AddRate("posts", _acknowledged, time).AddMegabytes("texts", _acknowledged * Size, time);
        report.AddPercentiles("ack", _latency, 50, 90, 99, 99.9).AddServer(bench.Process);
        bench.Leave(posters);
    }

    /// <summary>Posts, and returns the time at which it began, in ticks.</summary>
    private long Post(List<Poster> posters)
    {
        var text = new Text(new string('.', Size));
        bench.Process?.Reset();
        var startedAt = bench.Loop.ReadAt = EventLoop.Now;
        var endsAt = Time == TimeSpan.MaxValue ? long.MaxValue : startedAt + BenchmarkRun.Ticks(Time);
        bench.Tell(() => string.Create(CultureInfo.InvariantCulture,
            $"{_acknowledged:#,0} posts acknowledged, {_acknowledged / Stopwatch.GetElapsedTime(startedAt).TotalSeconds:#,0} a second"));
        bool IsOver() => _posted == Messages || bench.Loop.ReadAt >= endsAt;

        foreach (var poster in posters)
        {
            poster.WhenAcknowledged = sentAt =>
            {
                Acknowledge(sentAt);
                if (!IsOver())
                    PostOne(poster, text);
            };
            for (var i = 0; i < Window && !IsOver(); i++)
                PostOne(poster, text);
            poster.Flush();
        }
        bench.RunUntil(() => _acknowledged == _posted && IsOver(), () => _acknowledged, () => $"{_acknowledged} of {_posted} posts were acknowledged");
        return startedAt;
    }

    private void PostOne(Poster poster, Text text)
    {
        _posted++;
        poster.Post(text);
    }

    private void Acknowledge(long sentAt)
    {
        _acknowledged++;
        _lastAt = bench.Loop.ReadAt;
        _latency.Add(_lastAt - sentAt);
    }
}

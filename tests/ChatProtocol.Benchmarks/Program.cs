using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using ChatProtocol.Benchmarks;

if (args is ["start", var chatd, .. var count])
{
    StartMeasurement.Run(chatd, count is [var some] ? int.Parse(some, CultureInfo.InvariantCulture) : 1_000_000, starts: 5);
    return;
}
if (args is ["posting", .. var posts])
{
    await PostingMeasurement.RunAsync(posts is [var many] ? int.Parse(many, CultureInfo.InvariantCulture) : 1_000_000, rounds: 5);
    return;
}
if (args is ["search", .. var messages])
{
    SearchMeasurement.Run(messages is [var all] ? int.Parse(all, CultureInfo.InvariantCulture) : 1_000_000);
    return;
}
// The runtime settings of chatd.
var job = Job.Default.WithEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", "0").AsMutator();
var config = DefaultConfig.Instance
    .AddJob(job)
    // On a busy machine building the generated project takes longer than the default timeout of two minutes.
    .WithBuildTimeout(TimeSpan.FromMinutes(10))
    .AddColumn(StatisticColumn.Median)
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(DecodeBenchmarks).Assembly).Run(args, config);

using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using ChatProtocol.Benchmarks;

// As chatd is run.
var job = Job.Default.WithEnvironmentVariable("DOTNET_TC_CallCountingDelayMs", "0").AsMutator();
var config = DefaultConfig.Instance
    .AddJob(job)
    // On a busy machine the project that it makes takes longer to build than the two minutes it gives it.
    .WithBuildTimeout(TimeSpan.FromMinutes(10))
    .AddColumn(StatisticColumn.Median)
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(DecodeBenchmarks).Assembly).Run(args, config);

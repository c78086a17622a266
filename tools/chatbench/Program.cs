using System.CommandLine;
using ChatProtocol.Tools;

StandardStreams.OpenClosed();

var target = new BenchmarkOptions();
var root = new RootCommand("Measures a chat server. Its posts stay on the server: chatctl retention removes them.")
{
    target.Server,
    target.Room,
    target.Output,
    target.ServerPid,
    target.Progress,
    PublishBenchmark.Create(target),
    SubscribeBenchmark.Create(target),
    LatencyBenchmark.Create(target),
    ConnectBenchmark.Create(target),
    IdleBenchmark.Create(target),
};
return await CommandLine.RunAsync(root, args,
[
    "chatbench publish --clients 100 --seconds 10",
    "chatbench latency --members 100 --rate 1000 --stalled 10",
    "chatbench connect --connections 10000 --resume",
    "chatbench subscribe --room load --members 100      and in another terminal:",
    "chatbench publish --room load",
]);

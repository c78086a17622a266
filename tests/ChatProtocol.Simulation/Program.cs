using System.CommandLine;
using ChatProtocol.Simulation;
using ChatProtocol.Tools;

var seed = new Option<ulong?>("--seed") { Description = "Run this seed alone, and print the hash of its trace", HelpName = "N" };
var firstSeed = new Option<ulong>("--first-seed") { Description = "The first of the seeds that are run one after another. Default: 1", HelpName = "N", DefaultValueFactory = _ => 1 };
var seconds = new Option<int?>("--seconds") { Description = "Run seeds for so long. Default: 30, unless --events is given", HelpName = "N" };
var events = new Option<long?>("--events") { Description = "Run seeds until there were so many events", HelpName = "N" };
var trace = new Option<bool>("--trace") { Description = "With --seed: print every event" };
var broken = new Option<string?>("--broken") { Description = "Break something around the hub, to see it noticed", HelpName = "NAME" };
var listBroken = new Option<bool>("--list-broken") { Description = "Print the names that --broken takes" };
var root = new RootCommand("Runs the real hub with a simulated network, disk and clock, and checks what it promises. Exits with 1 at the first violation.")
{
    seed, firstSeed, seconds, events, trace, broken, listBroken,
};
root.SetAction((parsed, stop) => Task.FromResult(Run(parsed, stop)));
return await CommandLine.RunAsync(root, args,
[
    "simulate --seconds 30                   what CI runs",
    "simulate --seed 7 --trace               one seed, event by event",
    "simulate --broken torn-batch            a disk that leaves half of a failed batch",
]);

int Run(ParseResult parsed, CancellationToken stop)
{
    var output = parsed.InvocationConfiguration.Output;
    if (parsed.GetValue(listBroken))
    {
        foreach (var name in BrokenNames.All)
            output.WriteLine(name);
        return ExitCode.Done;
    }
    if (BrokenNames.Find(parsed.GetValue(broken) ?? "nothing") is not { } variant)
        return CommandLine.Refuse(parsed, $"There is no broken variant '{parsed.GetValue(broken)}'.", parsed.InvocationConfiguration.Error);
    var campaign = new Campaign(variant, output, Console.IsErrorRedirected ? null : Console.Error);
    var bound = parsed.GetValue(seconds) ?? (parsed.GetValue(events) is null ? 30 : null);
    var isRight = parsed.GetValue(seed) is { } one
        ? campaign.Replay(one, parsed.GetValue(trace))
        : campaign.Run(parsed.GetValue(firstSeed), bound is { } time ? TimeSpan.FromSeconds(time) : null, parsed.GetValue(events), stop);
    return isRight ? ExitCode.Done : ExitCode.Failed;
}

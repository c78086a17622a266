using System.CommandLine;
using System.Globalization;
using ChatProtocol.Torture;

var seconds = new Option<int?>("--seconds") { Description = "How long to run; no cycle begins later. Default: 30, or until the cycles are done" };
var cycles = new Option<int?>("--cycles") { Description = "How many times the server is started and killed" };
var seed = new Option<int?>("--seed") { Description = "The seed of the plans. Default: a random one" };
var writers = new Option<int>("--writers") { Description = "How many clients post", DefaultValueFactory = _ => 3 };
var readers = new Option<int>("--readers") { Description = "How many clients listen", DefaultValueFactory = _ => 3 };
var residents = new Option<int>("--residents") { Description = "How many clients do both and leave reconnecting to the SDK", DefaultValueFactory = _ => 2 };
var rooms = new Option<int>("--rooms") { Description = "How many rooms", DefaultValueFactory = _ => 4 };
var failpoints = new Option<bool>("--failpoints") { Description = "Kill at failpoints too", DefaultValueFactory = _ => true };
var powerCuts = new Option<bool>("--power-cuts") { Description = "Lose writes that were not synced too", DefaultValueFactory = _ => true };
var keep = new Option<bool>("--keep") { Description = "Keep the folders with the data and the journals even without a fault" };
var variant = new Option<string?>("--variant") { Description = "Torture a server that is broken on purpose, or 'all' of them, until it is caught" };
var listVariants = new Option<bool>("--list-variants") { Description = "List the broken variants" };
var root = new RootCommand("Kills chatd again and again under load, and checks that nothing is lost, doubled, out of order or missing.")
{
    seconds, cycles, seed, writers, readers, residents, rooms, failpoints, powerCuts, keep, variant, listVariants,
};
root.SetAction(async parsed =>
{
    using var builder = new ChatdBuilder(FindRepository(AppContext.BaseDirectory));
    if (parsed.GetValue(listVariants))
    {
        foreach (var name in builder.Variants)
            Console.WriteLine($"{name}: {builder.Describe(name)}");
        return 0;
    }
    var options = Read(parsed);
    Console.WriteLine($"seed {options.Seed}");
    var power = parsed.GetValue(powerCuts) ? await builder.CompilePowerLossAsync() : null;
    return parsed.GetValue(variant) is { } broken
        ? await CatchAsync(builder, broken == "all" ? builder.Variants : [broken], options with { IsBroken = true, CyclesPerRound = 6 }, power)
        : await TortureAsync(new TortureRun(options, await builder.PublishAsync(), power, Console.WriteLine));
});
root.Add(ShipCommand());
return await root.Parse(args).InvokeAsync();

// The program that the test of the outbox kills.
static Command ShipCommand()
{
    var server = new Argument<string>("server");
    var input = new Argument<string>("input");
    var outbox = new Argument<string>("outbox");
    var keys = new Option<bool>("--keys") { Description = "Give each post a key as well" };
    var ship = new Command("ship", "Posts the lines of a file, each once, however often it is killed and started again") { server, input, outbox, keys };
    ship.SetAction(parsed => Shipper.RunAsync(parsed.GetValue(server)!, parsed.GetValue(input)!, parsed.GetValue(outbox)!, parsed.GetValue(keys)));
    return ship;
}

TortureOptions Read(ParseResult parsed)
{
    var options = new TortureOptions
    {
        Cycles = parsed.GetValue(cycles) ?? int.MaxValue,
        Time = parsed.GetValue(seconds) is { } time ? TimeSpan.FromSeconds(time)
            : parsed.GetValue(cycles) is null ? TimeSpan.FromSeconds(30) : TimeSpan.MaxValue,
        Writers = parsed.GetValue(writers),
        Readers = parsed.GetValue(readers),
        Residents = parsed.GetValue(residents),
        Rooms = parsed.GetValue(rooms),
        Failpoints = parsed.GetValue(failpoints),
        Keep = parsed.GetValue(keep),
    };
    return parsed.GetValue(seed) is { } given ? options with { Seed = given } : options;
}

static async Task<int> TortureAsync(TortureRun run)
{
    var isWell = await run.RunAsync();
    foreach (var verdict in run.Verdicts.Take(20))
        Console.WriteLine(verdict);
    Console.WriteLine(run.Describe());
    if (run.Folder is not null)
        Console.WriteLine($"kept: {run.Folder}");
    return isWell ? 0 : 1;
}

// Prints one row of README.md's table for each variant.
static async Task<int> CatchAsync(ChatdBuilder builder, IReadOnlyList<string> variants, TortureOptions options, string? power)
{
    var missed = 0;
    foreach (var variant in variants)
    {
        var run = new TortureRun(options, await builder.BuildAsync(variant), power, _ => { });
        missed += await run.RunAsync() ? 1 : 0;
        var faults = run.Verdicts.CountBy(verdict => verdict.Fault).OrderBy(fault => fault.Key)
            .Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Key} {fault.Value}"));
        Console.WriteLine($"| {variant} | {builder.Describe(variant)} | {(run.Verdicts.Count > 0 ? string.Join(", ", faults) : "not caught")} | {run.Cycles} |");
    }
    return missed == 0 ? 0 : 1;
}

static string FindRepository(string folder) =>
    File.Exists(Path.Combine(folder, "ChatProtocol.sln")) ? folder : FindRepository(Path.GetDirectoryName(folder)!);

using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Torture;

/// <summary>Runs round after round until the time or the cycles are used up, or a fault is found.</summary>
internal sealed class TortureRun(TortureOptions options, string program, string? powerLibrary, Action<string> tell)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<TimeSpan> _starts = [];
    private long _acked;
    private long _deliveries;
    private int _powerCuts;
    private int _restores;

    /// <summary>The number of servers started and killed.</summary>
    public int Cycles { get; private set; }

    public IReadOnlyList<Verdict> Verdicts { get; private set; } = [];

    /// <summary>The folder of the last round's data and journal, if it is kept.</summary>
    public string? Folder { get; private set; }

    /// <summary>Runs; returns true if no fault was found.</summary>
    public async Task<bool> RunAsync()
    {
        var random = new Random(options.Seed);
        var planner = new CyclePlanner(random, options.Failpoints, powerLibrary is not null);
        while (MayGoOn() && Verdicts.Count == 0)
        {
            await using var round = new Round(options, program, powerLibrary, planner, random);
            Verdicts = await round.RunAsync(() => MayGoOn() && ++Cycles > 0);
            Count(round);
            round.Keeps = options.Keep || Verdicts.Count > 0 && !options.IsBroken;
            Folder = round.Keeps ? round.Folder : null;
            tell(Describe());
        }
        tell($"ended at failpoints: {string.Join(", ", planner.Reached.Select(point => $"{point.Key} {point.Value}"))}");
        return Verdicts.Count == 0;
    }

    /// <summary>The figures so far, in one line.</summary>
    public string Describe()
    {
        var starts = _starts.Order().ToList();
        int Of(params Fault[] faults) => Verdicts.Count(verdict => faults.Contains(verdict.Fault));
        return string.Create(CultureInfo.InvariantCulture,
            $"""
            {Cycles} cycles ({_powerCuts} power cuts, {_restores} restores) in {_clock.Elapsed.TotalSeconds:0} s, start {(starts.Count == 0 ? 0 : starts[starts.Count / 2].TotalMilliseconds):0} ms, {_acked} posts acknowledged, {_deliveries} deliveries: {Of(Fault.LostWrite)} lost, {Of(Fault.Duplicate, Fault.AppliedTwice)} duplicated, {Of(Fault.Reorder)} reordered, {Of(Fault.Hole)} holes, {Verdicts.Count - Of(Fault.LostWrite, Fault.Duplicate, Fault.AppliedTwice, Fault.Reorder, Fault.Hole)} other faults
            """);
    }

    private bool MayGoOn() => Cycles < options.Cycles && _clock.Elapsed < options.Time;

    private void Count(Round round)
    {
        var entries = round.Journal.ToList();
        _acked += entries.OfType<Acked>().Select(acked => acked.Op).Distinct().Count();
        _deliveries += entries.OfType<Delivered>().Count();
        _starts.AddRange(round.Starts);
        _powerCuts += round.PowerCuts;
        _restores += round.Restores;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace ChatProtocol.Simulation;

/// <summary>Runs one seed after another, until a bound is reached or a seed fails.</summary>
internal sealed class Campaign(BrokenVariant broken, TextWriter output, TextWriter? progress)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _nextProgress = TimeSpan.FromSeconds(1);
    private long _seeds;
    private long _events;
    private long _entries;
    private long _deliveries;
    private long _crashes;
    private long _restores;

    /// <summary>Runs seeds until one of the bounds is reached; false after the first violation.</summary>
    public bool Run(ulong firstSeed, TimeSpan? time, long? events, CancellationToken stop)
    {
        for (var seed = firstSeed; ; seed++)
        {
            stop.ThrowIfCancellationRequested();
            if (_watch.Elapsed >= time || _events >= events)
                break;
            if (!Run(new World(seed, broken, null), seed))
                return false;
            TellProgress(seed);
        }
        output.WriteLine(Totals);
        return true;
    }

    /// <summary>Runs one seed, and prints the hash of its trace.</summary>
    public bool Replay(ulong seed, bool prints)
    {
        var world = new World(seed, broken, prints ? output : null);
        var isRight = Run(world, seed);
        output.WriteLine(Text($"seed {seed}: trace {world.Trace.Hash:x16}"));
        output.WriteLine(Totals);
        return isRight;
    }

    private string Totals => Text(
        $"{_seeds} seeds, {_events} events, {_events / _watch.Elapsed.TotalSeconds:F0} events/s, {_crashes} crashes, {_restores} restores, {_entries} posts, {_deliveries} deliveries");

    private bool Run(World world, ulong seed)
    {
        try
        {
            world.Run();
            return true;
        }
        catch (Violation violation)
        {
            output.WriteLine(Text($"seed {seed}: {violation.Message}"));
            output.WriteLine(Text($"replay: simulate --seed {seed}{(broken == BrokenVariant.Nothing ? "" : $" --broken {BrokenNames.NameOf(broken)}")}"));
            return false;
        }
        finally
        {
            _seeds++;
            _events += world.Trace.Events;
            _entries += world.Ledger.Entries;
            _deliveries += world.Deliveries;
            _crashes += world.Server.Crashes;
            _restores += world.Ledger.Restores;
        }
    }

    private void TellProgress(ulong seed)
    {
        if (_watch.Elapsed < _nextProgress)
            return;
        _nextProgress = _watch.Elapsed + TimeSpan.FromSeconds(1);
        progress?.Write(Text($"\rseed {seed}: {Totals}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

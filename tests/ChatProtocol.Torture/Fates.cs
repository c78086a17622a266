using System.Globalization;

namespace ChatProtocol.Torture;

/// <summary>What is to become of the server in one cycle.</summary>
/// <param name="Failpoint">Where it ends by itself, as <c>name:times</c>; null for nowhere.</param>
/// <param name="Patience">How long after it is ready it is killed at the latest.</param>
/// <param name="EndsWell">Whether it is told to end in place of being killed.</param>
/// <param name="PowerGoes">Whether the power goes with it.</param>
/// <param name="Backup">Whether a backup is made meanwhile.</param>
/// <param name="Restore">Whether the next cycle begins on the backup, if there is one.</param>
internal sealed record Fate(string? Failpoint, TimeSpan Patience, bool EndsWell, bool PowerGoes, bool Backup, bool Restore);

/// <summary>Draws fates: the failpoints by turns, each the first, second, third … time until a cycle does not get that far, and kills at random.</summary>
internal sealed class Fates(Random random, bool failpoints, bool powerCuts)
{
    private static readonly string[] Anytime =
    [
        "commit.begin", "commit.rooms", "commit.segment", "commit.publishers", "commit.ready", "commit.done",
        "answers.send", "start.replay", "checkpoint.begin", "checkpoint.done",
    ];

    private static readonly string[] InSystemCalls = ["wal.write", "wal.sync", "db.write", "db.sync"];

    private static readonly string[] AtMigration = ["migration.step", "migration.ready", "migration.done"];

    private static readonly string[] AtBackup = ["backup.begin", "backup.copied", "backup.marked", "backup.done"];

    private static readonly string[] AtRestore = ["restore.begin", "restore.done"];

    private readonly Dictionary<string, int> _times = [];
    private readonly Dictionary<string[], int> _turns = [];

    /// <summary>Failpoints that servers ended at, and how often.</summary>
    public SortedDictionary<string, int> Reached { get; } = new(StringComparer.Ordinal);

    /// <param name="isNew">Whether the server has no data yet.</param>
    /// <param name="isRestored">Whether it begins on a backup.</param>
    /// <param name="mayBackUp">Whether a backup would have every room.</param>
    public Fate Next(bool isNew, bool isRestored, bool mayBackUp)
    {
        var backup = mayBackUp && random.Next(4) == 0;
        var kind = isNew && random.Next(3) > 0 ? AtMigration
            : isRestored && random.Next(2) == 0 ? AtRestore
            : backup && random.Next(2) == 0 ? AtBackup
            : powerCuts && random.Next(3) == 0 ? InSystemCalls
            : random.Next(3) > 0 ? Anytime : null;
        var failpoint = failpoints && kind is not null ? NextOf(kind) : null;
        var endsWell = failpoint is null && random.Next(8) == 0;
        // Who waits for a failpoint waits longer: it ends sooner where it gets there.
        var patience = failpoint is null ? random.Next(50, 1000) : 1500;
        return new Fate(failpoint, TimeSpan.FromMilliseconds(patience), endsWell,
            PowerGoes: powerCuts && !endsWell && random.Next(2) == 0, backup, Restore: backup && random.Next(3) > 0);
    }

    /// <summary>The server ended at the failpoint, or did not get there.</summary>
    public void Was(string failpoint, bool reached)
    {
        var name = failpoint.Split(':')[0];
        if (reached)
            Reached[name] = Reached.GetValueOrDefault(name) + 1;
        else
            _times[name] = 0;
    }

    private string NextOf(string[] kind)
    {
        var turn = _turns.GetValueOrDefault(kind);
        _turns[kind] = turn + 1;
        var name = kind[turn % kind.Length];
        var times = _times[name] = _times.GetValueOrDefault(name) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{name}:{times}");
    }
}

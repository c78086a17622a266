using System.Globalization;

namespace ChatProtocol.Torture;

/// <summary>
/// Draws the plans: the failpoints in turn, each at its first, second, third … passage until a cycle does not reach it, and
/// kills at random.
/// </summary>
internal sealed class CyclePlanner(Random random, bool failpoints, bool powerCuts)
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

    /// <summary>The failpoints at which servers ended, with the number of times.</summary>
    public SortedDictionary<string, int> Reached { get; } = new(StringComparer.Ordinal);

    /// <param name="isNew">Whether the server has no data yet.</param>
    /// <param name="isRestored">Whether the server starts from a backup.</param>
    /// <param name="mayBackUp">Whether a backup would hold every room.</param>
    public CyclePlan Next(bool isNew, bool isRestored, bool mayBackUp)
    {
        var backup = mayBackUp && random.Next(4) == 0;
        var kind = isNew && random.Next(3) > 0 ? AtMigration
            : isRestored && random.Next(2) == 0 ? AtRestore
            : backup && random.Next(2) == 0 ? AtBackup
            : powerCuts && random.Next(3) == 0 ? InSystemCalls
            : random.Next(3) > 0 ? Anytime : null;
        var failpoint = failpoints && kind is not null ? NextOf(kind) : null;
        var endsWell = failpoint is null && random.Next(8) == 0;
        // With a failpoint the time is longer, since the server ends by itself when it gets there.
        var patience = failpoint is null ? random.Next(50, 1000) : 1500;
        return new CyclePlan(failpoint, TimeSpan.FromMilliseconds(patience), endsWell,
            PowerGoes: powerCuts && !endsWell && random.Next(2) == 0, backup, Restore: backup && random.Next(3) > 0);
    }

    /// <summary>Records whether the server reached the failpoint.</summary>
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

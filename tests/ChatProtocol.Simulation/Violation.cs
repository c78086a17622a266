namespace ChatProtocol.Simulation;

/// <summary>A promise of the protocol that was broken, found by a checker.</summary>
internal sealed class Violation(string checker, string what) : Exception($"{checker}: {what}")
{
    /// <summary>The broken promise, one of the constants of the class <c>Checker</c>.</summary>
    public string Checker => checker;
}

/// <summary>The names of the promises, with which a violation is printed.</summary>
internal static class Checker
{
    public const string Lost = "lost";
    public const string Duplicate = "duplicate";
    public const string Reorder = "reorder";
    public const string Hole = "hole";
    public const string TwoContents = "two contents";
    public const string Phantom = "phantom";
    public const string Answer = "answer";
    public const string NotDurable = "told before durable";
    public const string Time = "time goes back";
    public const string Epoch = "epoch";
    public const string Privacy = "privacy";
    public const string OwnEntry = "entry before its answer";
    public const string Liveness = "liveness";
    public const string Memory = "memory";
    public const string Publisher = "publisher";
    public const string Protocol = "protocol";
    public const string Gap = "gap";
    public const string Credit = "credit";
    public const string Ban = "ban";
    public const string Block = "block";
    public const string Removal = "removal";
    public const string Marker = "marker";
    public const string Retention = "retention";
    public const string Erasure = "erasure";
    public const string Pace = "pace";
    public const string Cost = "cost";
    public const string Account = "account";
    public const string Role = "role";
    public const string Key = "key";
    public const string Contract = "contract of the log";
    public const string Hub = "the hub threw";
}

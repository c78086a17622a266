using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>
/// The options and the question of a command that destroys: what it would do is told with <c>--dry-run</c>, asked on a terminal, and
/// not asked with <c>--yes</c>.
/// </summary>
/// <param name="isNeededInScripts">
/// Whether a script has to give <c>--yes</c>. A command that once worked without goes on to, and only asks on a terminal.
/// </param>
internal sealed class Safeguard(bool isNeededInScripts)
{
    public Option<bool> Yes { get; } = new("--yes", "-y")
    {
        Description = isNeededInScripts ? "Do not ask; needed where there is no terminal to ask, and with -o json and ndjson" : "Do not ask",
    };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Only tell what would be done, and change nothing" };

    public bool IsDryRun(ParseResult parsed) => parsed.GetValue(DryRun);

    /// <summary>Whether the question has to be put, and so what it says to be found out.</summary>
    public bool IsAsked(ParseResult parsed, ResultWriter results) =>
        !parsed.GetValue(Yes) && (isNeededInScripts || ConfirmationPrompt.IsOnTerminal(results.IsForPrograms));

    /// <summary>Puts the question if it has to be put; null if the command may go on, otherwise the exit code.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="results">Where a refusal is reported.</param>
    /// <param name="danger">What the question says.</param>
    /// <param name="stop">Ends the waiting for an answer.</param>
    public async Task<int?> RefusalAsync(ParseResult parsed, ResultWriter results, Danger danger, CancellationToken stop)
    {
        if (!IsAsked(parsed, results))
            return null;
        if (!ConfirmationPrompt.CanBeAsked(results.IsForPrograms))
            return results.Failed(danger.InScripts, ExitCode.Usage);
        return await ConfirmationPrompt.AgreesAsync(danger.Question, parsed.InvocationConfiguration.Error, stop)
            ? null
            : results.Failed(danger.Averted, ExitCode.Failed);
    }
}

/// <summary>The words about something that cannot be taken back.</summary>
/// <param name="Question">What will happen, to how many, and whether to go on.</param>
/// <param name="Averted">Said after a no.</param>
/// <param name="InScripts">Said where nobody can be asked and <c>--yes</c> is needed; names it.</param>
internal sealed record Danger(string Question, string Averted, string InScripts = "");

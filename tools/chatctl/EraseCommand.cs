using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl erase: the texts of messages go for good, one after the other.</summary>
internal sealed class EraseCommand
{
    private static readonly ResultSchema<Erasure> Schema = new("chatctl.erase.v1",
        Column<Erasure>.Number("id", e => e.Room.Id),
        Column<Erasure>.Text("room", e => e.Room.Name),
        Column<Erasure>.Number("seq", e => e.Seq),
        Column<Erasure>.Time("time", e => e.Entry?.Time),
        Column<Erasure>.Text("from", e => e.Entry?.Name),
        Column<Erasure>.Flag("dry_run", e => e.IsDryRun));

    private readonly Target _target;
    private readonly RoomArgument _room = new();
    private readonly Argument<ulong[]> _seqs = new("seq") { Description = "The messages' seqs, as chat history -o ndjson shows them", Arity = ArgumentArity.OneOrMore, CustomParser = ParseSeqs };
    private readonly Safeguard _safeguard = new(isNeededInScripts: false);

    private EraseCommand(Target target) => _target = target;

    public static Command Create(Target target) => new EraseCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("erase", "Erase the text of messages for good: nobody can read it any more, and no file of the server holds it. Backups made before do")
        {
            _room, _seqs, _safeguard.Yes, _safeguard.DryRun,
        };
        command.SetAction((parsed, stop) => _target.ChangeAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        return command.WithExamples(
            "chatctl erase lobby 1234", "chatctl erase lobby 1234 --dry-run    show the author and the time", "chatctl erase 17 20 21 22    of the room with the id 17");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        var room = await _room.FindAsync(parsed, client, stop);
        var isDryRun = _safeguard.IsDryRun(parsed);
        var seqs = parsed.GetRequiredValue(_seqs);
        var erasures = new List<Erasure>(seqs.Length);
        foreach (var seq in seqs)
            erasures.Add(new Erasure(room, seq, await FindAsync(room, seq, stop), isDryRun));
        if (!isDryRun && await _safeguard.RefusalAsync(parsed, results, DangerOf(erasures), stop) is { } exitCode)
            return exitCode;
        foreach (var erasure in erasures)
        {
            if (isDryRun && erasure is { Entry: null, Room.Room: { } open })
                return results.Failed($"{room.Given} has no message {erasure.Seq}: its messages are {open.Oldest} to {open.Head}", ExitCode.NotFound);
            if (!isDryRun)
                await client.Admin.EraseAsync(room.Id, erasure.Seq, stop);
            results.Done(isDryRun ? $"message {erasure.InWords} would be erased" : $"erased message {erasure.Seq}", erasure, Schema);
        }
        return ExitCode.Done;
    }

    private static Danger DangerOf(List<Erasure> erasures) => new(
        erasures is [var one] ? $"Erase message {one.InWords} for good?"
            : $"Erase the texts of {erasures.Count} messages of {erasures[0].Room.Given}, {erasures.Min(e => e.Seq)} to {erasures.Max(e => e.Seq)}, for good?",
        "nothing was erased");

    /// <summary>The message, to show its author and its time; null if it is not there, is damaged, or is in a room that was given by its id.</summary>
    private static async Task<ChatEntry?> FindAsync(GivenRoom room, ulong seq, CancellationToken stop) =>
        room.Room is null || seq < room.Room.Oldest || seq > room.Room.Head ? null
            : (await room.Room.HistoryAsync(1, after: seq - 1, cancellationToken: stop)).Entries.FirstOrDefault(entry => entry.Seq == seq);

    /// <summary>Parses seqs; without this the library calls a word that is no number unrecognized.</summary>
    private static ulong[]? ParseSeqs(ArgumentResult result)
    {
        var seqs = new List<ulong>();
        foreach (var token in result.Tokens)
        {
            if (Numbers.Parse(token.Value) is not { } seq)
            {
                result.AddError($"a seq is a whole number, and '{token.Value}' is none");
                return null;
            }
            seqs.Add(seq);
        }
        return [.. seqs];
    }

    private sealed record Erasure(GivenRoom Room, ulong Seq, ChatEntry? Entry, bool IsDryRun)
    {
        public string InWords => Entry is null ? $"{Seq} of {Room.Given}"
            : string.Create(CultureInfo.InvariantCulture, $"{Seq} of {Room.Given}, which {Entry.Name} posted at {Entry.Time.ToLocalTime():yyyy-MM-dd HH:mm:ss},");
    }
}

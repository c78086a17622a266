using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl purge: what a user has posted lately goes for good.</summary>
internal sealed class PurgeCommand
{
    private static readonly ResultSchema<Purge> Schema = new("chatctl.purge.v1",
        Column<Purge>.Text("name", p => p.Name),
        Column<Purge>.Text("room", p => p.Room),
        Column<Purge>.Number("messages", p => p.Result.Messages),
        Column<Purge>.Number("rooms", p => p.Result.Rooms),
        Column<Purge>.Flag("dry_run", p => p.IsDryRun));

    private readonly Target _target;
    private readonly Argument<string> _name = new("name") { Description = "The user, be it there or not; with --room also a name that nobody has any more" };
    private readonly Option<TimeSpan?> _last = AdminOptions.Duration("--last", "How far back, at most 30 days", mayBeZero: false);
    private readonly RoomOption _room = new("Only in this room, by its name or its id, which private rooms have as well");
    private readonly Safeguard _safeguard = new(isNeededInScripts: true);

    private PurgeCommand(Target target)
    {
        _target = target;
        _name.MustNotBeEmpty();
        _last.Required = true;
    }

    public static Command Create(Target target) => new PurgeCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("purge", "Erase all that a user has posted lately for good, as erase does, in every room but private ones. It keeps nobody from posting on: ban or mute first")
        {
            _name, _last, _room, _safeguard.Yes, _safeguard.DryRun,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(_last)?.Errors.Any() == false && result.GetValue(_last) > TimeSpan.FromMilliseconds(ChatProtocol.Purge.MaxFor))
                result.AddError($"{_last.Name} is at most 30d");
        });
        command.SetAction((parsed, stop) => _target.ChangeAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        return command.WithExamples("chatctl purge mallory --last 1h --dry-run    count the messages", "chatctl purge mallory --last 1h", "chatctl purge mallory --last 2d --room tea --yes");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        var (name, last, isDryRun) = (parsed.GetRequiredValue(_name), parsed.GetValue(_last)!.Value, _safeguard.IsDryRun(parsed));
        var room = await _room.FindIdAsync(parsed, client, stop);

        async Task<Purge> PurgeAsync(bool dryRun) => new(name, parsed.GetValue(_room), await client.Admin.PurgeAsync(name, last, room, dryRun, stop), dryRun);

        if (!isDryRun && _safeguard.IsAsked(parsed, results) && DangerOf(await PurgeAsync(dryRun: true)) is var danger
            && await _safeguard.RefusalAsync(parsed, results, danger, stop) is { } exitCode)
            return exitCode;
        var purged = await PurgeAsync(isDryRun);
        results.Done($"{purged.InWords} {(isDryRun ? "would be erased" : "erased")}", purged, Schema);
        return ExitCode.Done;
    }

    private static Danger DangerOf(Purge planned) => new(
        $"Erase {planned.InWords} for good?", "nothing was erased", $"{planned.InWords} would be erased for good: give --yes where there is no terminal to ask");

    private sealed record Purge(string Name, string? Room, PurgeResult Result, bool IsDryRun)
    {
        public string InWords => $"{Counts.Of(Result.Messages, "message")} of {Name} in {Room ?? Counts.Of(Result.Rooms, "room")}";
    }
}

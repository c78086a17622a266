using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands that take everything, or a room, out of a server and into another one.</summary>
internal sealed class ExportCommands(Target target)
{
    private static readonly ResultSchema<Exported> ExportedTo = new("chatctl.export.v1",
        Column<Exported>.Text("file", e => e.File),
        Column<Exported>.Number("rooms", e => e.Result.Rooms),
        Column<Exported>.Number("entries", e => e.Result.Entries),
        Column<Exported>.Text("hash", e => e.Result.Hash));

    private static readonly ResultSchema<Imported> ImportedFrom = new("chatctl.import.v1",
        Column<Imported>.Text("file", i => i.File),
        Column<Imported>.Flag("whole", i => i.Result.IsWhole),
        Column<Imported>.Number("rooms", i => i.Result.Rooms),
        Column<Imported>.Number("entries", i => i.Result.Entries),
        Column<Imported>.Number("accounts", i => i.Result.Accounts),
        Column<Imported>.Text("room", i => i.Result.Room),
        Column<Imported>.Number("id", i => i.Result.RoomId),
        Column<Imported>.Flag("dry_run", i => i.IsDryRun));

    public IEnumerable<Command> All => [Export(), Import()];

    private Command Export()
    {
        var file = new Argument<string>("file") { Description = "The file to write; it must not exist yet" };
        file.MustNotBeEmpty();
        var room = new Option<string?>("--room") { Description = "Only this room, by its name or its id; everything if not given", HelpName = "ROOM" };
        var command = new Command("export", "Write everything, or a room, to a file of text, while the server goes on: no passwords, keys, tokens, invitations and bans") { file, room };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var path = ServerPath.Of(parsed.GetRequiredValue(file), "an export");
            var only = parsed.GetValue(room) is { } given ? await GivenRoom.FindAsync(given, client, stop) : null;
            var result = await TerminalProgress.WhileAsync(
                client.Admin.ExportAsync(path, only?.Id, stop), results, parsed.InvocationConfiguration.Error, () => $"exporting, {Counts.Bytes(Written(path))}");
            results.Done([$"{only?.Given ?? Counts.Of(result.Rooms, "room")} with {Counts.Of(result.Entries, "message")} {(only is null && result.Rooms != 1 ? "are" : "is")} in {path}", $"hash {result.Hash}"],
                new Exported(path, result), ExportedTo);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl export /var/backups/chat.ndjson", "chatctl export tea.ndjson --room tea");
    }

    private Command Import()
    {
        var file = new Argument<string>("file") { Description = "An export; it has to be the server's user's to read" };
        file.MustNotBeEmpty();
        var room = new Option<string?>("--room") { Description = "Take only this public room out of it; its name has to be free here", HelpName = "ROOM" };
        var all = new Option<bool>("--all") { Description = "Take everything; a whole server goes into an empty one" };
        var safeguard = new Safeguard(isNeededInScripts: true);
        var command = new Command("import", "Take what an export holds into this server: a room, or a whole server into an empty one") { file, room, all, safeguard.Yes, safeguard.DryRun };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(room) is not null && parsed.GetValue(all))
                parsed.AddError("give --room or --all, not both");
        });
        command.SetAction((parsed, stop) => target.ChangeAsync(
            parsed, (client, results) => ImportAsync(parsed, client, results, new Wish(ServerPath.Of(parsed.GetRequiredValue(file), "an export"), parsed.GetValue(room), parsed.GetValue(all)), safeguard, stop), stop));
        return command.WithExamples(
            "chatctl import tea.ndjson", "chatctl import /var/backups/chat.ndjson --all --dry-run    check it, and tell what would be done", "chatctl import /var/backups/chat.ndjson --room tea --yes");
    }

    /// <summary>The file is checked first: it says what is in it, which the question names.</summary>
    private static async Task<int> ImportAsync(ParseResult parsed, ChatClient client, ResultWriter results, Wish wish, Safeguard safeguard, CancellationToken stop)
    {
        var plan = new Imported(wish.File, await TerminalProgress.WhileAsync(
            client.Admin.ImportAsync(wish.File, wish.Room, dryRun: true, stop), results, parsed.InvocationConfiguration.Error, () => $"checking {wish.File}"), IsDryRun: true);
        if (plan.Result.IsWhole && !wish.All)
            return results.Failed($"{wish.File} is of a whole server: give --all to import that, or --room ROOM for one of its rooms", ExitCode.Usage);
        if (safeguard.IsDryRun(parsed))
        {
            results.Done($"{plan.InWords} would be imported", plan, ImportedFrom);
            return ExitCode.Done;
        }
        var danger = new Danger($"Import {plan.InWords}?", "nothing was imported", $"{plan.InWords} would be imported: give --yes where there is no terminal to ask");
        if (await safeguard.RefusalAsync(parsed, results, danger, stop) is { } exitCode)
            return exitCode;
        var done = new Imported(wish.File, await TerminalProgress.WhileAsync(
            client.Admin.ImportAsync(wish.File, wish.Room, dryRun: false, stop), results, parsed.InvocationConfiguration.Error, () => $"importing {plan.InWords}"), IsDryRun: false);
        results.Done(done.Lines, done, ImportedFrom);
        return ExitCode.Done;
    }

    /// <summary>How much of an export is written; 0 where that cannot be seen.</summary>
    private static ulong Written(string path)
    {
        try
        {
            return (ulong)new FileInfo(path + ".chatd.part").Length;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>What was asked for.</summary>
    private sealed record Wish(string File, string? Room, bool All);

    private sealed record Exported(string File, ExportResult Result);

    private sealed record Imported(string File, ImportResult Result, bool IsDryRun)
    {
        public string InWords => Result.IsWhole
            ? $"a whole server with {Counts.Of(Result.Rooms, "room")}, {Counts.Of(Result.Entries, "message")} and {Counts.Of(Result.Accounts, "account")}"
            : $"the room {Result.Room} with {Counts.Of(Result.Entries, "message")}";

        public IEnumerable<string> Lines => Result.Accounts == 0 ? [$"imported {InWords}"]
            : [$"imported {InWords}", "no account has a password: give each one with chatctl accounts password NAME"];
    }
}

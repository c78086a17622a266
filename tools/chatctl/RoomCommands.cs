using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for rooms, one method a command.</summary>
internal sealed class RoomCommands(Target target)
{
    private static readonly ResultSchema<ChatRoomInfo> Listed = new("chatctl.rooms.v1",
        Column<ChatRoomInfo>.Number("id", r => r.Id),
        Column<ChatRoomInfo>.Text("room", r => r.Name),
        Column<ChatRoomInfo>.Text("kind", r => RoomWords.Of(r.Kind)),
        Column<ChatRoomInfo>.Number("messages", r => r.Head),
        Column<ChatRoomInfo>.Number("present", r => r.Members),
        Column<ChatRoomInfo>.Time("last", r => r.LastSaid));

    private static readonly ResultSchema<Removal> Removed = new("chatctl.rooms.remove.v1",
        Column<Removal>.Number("id", r => r.Room.Id),
        Column<Removal>.Text("room", r => r.Room.Name),
        Column<Removal>.Number("messages", r => r.Messages),
        Column<Removal>.Number("present", r => r.Present),
        Column<Removal>.Flag("dry_run", r => r.IsDryRun));

    public IEnumerable<Command> All => [Rooms(), RetentionCommand.Create(target), EraseCommand.Create(target), PurgeCommand.Create(target), .. new RoleCommands(target).All];

    private Command Rooms()
    {
        var watch = new WatchOption();
        var command = new Command("rooms", "List the rooms, make one, change its settings, or remove it") { new RoomSettingsCommands(target).All, Remove(), watch };
        command.SetAction((parsed, stop) => target.ListAsync(
            parsed, watch, Listed, async (client, ending) => await client.RoomsAsync(ending).ToListAsync(ending), stop));
        return command.WithExamples("chatctl rooms", "chatctl rooms --watch 5", "chatctl rooms remove tea");
    }

    private Command Remove()
    {
        var room = new RoomArgument();
        var safeguard = new Safeguard(isNeededInScripts: true);
        var command = new Command("remove", "Remove a room and all its messages for good: its members leave it, and its name is free. Backups made before keep it") { room, safeguard.Yes, safeguard.DryRun };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var found = await room.FindAsync(parsed, client, stop);
            var present = found.Room is { } open ? (ulong?)await open.MembersAsync(stop).CountAsync(stop) : null;
            var removal = new Removal(found, found.Room?.Head, present, safeguard.IsDryRun(parsed));
            if (removal.IsDryRun)
            {
                results.Done($"room {removal.InWords} would be removed", removal, Removed);
                return ExitCode.Done;
            }
            var danger = new Danger(
                $"Remove room {removal.InWords}, for good?", $"room {found.Given} stays",
                $"room {found.Given} would be gone for good: give --yes where there is no terminal to ask");
            if (await safeguard.RefusalAsync(parsed, results, danger, stop) is { } exitCode)
                return exitCode;
            await client.Admin.RemoveRoomAsync(found.Id, stop);
            results.Done($"removed room {found.Given}", removal, Removed);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl rooms remove tea", "chatctl rooms remove 17 --yes    of a private room, or in a script");
    }

    /// <summary>The removal of a room, with its messages and the users present; null where the room shows nothing of itself.</summary>
    private sealed record Removal(GivenRoom Room, ulong? Messages, ulong? Present, bool IsDryRun)
    {
        public string InWords => Messages is null ? $"{Room.Given} with all that was said there"
            : $"{Room.Given} with {Counts.Of(Messages.Value, "message")} and {Counts.Of(Present ?? 0, "user")} present";
    }
}

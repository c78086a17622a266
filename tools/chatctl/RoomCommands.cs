using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for rooms, one method a command.</summary>
internal sealed class RoomCommands(Target target)
{
    public Command Rooms()
    {
        var command = new Command("rooms", "List the public rooms, or remove one") { Remove() };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
            list.Write(await client.RoomsAsync(stop).ToListAsync(stop),
                Column<ChatRoomInfo>.Number("id", r => r.Id),
                Column<ChatRoomInfo>.Text("room", r => r.Name),
                Column<ChatRoomInfo>.Number("messages", r => r.Head),
                Column<ChatRoomInfo>.Number("present", r => r.Members),
                Column<ChatRoomInfo>.Time("last", r => r.LastSaid)), stop));
        return command.WithExamples("chatctl rooms", "chatctl rooms remove tea");
    }

    /// <summary>The id of a room given by id or name: digits alone are an id, since no name is.</summary>
    public static async Task<ulong> IdOfAsync(ChatClient client, string room, CancellationToken stop) =>
        Numbers.Parse(room) ?? (await client.OpenAsync(room, cancellationToken: stop)).Id;

    private Command Remove()
    {
        var room = new Argument<string>("room") { Description = "The room's name, or its id, which private rooms have as well" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask; needed where there is no terminal to ask, and with -o json" };
        var command = new Command("remove", "Remove a room and all its messages for good: its members leave it, and its name is free. Backups made before keep it") { room, yes };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var named = parsed.GetRequiredValue(room);
            var id = await IdOfAsync(client, named, stop);
            if (!parsed.GetValue(yes))
            {
                if (!Question.CanBeAsked(list.IsJson))
                    return list.Failed($"room {named} would be gone for good: give --yes where there is no terminal to ask", ExitCode.Usage);
                if (!await Question.AgreesAsync($"Remove room {named} with all that was said there, for good?", parsed.InvocationConfiguration.Error, stop))
                    return list.Failed($"room {named} stays", ExitCode.Failed);
            }
            await client.Admin.RemoveRoomAsync(id, stop);
            return list.Done($"removed room {named}");
        }, stop));
        return command.WithExamples("chatctl rooms remove tea", "chatctl rooms remove 17 --yes    of a private room, or in a script");
    }
}

using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chat unread: the rooms with what is unread there. It marks nothing as read.</summary>
internal static class UnreadCommand
{
    public static Command Create(ConnectionOptions connecting)
    {
        var output = ResultPrinter.CreateOption();
        var all = new Option<bool>("--all") { Description = "List the rooms without anything unread as well" };
        var command = new Command("unread", "List the rooms in which something is unread, as far as you have read on any device; nothing is marked as read by it") { output, all };
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            var rooms = await client.RoomsAsync(stop).ToDictionaryAsync(room => room.Id, cancellationToken: stop);
            var unread = await client.UnreadAsync(stop).Where(room => parsed.GetValue(all) || room.Unread.Count > 0).ToListAsync(stop);
            // A room that was made in between is shown the next time.
            writer.Unread(unread.Where(room => rooms.ContainsKey(room.RoomId)).Select(room => (rooms[room.RoomId], room.Unread)));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat unread", "chat unread -o ndjson");
    }
}

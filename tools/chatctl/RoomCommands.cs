using System.CommandLine;
using System.CommandLine.Parsing;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for rooms, one method a command.</summary>
internal sealed class RoomCommands(Target target)
{
    public IEnumerable<Command> All => [Rooms(), RetentionCommand.Create(target), Erase()];

    private Command Rooms()
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

    private Command Remove()
    {
        var room = new RoomArgument();
        var yes = new Option<bool>("--yes") { Description = "Do not ask; needed where there is no terminal to ask, and with -o json" };
        var command = new Command("remove", "Remove a room and all its messages for good: its members leave it, and its name is free. Backups made before keep it") { room, yes };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var named = parsed.GetRequiredValue(room);
            var id = await room.IdAsync(parsed, client, stop);
            if (!parsed.GetValue(yes))
            {
                if (!ConfirmationPrompt.CanBeAsked(list))
                    return list.Failed($"room {named} would be gone for good: give --yes where there is no terminal to ask", ExitCode.Usage);
                if (!await ConfirmationPrompt.AgreesAsync($"Remove room {named} with all that was said there, for good?", parsed.InvocationConfiguration.Error, stop))
                    return list.Failed($"room {named} stays", ExitCode.Failed);
            }
            await client.Admin.RemoveRoomAsync(id, stop);
            return list.Done($"removed room {named}");
        }, stop));
        return command.WithExamples("chatctl rooms remove tea", "chatctl rooms remove 17 --yes    of a private room, or in a script");
    }

    private Command Erase()
    {
        var room = new RoomArgument();
        var seqs = new Argument<ulong[]>("seq") { Description = "The messages' seqs, as chat history -o ndjson shows them", Arity = ArgumentArity.OneOrMore, CustomParser = ParseSeqs };
        var command = new Command("erase", "Erase the text of messages for good: nobody can read it any more, and no file of the server holds it. Backups made before do") { room, seqs };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var id = await room.IdAsync(parsed, client, stop);
            foreach (var seq in parsed.GetRequiredValue(seqs))
            {
                await client.Admin.EraseAsync(id, seq, stop);
                list.Done($"erased message {seq}");
            }
        }, stop));
        return command.WithExamples("chatctl erase lobby 1234", "chatctl erase 17 20 21 22    of the room with the id 17");
    }

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
}

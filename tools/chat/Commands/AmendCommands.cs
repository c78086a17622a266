using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat edit, retract, react, reply and pin: each does something with one message, which its seq names.</summary>
internal sealed class AmendCommands(ConnectionOptions connecting)
{
    public static IEnumerable<Command> All(ConnectionOptions connecting)
    {
        var commands = new AmendCommands(connecting);
        return [commands.Edit(), commands.Retract(), commands.React(), commands.Reply(), commands.Pin()];
    }

    private Command Edit()
    {
        var text = new Argument<string>("text") { Description = "The new text" };
        return Make("edit", "Give a message of yours another text", [text], "chat edit --room ops 42 'the build is green'",
            (room, seq, parsed, stop) => room.EditAsync(seq, parsed.GetRequiredValue(text), stop));
    }

    private Command Retract() => Make("retract", "Take back a message of yours, or as a moderator anybody's: its text is gone for good", [], "chat retract --room ops 42",
        (room, seq, _, stop) => room.RetractAsync(seq, stop));

    private Command React()
    {
        var reaction = new Argument<string>("emoji") { Description = "The reaction: an emoji, or a word" };
        var off = new Option<bool>("--off") { Description = "React so no more" };
        return Make("react", "React to a message", [reaction, off], "chat react --room ops 42 👍",
            (room, seq, parsed, stop) => room.ReactAsync(seq, parsed.GetRequiredValue(reaction), !parsed.GetValue(off), stop));
    }

    private Command Reply()
    {
        var text = new Argument<string>("text") { Description = "The answer" };
        return Make("reply", "Answer a message, in its thread", [text], "chat reply --room ops 42 'so it is'", async (room, seq, parsed, stop) =>
        {
            var answered = await room.MessagesAsync(seq - 1, seq, cancellationToken: stop).FirstOrDefaultAsync(stop);
            return await room.PostAsync(parsed.GetRequiredValue(text), new PostOptions { ReplyTo = seq, Thread = answered?.Thread ?? seq }, stop);
        });
    }

    private Command Pin()
    {
        var off = new Option<bool>("--off") { Description = "Take it off again" };
        return Make("pin", "Pin a message to its room, as a moderator or in a private room", [off], "chat pin --room ops 42",
            (room, seq, parsed, stop) => room.PinAsync(seq, !parsed.GetValue(off), stop));
    }

    private Command Make(string name, string description, Symbol[] more, string example, Func<ChatRoom, ulong, ParseResult, CancellationToken, Task<PostReceipt>> act)
    {
        var room = new RoomOptions("--with");
        var output = ResultPrinter.CreateOption();
        var seq = new Argument<ulong>("seq") { Description = "The message's seq, as chat history -o ndjson tells it" };
        seq.Validators.Add(result =>
        {
            if (result.GetValue(seq) == 0)
                result.AddError("messages are numbered from 1 on");
        });
        var command = new Command(name, description) { seq, output };
        foreach (var symbol in more)
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        room.AddTo(command);
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            try
            {
                var opened = await client.OpenAsync(room.Of(parsed), cancellationToken: stop);
                writer.Receipt(opened, await act(opened, parsed.GetRequiredValue(seq), parsed, stop));
                return ExitCode.Done;
            }
            catch (ArgumentException e)
            {
                return FailureMessages.Tell(FailureReason.Of(e), ExitCode.Usage, parsed.InvocationConfiguration.Error, writer.IsJson);
            }
        }, stop));
        return command.WithExamples(example);
    }
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat send: posts messages and ends once they are durable.</summary>
internal static class SendCommand
{
    public static Command Create(ConnectionOptions connecting)
    {
        var room = new RoomOptions("--to");
        var output = ResultPrinter.CreateOption();
        var text = new Argument<string?>("text")
        {
            Description = "The message. With -, or without it where standard input is no terminal, each line of standard input is a message",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var dedupeKey = new Option<string?>("--dedupe-key")
        {
            Description = "A second run with the same key and messages stores only what is missing. The key is remembered for 30 days",
            HelpName = "KEY",
        };
        var command = new Command("send", "Post a message; done once the server has stored it") { text, dedupeKey, output };
        room.AddTo(command);
        dedupeKey.Validators.Add(key =>
        {
            if (string.IsNullOrEmpty(key.GetValueOrDefault<string?>()))
                key.AddError("--dedupe-key needs a key that is not empty");
        });
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            // A quit would end the publisher, and the server would forget the key's posts.
            var quits = parsed.GetValue(dedupeKey) is null;
            if (parsed.GetValue(text) is { } given and not "-")
                return await SendTextAsync(client, room.Of(parsed), given, writer, quits, stop);
            if (parsed.GetValue(text) is null && !Console.IsInputRedirected)
                return FailureMessages.Tell("there is nothing to send: give a text, or - to send each line of standard input",
                    ExitCode.Usage, parsed.InvocationConfiguration.Error, writer.IsJson);
            await using var input = Console.OpenStandardInput();
            // Without a text and without - the user may not know that the input was read.
            return await LineSender.SendAsync(client, room.Of(parsed), input, writer, parsed.InvocationConfiguration.Error,
                tellOfNothing: parsed.GetValue(text) is null && !writer.IsJson, quits, stop);
        }, stop, parsed.GetValue(dedupeKey) is not null ? null : (client, _) => LegacyCommands.SendAsync(client, room.PeerOf(parsed), parsed.GetValue(text) is { } given and not "-" ? given : null, stop),
            parsed.GetValue(dedupeKey)));
        return command.WithExamples(
            "chat send 'Hello, everybody'",
            "chat send --to alice 'Only for you'",
            "chat send --dedupe-key build-1234 'Build 1234 is done'",
            "tail -f app.log | chat send --room ops -");
    }

    private static async Task<int> SendTextAsync(ChatClient client, string address, string text, ResultPrinter output, bool quits, CancellationToken stop)
    {
        var room = await client.OpenAsync(address, create: true, stop);
        output.Receipt(room, await room.PostAsync(text, stop));
        if (quits)
            await client.QuitAsync(stop);
        return ExitCode.Done;
    }
}

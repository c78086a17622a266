using System.CommandLine;
using System.Threading.Channels;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat send: posts messages and ends once they are durable.</summary>
internal static class SendCommand
{
    /// <summary>The most posts under way at once; more would only wait in memory.</summary>
    private const int MaxUnderWay = 4096;

    public static Command Create(Connecting connecting)
    {
        var room = new RoomChoice("--to");
        var output = Output.CreateOption();
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
        command.SetAction((parsed, stop) => OneShot.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            // A quit would end the publisher, and the server would forget the key's posts.
            var quits = parsed.GetValue(dedupeKey) is null;
            if (parsed.GetValue(text) is { } given and not "-")
                return await SendTextAsync(client, room.Of(parsed), given, writer, quits, stop);
            if (parsed.GetValue(text) is null && !Console.IsInputRedirected)
                return Failures.Tell("there is nothing to send: give a text, or - to send each line of standard input",
                    ExitCode.Usage, parsed.InvocationConfiguration.Error, writer.IsJson);
            await using var input = Console.OpenStandardInput();
            // Without a text and without - the user may not know that the input was read.
            return await SendLinesAsync(client, room.Of(parsed), input, writer, parsed.InvocationConfiguration.Error,
                tellOfNothing: parsed.GetValue(text) is null && !writer.IsJson, quits, stop);
        }, stop, parsed.GetValue(dedupeKey) is not null ? null : (client, _) => LegacyCommands.SendAsync(client, room.PeerOf(parsed), parsed.GetValue(text) is { } given and not "-" ? given : null, stop),
            parsed.GetValue(dedupeKey)));
        return command.WithExamples(
            "chat send 'Hello, everybody'",
            "chat send --to alice 'Only for you'",
            "chat send --dedupe-key build-1234 'Build 1234 is done'",
            "tail -f app.log | chat send --room ops -");
    }

    private static async Task<int> SendTextAsync(ChatClient client, string address, string text, Output output, bool quits, CancellationToken stop)
    {
        var room = await client.OpenAsync(address, create: true, stop);
        output.Receipt(room, await room.PostAsync(text, stop));
        if (quits)
            await client.QuitAsync(stop);
        return ExitCode.Done;
    }

    /// <summary>
    /// Sends each line, many at a time, and reports each once it is stored, even while the input waits. It stops at the first
    /// line that fails and names it; when the session ends it does not wait for more input.
    /// </summary>
    public static async Task<int> SendLinesAsync(
        ChatClient client, string address, Stream input, Output output, TextWriter error, bool tellOfNothing, bool quits, CancellationToken stop, bool takesCommands = true)
    {
        var room = await client.OpenAsync(address, create: true, stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var underWay = Channel.CreateBounded<LineUnderWay>(MaxUnderWay);
        var watching = WaitForEndAsync(client, error, output.IsJson, ended);
        var isNothing = true;
        var posting = PostLinesAsync(client, room, input, takesCommands, underWay.Writer, ended.Token);
        try
        {
            await foreach (var (line, post) in underWay.Reader.ReadAllAsync(stop))
            {
                isNothing = false;
                if (await OutcomeAsync(post, output) is { } failure)
                    return Failures.Tell(failure, $"line {line}: {Farewell.InWords(failure)}", error, output.IsJson);
                output.Receipt(room, await post);
                if (underWay.Reader.Count == 0)
                    await output.FlushAsync();
            }
            await posting;
            if (isNothing && tellOfNothing)
                CommandLine.WriteError(error, "there was nothing to send: standard input is empty");
            if (quits)
                await client.QuitAsync(stop);
            return ExitCode.Done;
        }
        catch (InvalidDataException e)
        {
            return Failures.Tell(e.Message, ExitCode.Failed, error, output.IsJson);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw (await watching)!;
        }
        finally
        {
            await ended.CancelAsync();
            await posting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Posts line by line, and stops at the first that cannot be sent.</summary>
    /// <exception cref="InvalidDataException">A line is not UTF-8, or a command. The lines before it are posted.</exception>
    private static async Task PostLinesAsync(
        ChatClient client, ChatRoom room, Stream input, bool takesCommands, ChannelWriter<LineUnderWay> underWay, CancellationToken stop)
    {
        try
        {
            await foreach (var line in InputLines.ReadAsync(input, stop, takesCommands))
            {
                var post = room.PostAsync(line.Text, CancellationToken.None);
                await underWay.WriteAsync(new LineUnderWay(line.Number, post), stop);
                if (post.IsFaulted)
                    break;
            }
        }
        finally
        {
            underWay.Complete();
        }
    }

    /// <summary>The failure of a post; null if it is stored. The output is flushed while the post is under way.</summary>
    private static async Task<ChatException?> OutcomeAsync(Task<PostReceipt> post, Output output)
    {
        if (!post.IsCompleted)
            await output.FlushAsync();
        try
        {
            await post;
            return null;
        }
        catch (ChatException e)
        {
            return e;
        }
    }

    /// <summary>Cancels when the server ends the session, and returns the reason.</summary>
    private static async Task<ChatException?> WaitForEndAsync(ChatClient client, TextWriter error, bool isJson, CancellationTokenSource ended)
    {
        await foreach (var happened in client.EventsAsync(ended.Token))
        {
            OneShot.TellOfConnection(happened, error, isJson);
            if (happened is SessionEnded { Error: { } why })
            {
                await ended.CancelAsync();
                return why;
            }
        }
        return null;
    }

    private readonly record struct LineUnderWay(long Number, Task<PostReceipt> Post);
}

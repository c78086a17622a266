using System.Threading.Channels;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Posts the lines of an input as messages.</summary>
internal static class LineSender
{
    /// <summary>The most posts under way at once; more would only wait in memory.</summary>
    private const int MaxUnderWay = 4096;

    /// <summary>
    /// Sends each line, many at a time, and reports each once it is stored, even while the input waits. It stops at the first
    /// line that fails and names it; when the session ends it does not wait for more input.
    /// </summary>
    public static async Task<int> SendAsync(
        ChatClient client, string address, Stream input, ResultPrinter output, TextWriter error, bool tellOfNothing, bool quits, CancellationToken stop, bool takesCommands = true)
    {
        var room = await client.OpenAsync(address, create: true, stop);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var underWay = Channel.CreateBounded<LineUnderWay>(MaxUnderWay);
        var watching = WaitForEndAsync(client, output, error, ended);
        var isNothing = true;
        var posting = PostLinesAsync(client, room, input, takesCommands, underWay.Writer, ended.Token);
        try
        {
            await foreach (var (line, post) in underWay.Reader.ReadAllAsync(stop))
            {
                isNothing = false;
                if (await OutcomeAsync(post, output) is { } failure)
                    return FailureMessages.Tell(failure, $"line {line}: {ByeMessage.InWords(failure)}", error, output.IsJson);
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
            return FailureMessages.Tell(e.Message, ExitCode.Failed, error, output.IsJson);
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
    private static async Task<ChatException?> OutcomeAsync(Task<PostReceipt> post, ResultPrinter output)
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
    private static async Task<ChatException?> WaitForEndAsync(ChatClient client, ResultPrinter output, TextWriter error, CancellationTokenSource ended)
    {
        await foreach (var happened in client.EventsAsync(ended.Token))
        {
            output.TellOfConnection(happened, error);
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

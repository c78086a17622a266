using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands of chat with a server of plain text: it sends and receives only texts, to all or to one.</summary>
internal static class LegacyCommands
{
    /// <summary>The message when the connection ends; such a server gives no reason.</summary>
    public const string Closed = "the server has closed the connection";

    /// <summary>Runs interactively on a terminal, or sends the lines of standard input.</summary>
    public static async Task<int> RunAsync(ConnectionOptions connecting, LegacyClientOptions server, ParseResult parsed, CancellationToken stop)
    {
        try
        {
            await using var client = await connecting.FirstConnectionOf(parsed, isJson: false).MakeAsync(() => LegacyClient.ConnectAsync(server, stop), stop);
            if (Console.IsInputRedirected)
                return await SendAsync(client, target: null, text: null, stop, takesCommands: false);
            var style = TerminalStyle.ForOutput();
            if (!RawTerminal.IsAvailable)
            {
                using var lines = LineDisplay.WritingTo(OutputStream.OutputWriter(stop), style);
                return await new LegacyInteractiveChat(client, lines, style, TimeProvider.System).RunAsync("/quit or Ctrl-D leaves", stop);
            }
            await using var terminal = RawTerminal.Open();
            var screen = new ScreenDisplay(terminal) { ErrorLine = style.ErrorLine };
            return await new LegacyInteractiveChat(client, screen, style, TimeProvider.System).RunAsync("/quit or Ctrl-C leaves", stop);
        }
        catch (ChatException e)
        {
            return FailureMessages.Tell(e, parsed.InvocationConfiguration.Error, isJson: false);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            return FailureMessages.Tell(FailureReason.Of(e), ExitCode.Usage, parsed.InvocationConfiguration.Error, isJson: false);
        }
    }

    /// <summary>
    /// chat send: sends a text, or each line of standard input without one. The server does not acknowledge, so done means
    /// sent, not stored.
    /// </summary>
    public static async Task<int> SendAsync(LegacyClient client, string? target, string? text, CancellationToken stop, bool takesCommands = true)
    {
        Task SayAsync(string said) => target is null ? client.SendAsync(said, stop) : client.WhisperAsync(target, said, stop);
        if (text is not null)
        {
            await SayAsync(text);
            return ExitCode.Done;
        }
        if (!Console.IsInputRedirected)
            throw new ArgumentException("there is nothing to send: give a text, or - to send each line of standard input");
        await using var input = Console.OpenStandardInput();
        await foreach (var line in InputLines.ReadAsync(input, stop, takesCommands))
            await SayAsync(line.Text.ToString());
        return ExitCode.Done;
    }

    /// <summary>chat tail: prints each message as it arrives, up to a number of them.</summary>
    public static async Task<int> TailAsync(LegacyClient client, ResultPrinter output, ulong? count, TextWriter error, CancellationToken stop)
    {
        if (count == 0)
            return ExitCode.Done;
        await foreach (var message in client.MessagesAsync(stop))
        {
            output.LegacyMessage(message, DateTimeOffset.UtcNow);
            await output.FlushAsync();
            if (--count == 0)
                return ExitCode.Done;
        }
        return FailureMessages.Tell(Closed, ExitCode.Unreachable, error, output.IsJson);
    }
}

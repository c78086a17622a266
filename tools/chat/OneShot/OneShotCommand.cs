using System.CommandLine;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The frame of all commands that connect, do one thing, and end.</summary>
internal static class OneShotCommand
{
    /// <param name="connecting">The options of identity and server.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="outputOption">The option for the form of the output.</param>
    /// <param name="act">Does the command's work.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    /// <param name="actLegacy">Does the work with a server of plain text; null if such a server cannot do it.</param>
    /// <param name="dedupeKey">The key under which posts equal those of an earlier run; null for none.</param>
    public static async Task<int> RunAsync(
        ConnectionOptions connecting, ParseResult parsed, OutputOption outputOption, Func<ChatClient, ResultPrinter, Task<int>> act, CancellationToken stop,
        Func<LegacyClient, ResultPrinter, Task<int>>? actLegacy = null, string? dedupeKey = null)
    {
        var isJson = outputOption.IsForPrograms(parsed);
        // Buffered, for a tail of many messages; a command flushes when a person waits for the output.
        await using var writer = new StreamWriter(OutputStream.ForOutput(stop), new UTF8Encoding(false), 32 * 1024);
        try
        {
            var output = new ResultPrinter(writer, isJson, TerminalStyle.ForOutput());
            if (connecting.LegacyServer(parsed) is { } legacy)
                return await RunLegacyAsync(() => connecting.FirstConnectionOf(parsed, isJson).MakeAsync(() => LegacyClient.ConnectAsync(legacy, stop), stop), output, actLegacy, parsed.InvocationConfiguration.Error);
            await using var client = await connecting.ConnectAsync(parsed, isInteractive: false, dedupeKey, stop, isJson);
            return await act(client, output);
        }
        catch (ChatException e)
        {
            await writer.FlushAsync(CancellationToken.None);
            return FailureMessages.Tell(e, LoginAdvice.InWords(e), parsed.InvocationConfiguration.Error, isJson);
        }
    }

    private static async Task<int> RunLegacyAsync(
        Func<Task<LegacyClient>> connect, ResultPrinter output, Func<LegacyClient, ResultPrinter, Task<int>>? act, TextWriter error)
    {
        if (act is null)
            return FailureMessages.Tell("a server of plain text has neither rooms nor names nor history: only send and tail work there",
                ExitCode.Usage, error, output.IsJson);
        try
        {
            await using var client = await connect();
            return await act(client, output);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            return FailureMessages.Tell(FailureReason.Of(e), ExitCode.Usage, error, output.IsJson);
        }
    }
}

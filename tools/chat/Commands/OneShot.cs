using System.CommandLine;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>What all commands share that connect, do one thing, and end.</summary>
internal static class OneShot
{
    /// <param name="connecting">Who one is and where to.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="outputOption">What the output is like.</param>
    /// <param name="act">Does it.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <param name="actLegacy">Does it with a server of plain text; null if it cannot be done there.</param>
    /// <param name="dedupeKey">What makes posts the same as those of an earlier run; null if nothing does.</param>
    public static async Task<int> RunAsync(
        Connecting connecting, ParseResult parsed, OutputOption outputOption, Func<ChatClient, Output, Task<int>> act, CancellationToken stop,
        Func<LegacyClient, Output, Task<int>>? actLegacy = null, string? dedupeKey = null)
    {
        var isJson = outputOption.IsForPrograms(parsed);
        // Buffered, for a tail of many messages; what a person waits for is flushed by the command.
        await using var writer = new StreamWriter(OutputStream.ForOutput(), new UTF8Encoding(false), 32 * 1024);
        try
        {
            var output = new Output(writer, isJson, Style.ForOutput());
            if (connecting.LegacyServer(parsed) is { } legacy)
                return await RunLegacyAsync(() => connecting.FirstConnectionOf(parsed, isJson).MakeAsync(() => LegacyClient.ConnectAsync(legacy, stop), stop), output, actLegacy, parsed.InvocationConfiguration.Error);
            await using var client = await connecting.ConnectAsync(parsed, isInteractive: false, dedupeKey, stop, isJson);
            return await act(client, output);
        }
        catch (ChatException e)
        {
            await writer.FlushAsync(CancellationToken.None);
            return Failures.Tell(e, parsed.InvocationConfiguration.Error, isJson);
        }
    }

    /// <summary>That there is a pause, and why, is told on the side; what is asked for goes on.</summary>
    public static void TellOfConnection(ChatEvent happened, TextWriter error, bool isJson)
    {
        if (happened is ConnectionLost lost)
            CommandLine.Warn($"{Farewell.InWords(lost.Error)}; trying to get it back", error, isJson);
        else if (happened is ConnectionRestored)
            CommandLine.Warn("connected again", error, isJson);
    }

    private static async Task<int> RunLegacyAsync(
        Func<Task<LegacyClient>> connect, Output output, Func<LegacyClient, Output, Task<int>>? act, TextWriter error)
    {
        if (act is null)
            return Failures.Tell("a server of plain text has neither rooms nor names nor history: only send and tail work there",
                ExitCode.Usage, error, output.IsJson);
        try
        {
            await using var client = await connect();
            return await act(client, output);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException)
        {
            return Failures.Tell(Reason.Of(e), ExitCode.Usage, error, output.IsJson);
        }
    }
}

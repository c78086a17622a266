using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Talking on a terminal with a server of plain text.</summary>
internal sealed class LegacyTalk(LegacyClient client, Screen screen, Style style)
{
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = ListenAsync(ended);
        Tell("this is a server of plain text: everybody reads what you type");
        Tell("/msg TARGET TEXT says it to one alone; /quit or Ctrl-C leaves");
        try
        {
            await foreach (var line in screen.ReadLinesAsync(ended.Token))
                if (!await HandleAsync(line, ended.Token))
                    break;
        }
        catch (Exception e) when (e is ChatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The connection has ended, and the listener has said so.
        }
        await ended.CancelAsync();
        return await listening;
    }

    /// <summary>False if the user wants to leave.</summary>
    private async Task<bool> HandleAsync(string line, CancellationToken stop)
    {
        try
        {
            return await ObeyAsync(line, stop);
        }
        catch (ArgumentException e)
        {
            Complain(Reason.Of(e));
            return true;
        }
    }

    private async Task<bool> ObeyAsync(string line, CancellationToken stop)
    {
        switch (line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
        {
            case ["/quit"]:
                return false;
            case ["/msg", var target, var text]:
                await client.WhisperAsync(target, text, stop);
                Show($"to {Safe.Line(target)}»", text);
                break;
            case [['/', not '/', ..], ..]:
                Tell("there are only /msg TARGET TEXT and /quit here; // at the beginning of a line stands for /");
                break;
            default:
                var said = line.StartsWith("//", StringComparison.Ordinal) ? line[1..] : line;
                await client.SendAsync(said, stop);
                Show("you»", said);
                break;
        }
        return true;
    }

    /// <summary>Shows what comes until the connection ends; then the input ends too. Returns the program's exit code.</summary>
    private async Task<int> ListenAsync(CancellationTokenSource ended)
    {
        try
        {
            await foreach (var message in client.MessagesAsync(ended.Token))
                Show(null, message);
            Complain(LegacyChat.Closed);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (ChatException e)
        {
            Complain(e.Message);
        }
        await ended.CancelAsync();
        return ExitCode.Unreachable;
    }

    private void Show(string? who, string text)
    {
        var clock = style.Dim(DateTimeOffset.Now.ToString("HH:mm", CultureInfo.InvariantCulture));
        screen.Print($"{clock} {(who is null ? "" : style.Bold(who) + " ")}{Safe.Block(text).ReplaceLineEndings("\n      ")}");
    }

    private void Complain(string text) => screen.Print(style.Error("! " + Safe.Line(text)));

    private void Tell(string text) => screen.Print(style.Dim("* " + text));
}

using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat on a terminal with a server of plain text: messages above, the input line below.</summary>
internal sealed class LegacyInteractiveChat(LegacyClient client, IDisplay display, TerminalStyle style, TimeProvider time)
{
    /// <summary>The indent of further lines: the width of a time and a blank.</summary>
    private const int Indent = 6;

    private readonly Lock _lock = new();
    private readonly TimestampFormatter _calendar = new(time);

    public async Task<int> RunAsync(string howToLeave, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = ListenAsync(ended);
        Tell("this is a server of plain text: everybody reads what you type");
        Tell($"/msg TARGET TEXT sends a private message; {howToLeave}");
        try
        {
            await foreach (var line in display.ReadLinesAsync(ended.Token))
                if (!await HandleAsync(line, ended.Token))
                    break;
        }
        catch (Exception e) when (e is ChatException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The connection has ended, and the listener has reported it.
        }
        await ended.CancelAsync();
        return await listening;
    }

    /// <summary>Carries out one line; false if the user wants to leave.</summary>
    private async Task<bool> HandleAsync(string line, CancellationToken stop)
    {
        try
        {
            return await ObeyAsync(line, stop);
        }
        catch (ArgumentException e)
        {
            ShowError(FailureReason.Of(e));
            return true;
        }
    }

    private async Task<bool> ObeyAsync(string line, CancellationToken stop)
    {
        var (said, command) = SlashPrefix.Read(line);
        if (said is not null)
        {
            await client.SendAsync(said, stop);
            Show("you»", said);
            return true;
        }
        var (name, rest) = SlashPrefix.Split(command!);
        var (target, text) = SlashPrefix.Split(rest);
        if (name == "/quit")
            return false;
        if (name != "/msg" || text.Length == 0)
        {
            Tell("there are only /msg TARGET TEXT and /quit here; // at the beginning of a line stands for /");
            return true;
        }
        await client.WhisperAsync(target, text, stop);
        Show($"to {Escaped.Line(target)}»", text);
        return true;
    }

    /// <summary>Shows messages until the connection ends, then ends the input. Returns the program's exit code.</summary>
    private async Task<int> ListenAsync(CancellationTokenSource ended)
    {
        try
        {
            await foreach (var message in client.MessagesAsync(ended.Token))
                Show(null, message);
            ShowError(LegacyCommands.Closed);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Done;
        }
        catch (ChatException e)
        {
            ShowError(e.Message);
        }
        await ended.CancelAsync();
        return ExitCode.Unreachable;
    }

    private void Show(string? who, string text)
    {
        lock (_lock)
        {
            var now = time.GetLocalNow();
            if (_calendar.NewDay(now) is { } day)
                display.Print(style.Dim(day));
            var prefix = who is null ? "" : who + " ";
            var safe = Escaped.Block(text);
            var rows = TextLayout.Break(safe, Indent + DisplayWidth.Of(prefix), Indent, display.Columns);
            var parts = rows.Select(row => safe[row.Start..row.End]);
            display.Print($"{style.Dim(_calendar.Clock(now))} {(prefix.Length > 0 ? style.Bold(prefix) : "")}{string.Join("\n" + new string(' ', Indent), parts)}");
        }
    }

    private void ShowError(string text) => display.Print(style.Error("! " + Escaped.Line(text)));

    private void Tell(string text) => display.Print(style.Dim("* " + text));
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat on a terminal: messages above, the input line below.</summary>
internal static class InteractiveChat
{
    public static async Task<int> RunAsync(ConnectionOptions connecting, ParseResult parsed, CancellationToken stop)
    {
        try
        {
            // If standard input is a terminal, a person types, whatever the terminal can do and wherever the output goes: commands are obeyed.
            var isInteractive = !Console.IsInputRedirected;
            await using var client = await connecting.ConnectAsync(parsed, isInteractive, dedupeKey: null, stop);
            if (!isInteractive)
                return await SendInputAsync(client, parsed, stop);
            var style = TerminalStyle.ForOutput();
            if (!RawTerminal.IsAvailable)
            {
                using var lines = LineDisplay.WritingTo(OutputStream.OutputWriter(stop), style);
                return await TalkAsync(client, _ => lines, style, "/quit or Ctrl-D leaves", stop);
            }
            await using var terminal = RawTerminal.Open();
            return await TalkAsync(
                client, completer => new ScreenDisplay(terminal, completer) { ErrorLine = style.ErrorLine }, style, "/quit or Ctrl-C leaves", stop);
        }
        catch (ChatException e)
        {
            return FailureMessages.Tell(e, LoginAdvice.InWords(e), parsed.InvocationConfiguration.Error, isJson: false);
        }
    }

    private static async Task<int> TalkAsync(
        ChatClient client, Func<Completer, IDisplay> open, TerminalStyle style, string howToLeave, CancellationToken stop)
    {
        var people = new RoomMembers();
        var input = default(InputCommands);
        var display = open((before, word) => input!.Complete(before, word));
        var view = new EventPrinter(display, client, style, TimeProvider.System);
        var marks = new ShownMarks();
        input = new InputCommands(client, people, view, marks);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var beginning = view.Hold();
        var listening = ListenAsync(client, people, view, input, marks, ended);
        using (beginning)
        {
            await input.EnterAsync(Names.Lobby, stop);
            view.Say($"/help tells what else you can type; {howToLeave}");
        }
        try
        {
            await foreach (var line in display.ReadLinesAsync(ended.Token))
                if (!await input.HandleAsync(line, ended.Token))
                    break;
            // The session is ended in good order, but a server that does not answer must not delay the exit.
            await client.QuitAsync(stop).WaitAsync(TimeSpan.FromSeconds(2), stop);
        }
        catch (Exception e) when (e is ChatException or TimeoutException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The session has ended, and the listener has the reason.
        }
        await client.DisposeAsync();
        await input.PostsAsync();
        return await listening;
    }

    /// <summary>Shows events until the session ends, then ends the input. Returns the program's exit code.</summary>
    private static async Task<int> ListenAsync(ChatClient client, RoomMembers people, EventPrinter view, InputCommands input, ShownMarks marks, CancellationTokenSource ended)
    {
        var exitCode = ExitCode.Done;
        await foreach (var happened in client.EventsAsync(CancellationToken.None))
        {
            switch (happened)
            {
                case ConnectionLost lost:
                    input.IsConnected = false;
                    view.ShowError($"{ByeMessage.InWords(lost.Error)}; trying to get it back, and what you say meanwhile waits");
                    break;
                case ConnectionRestored:
                    input.IsConnected = true;
                    view.Say("connected again");
                    _ = input.LookAroundAsync(ended.Token);
                    break;
                case RoomRemovedByAdmin removed:
                    input.Gone(removed.Room);
                    view.InTurn(() => view.ShowError($"{removed.Room.Label()} was removed by an admin, with all that was said there"));
                    break;
                case ExpelledFromRoom expelled:
                    input.Gone(expelled.Room);
                    view.InTurn(() => view.ShowError(RoomWords.Of(expelled)));
                    break;
                case RoomLost lost:
                    input.Gone(lost.Room);
                    view.InTurn(() => view.ShowError($"you are no longer in {lost.Room.Label()}: {lost.Error.Message}"));
                    break;
                case SessionEnded { Bye: { } bye }:
                    view.Say(ByeMessage.InWords(bye));
                    exitCode = FailureMessages.ExitCodeOf(bye);
                    break;
                case SessionEnded { Error: { } error }:
                    view.ShowError(LoginAdvice.InWords(error));
                    exitCode = FailureMessages.ExitCodeOf(error);
                    break;
                default:
                    view.InTurn(() =>
                    {
                        Show(happened, client, people, view, input, ended.Token);
                        MarkShown(happened, marks);
                    });
                    break;
            }
        }
        await ended.CancelAsync();
        return exitCode;
    }

    private static void MarkShown(ChatEvent happened, ShownMarks marks)
    {
        switch (happened)
        {
            case MessageReceived received: marks.Shown(received.Room, received.Message.Seq); break;
            case RoomChangeReceived received: marks.Shown(received.Room, received.Change.Seq); break;
            case RoleChangeReceived received: marks.Shown(received.Room, received.Change.Seq); break;
            case UnknownEntryReceived received: marks.Shown(received.Room, received.Entry.Seq); break;
        }
    }

    private static void Show(ChatEvent happened, ChatClient client, RoomMembers people, EventPrinter view, InputCommands input, CancellationToken stop)
    {
        switch (happened)
        {
            case MessageReceived received:
                view.News(received.Room, received.Message);
                break;
            case PurgeReceived { Purge: var purge } received:
                view.Change(received.Room, purge.Time, ResultPrinter.ChangeInWords(purge)!);
                break;
            case EditReceived edited:
                view.Amended(edited.Room, edited.Edit);
                break;
            case RetractionReceived gone:
                view.Amended(gone.Room, gone.Retraction);
                break;
            case ReactionReceived reacted:
                view.Amended(reacted.Room, reacted.Reaction);
                break;
            case PinReceived pinned:
                view.Amended(pinned.Room, pinned.Pin);
                break;
            case UnknownEntryReceived received:
                if (received.Entry.ToMessage() is { } shown)
                    view.News(received.Room, shown);
                break;
            case MessageErased erased:
                view.Erased(erased.Room, erased.Seq);
                break;
            case PresenceChanged changed:
                var news = people.Apply(changed, client.Principal);
                foreach (var line in news.Lines)
                    view.Say(line);
                if (news.IsListNeeded)
                    _ = input.LookAroundAsync(stop, changed.Room);
                break;
            case NameChanged changed:
                view.Say($"you are now called {changed.Name}");
                break;
            case NoticeReceived notice:
                view.Notice(notice);
                break;
            case RoomRewound rewound:
                view.ShowError($"the server was restored: the messages in {rewound.Room.Label()} after message {rewound.Seq} are void");
                break;
            case MessagesMissing missing:
                view.Missing(missing.Room, missing.First, missing.Last, missing.Reason);
                break;
            case MessagesExpired expired:
                view.ShowError($"messages in {expired.Room.Label()} up to {expired.Through} have expired and were missed");
                break;
            case RoomChangeReceived { Change: var change } received:
                view.Change(received.Room, change.Time, ResultPrinter.ChangeInWords(change)!);
                break;
            case RoleChangeReceived { Change: var change } received:
                view.Change(received.Room, change.Time, ResultPrinter.ChangeInWords(change)!);
                if (change.Principal == client.Principal && change.Restriction == RoomRestriction.Muted)
                    view.ShowError(RoomCommands.MutedInWords(received.Room));
                break;
            case InvitedToRoom invited:
                view.Say($"{invited.By} has invited you to {invited.Label()}: /join {invited.Label()} enters it");
                break;
        }
    }

    /// <summary>
    /// Posts each line of an input that is no terminal to the lobby; a line that would be a command is neither obeyed nor
    /// posted, but refused.
    /// </summary>
    private static async Task<int> SendInputAsync(ChatClient client, ParseResult parsed, CancellationToken stop)
    {
        await using var input = Console.OpenStandardInput();
        var output = new ResultPrinter(parsed.InvocationConfiguration.Output, isJson: false, TerminalStyle.Plain);
        return await LineSender.SendAsync(client, Names.Lobby, input, output, parsed.InvocationConfiguration.Error,
            tellOfNothing: true, quits: true, stop, takesCommands: false);
    }
}

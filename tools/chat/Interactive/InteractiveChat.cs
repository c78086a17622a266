using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat on a terminal: what others say above, what one types below.</summary>
internal static class InteractiveChat
{
    public static async Task<int> RunAsync(Connecting connecting, ParseResult parsed, CancellationToken stop)
    {
        try
        {
            var isInteractive = RawTerminal.IsAvailable;
            await using var client = await connecting.ConnectAsync(parsed, isInteractive, dedupeKey: null, stop);
            return isInteractive
                ? await TalkAsync(client, stop)
                : await SendInputAsync(client, parsed, stop);
        }
        catch (ChatException e)
        {
            return Failures.Tell(e, parsed.InvocationConfiguration.Error, isJson: false);
        }
    }

    private static async Task<int> TalkAsync(ChatClient client, CancellationToken stop)
    {
        await using var terminal = RawTerminal.Open();
        var people = new People();
        var input = default(InputCommands);
        var style = Style.ForOutput();
        var screen = new Screen(terminal, (before, word) => input!.Complete(before, word)) { Complaint = text => View.Complaint(style, text) };
        var view = new View(screen, client, style);
        input = new InputCommands(client, people, view);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var listening = ListenAsync(client, people, view, input, ended);
        await input.EnterAsync(Names.Lobby, stop);
        view.Say("/help tells what else you can type; /quit or Ctrl-C leaves");
        try
        {
            await foreach (var line in screen.ReadLinesAsync(ended.Token))
                if (!await input.HandleAsync(line, ended.Token))
                    break;
            // Leaving in good order; a server that does not answer any more must not keep anybody.
            await client.QuitAsync(stop).WaitAsync(TimeSpan.FromSeconds(2), stop);
        }
        catch (Exception e) when (e is ChatException or TimeoutException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // The session has ended, and the listener knows why.
        }
        await client.DisposeAsync();
        await input.PostsAsync();
        return await listening;
    }

    /// <summary>Shows what comes until the session ends; then the input ends too. Returns the program's exit code.</summary>
    private static async Task<int> ListenAsync(ChatClient client, People people, View view, InputCommands input, CancellationTokenSource ended)
    {
        var exitCode = ExitCode.Done;
        await foreach (var happened in client.EventsAsync(CancellationToken.None))
        {
            switch (happened)
            {
                case MessageReceived received:
                    view.Message(received.Room, received.Message);
                    break;
                case MessageErased erased:
                    view.Say($"message {erased.Seq} of {erased.Room} was erased");
                    break;
                case PresenceChanged changed:
                    people.Apply(changed.Room, changed.Presence, client.Principal, view);
                    break;
                case NoticeReceived notice:
                    view.Notice(notice.Notice);
                    break;
                case ConnectionLost lost:
                    input.IsConnected = false;
                    view.Complain($"{Farewell.InWords(lost.Error)}; trying to get it back, and what you say meanwhile waits");
                    break;
                case ConnectionRestored:
                    input.IsConnected = true;
                    view.Say("connected again");
                    _ = input.LookAroundAsync(ended.Token);
                    break;
                case RoomRewound rewound:
                    view.Complain($"the server was restored: what was said in {rewound.Room} behind message {rewound.Seq} is void");
                    break;
                case MessagesExpired expired:
                    view.Complain($"messages in {expired.Room} up to {expired.Through} are not kept any more, and were missed");
                    break;
                case MessagesMissing missing:
                    view.Missing(missing.Room, missing.First, missing.Last, missing.Reason);
                    break;
                case RoomLost lost:
                    view.Complain($"you are no longer in {lost.Room}: {lost.Error.Message}");
                    break;
                case SessionEnded { Bye: { } bye }:
                    view.Say(Farewell.InWords(bye));
                    exitCode = Failures.ExitCodeOf(bye);
                    break;
                case SessionEnded { Error: { } error }:
                    view.Complain(error.Message);
                    exitCode = Failures.ExitCodeOf(error);
                    break;
            }
        }
        await ended.CancelAsync();
        return exitCode;
    }

    /// <summary>Without a terminal every line of the input is a message to the lobby.</summary>
    private static async Task<int> SendInputAsync(ChatClient client, ParseResult parsed, CancellationToken stop)
    {
        await using var input = Console.OpenStandardInput();
        var output = new Output(parsed.InvocationConfiguration.Output, isJson: false, Style.Plain);
        return await SendCommand.SendLinesAsync(client, Names.Lobby, input, output, parsed.InvocationConfiguration.Error, tellOfNothing: true, quits: true, stop);
    }
}

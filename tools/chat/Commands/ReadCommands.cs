using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands that read: chat tail, history and who.</summary>
internal static class ReadCommands
{
    private const int DefaultCount = 20;

    public static Command Tail(ConnectionOptions connecting)
    {
        var room = new RoomOptions("--with");
        var output = ResultPrinter.CreateOption();
        var last = new Option<ulong?>("--last") { Description = "Begin with the last N messages", HelpName = "N" };
        var after = new Option<string?>("--after") { Description = "Begin behind this message", HelpName = "[EPOCH:]SEQ" };
        var count = new Option<ulong?>("--count", "-c") { Description = "End after so many messages, those included that are told to be missing", HelpName = "N" };
        var command = new Command("tail", "Print new messages as they arrive") { last, after, count, output };
        room.AddTo(command);
        after.Validators.Add(result =>
        {
            if (!ChatCursor.TryParse(result.GetRequiredValue(after), out _))
                result.AddError("--after takes a message's seq, or EPOCH:SEQ");
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(last) is not null && result.GetResult(after) is not null)
                result.AddError("--last and --after exclude each other");
        });
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, (client, writer) =>
        {
            var options = new JoinOptions { From = ChatCursor.TryParse(parsed.GetValue(after), out var cursor) ? cursor : null };
            return BrokenPipeMonitor.WhileThereAsync(
                ended => TailAsync(client, writer, room.Of(parsed), options, parsed.GetValue(last), parsed.GetValue(count), parsed.InvocationConfiguration.Error, ended), stop);
        }, stop, (client, writer) => BrokenPipeMonitor.WhileThereAsync(
            ended => LegacyCommands.TailAsync(client, writer, parsed.GetValue(count), parsed.InvocationConfiguration.Error, ended), stop)));
        return command.WithExamples(
            "chat tail                                   the lobby, from now on",
            "chat tail --room ops --last 50              with the last 50 messages",
            "chat tail --room ops --after 1234 -o ndjson continue where a program stopped");
    }

    public static Command History(ConnectionOptions connecting)
    {
        var room = new RoomOptions("--with");
        var output = ResultPrinter.CreateOption();
        var count = new Option<ulong?>("--count", "-c") { Description = $"How many messages. Default: {DefaultCount}, or all with --since", HelpName = "N" };
        var before = new Option<ulong?>("--before") { Description = "The last messages before this one", HelpName = "SEQ" };
        var since = Time("--since", "The first messages from this time on: 2h ago, or at that time");
        var until = Time("--until", "Only messages from before this time");
        var command = new Command("history", "Print the last messages, in order") { count, before, since, until, output };
        room.AddTo(command);
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            var opened = await client.OpenAsync(room.Of(parsed), cancellationToken: stop);
            var now = DateTimeOffset.UtcNow + client.Server.TimeOffset;
            var begin = parsed.GetValue(since) is { } from ? Times.ParsePoint(from, now) : null;
            var through = Math.Min(opened.Head, parsed.GetValue(before) is { } limit ? limit - Math.Min(limit, 1) : ulong.MaxValue);
            if (parsed.GetValue(until) is { } to)
                through = await LastBeforeAsync(opened, through, Times.ParsePoint(to, now)!.Value, stop);
            var wanted = parsed.GetValue(count) ?? (begin is null ? DefaultCount : ulong.MaxValue);
            // Counted back from the end, or forward from the time.
            var after = begin is null ? await opened.SeqBeforeLastAsync(wanted, through, stop) : 0;
            if (wanted > 0)
                await foreach (var page in opened.PagesAsync(after, through, begin, stop))
                    if ((wanted = Print(writer, opened, page, wanted)) == 0)
                        break;
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat history --room ops --count 100", "chat history --with alice", "chat history --since 2h", "chat history --since 2026-11-24T09:00:00+01:00 --until 1h -o ndjson");
    }

    public static Command Who(ConnectionOptions connecting)
    {
        var output = ResultPrinter.CreateOption();
        var room = new RoomOptions("--with").Room;
        var command = new Command("who", "List the users in a room") { room, output };
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            var opened = await client.OpenAsync(RoomWords.ToAddress(parsed.GetRequiredValue(room)), cancellationToken: stop);
            await foreach (var member in opened.MembersAsync(stop))
                writer.Member(member);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat who --room ops");
    }

    private static async Task<int> TailAsync(
        ChatClient client, ResultPrinter output, string address, JoinOptions options, ulong? last, ulong? count, TextWriter error, CancellationToken stop)
    {
        // Sent together with the join, which creates a missing room: without the warning a user who mistyped the name would wait for ever.
        var looking = FindAsync(client, address, stop);
        if (last is { } wanted)
        {
            // Counted back before the join, so that messages between the two are delivered as well.
            options = options with { From = ChatCursor.At(await looking is { } opened ? await opened.SeqBeforeLastAsync(wanted, cancellationToken: stop) : 0) };
        }
        var joining = client.JoinAsync(address, options, stop);
        if (await looking is null)
            CommandLine.Warn($"there is no room called {address} yet; waiting for what is said in it", error, output.IsJson);
        var room = await joining;
        if (count == 0)
            return ExitCode.Done;
        var seen = options.From?.Seq ?? room.Cursor.Seq;
        await using var events = client.EventsAsync(stop).GetAsyncEnumerator(stop);
        while (true)
        {
            var next = events.MoveNextAsync();
            if (!next.IsCompleted)
                await output.FlushAsync();
            if (!await next)
                return ExitCode.Unreachable;
            output.TellOfConnection(events.Current, error);
            switch (events.Current)
            {
                case var said when EntryIn(room, said) is { } entry:
                    output.Entry(room, entry);
                    seen = entry.Seq;
                    if (entry.IsSaid)
                        count--;
                    break;
                case RoomRewound rewound when rewound.Room == room:
                    output.Rewound(room, rewound.Seq);
                    seen = rewound.Seq;
                    break;
                case MessagesExpired expired when expired.Room == room:
                    CommandLine.Warn($"messages up to {expired.Through} have expired and were missed", error, output.IsJson);
                    count = Less(count, expired.Through - Math.Min(seen, expired.Through));
                    seen = expired.Through;
                    break;
                case RoomRemovedByAdmin removed when removed.Room == room:
                    return FailureMessages.Tell($"{room.Label()} was removed by an admin, with all that was said there", ExitCode.NotFound, error, output.IsJson);
                case ExpelledFromRoom expelled when expelled.Room == room:
                    return FailureMessages.Tell(RoomWords.Of(expelled), ExitCode.Denied, error, output.IsJson);
                case MessagesMissing missing when missing.Room == room:
                    output.Gap(room, missing.First, missing.Last, missing.Reason);
                    count = Less(count, missing.Last - missing.First + 1);
                    seen = missing.Last;
                    break;
                case RoomLost lost when lost.Room == room:
                    throw lost.Error;
                case MessageErased erased when erased.Room.Id == room.Id:
                    output.Erased(room, erased.Seq);
                    break;
                case SessionEnded { Bye: { Why: ByeCode.Shutdown } }:
                    return ExitCode.Done;
                case SessionEnded { Error: { } why }:
                    throw why;
            }
            if (count == 0)
                return ExitCode.Done;
        }
    }

    /// <summary>The entry of the room that an event tells; null for another event.</summary>
    private static ChatEntry? EntryIn(ChatRoom room, ChatEvent happened) => happened switch
    {
        MessageReceived received when received.Room.Id == room.Id => received.Message,
        RoomChangeReceived received when received.Room.Id == room.Id => received.Change,
        RoleChangeReceived received when received.Room.Id == room.Id => received.Change,
        PurgeReceived received when received.Room.Id == room.Id => received.Purge,
        EditReceived received when received.Room.Id == room.Id => received.Edit,
        RetractionReceived received when received.Room.Id == room.Id => received.Retraction,
        ReactionReceived received when received.Room.Id == room.Id => received.Reaction,
        PinReceived received when received.Room.Id == room.Id => received.Pin,
        UnknownEntryReceived received when received.Room.Id == room.Id => received.Entry,
        _ => null,
    };

    /// <summary>The rest of a count; missing messages count too, as where the last ones are counted (CP-MSG-016).</summary>
    private static ulong? Less(ulong? count, ulong by) => count is { } left ? left - Math.Min(left, by) : null;

    /// <summary>Finds the room; null if it does not exist yet, as none that has an id could.</summary>
    private static async Task<ChatRoom?> FindAsync(ChatClient client, string address, CancellationToken stop)
    {
        try
        {
            return await client.OpenAsync(address, cancellationToken: stop);
        }
        catch (ChatException e) when (e.Code == ErrorCode.NoSuchRoom && RoomAddress.Parse(address).Kind != RoomKind.ByInvitation)
        {
            return null;
        }
    }

    public static Option<string?> Time(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "2h|3d|RFC3339" };
        option.Validators.Add(result =>
        {
            if (Times.ParsePoint(result.GetRequiredValue(option)!, DateTimeOffset.UtcNow) is null)
                result.AddError($"{name} takes a time with its zone, as in 2026-11-24T09:00:00Z, or how long ago as {Times.SpanForms}");
        });
        return option;
    }

    /// <summary>Prints a page, and returns how many messages are still wanted.</summary>
    private static ulong Print(ResultPrinter output, ChatRoom room, HistoryPage page, ulong wanted)
    {
        foreach (var part in page.InOrder())
        {
            if (part is HistoryGap gap)
                output.Gap(room, gap.First, gap.Last, gap.Reason);
            else
                output.Entry(room, (ChatEntry)part);
            if (part is ChatEntry { IsSaid: true } && --wanted == 0)
                break;
        }
        return wanted;
    }

    /// <summary>The seq of the last message before a time, up to a seq, or the last seq of a gap that may hold it; 0 if there is none.</summary>
    private static async Task<ulong> LastBeforeAsync(ChatRoom room, ulong through, DateTimeOffset until, CancellationToken stop)
    {
        var page = await room.HistoryAsync(1, before: through + 1, until: until, cancellationToken: stop);
        return page.Gaps.Count > 0 ? page.Gaps[^1].Last : page.Entries.Count > 0 ? page.Entries[^1].Seq : 0;
    }
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The command that searches: chat search.</summary>
internal static class SearchCommand
{
    private const ulong DefaultCount = 20;

    public static Command Search(ConnectionOptions connecting)
    {
        var words = new Argument<string[]>("WORDS") { Description = "What messages contain; what is in double quotes as a whole", Arity = ArgumentArity.OneOrMore };
        var room = new RoomOptions("--with");
        room.Room.Description = "Only this room; one by invitation by its id. Default: every room that you see";
        var output = ResultPrinter.CreateOption();
        var from = new Option<string?>("--from") { Description = "Only what was said by this name", HelpName = "NAME" };
        var count = new Option<ulong?>("--count", "-c") { Description = $"How many at most. Default: {DefaultCount}", HelpName = "N" };
        var since = ReadCommands.Time("--since", "Only messages from this time on: 2h ago, or at that time");
        var until = ReadCommands.Time("--until", "Only messages from before this time");
        var command = new Command("search", "Print the messages that contain some words, the last first") { words, from, count, since, until, output };
        room.AddTo(command);
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, output, async (client, writer) =>
        {
            var now = DateTimeOffset.UtcNow + client.Server.TimeOffset;
            var options = new SearchOptions
            {
                Author = parsed.GetValue(from),
                Since = parsed.GetValue(since) is { } begin ? Times.ParsePoint(begin, now) : null,
                Until = parsed.GetValue(until) is { } end ? Times.ParsePoint(end, now) : null,
            };
            var query = string.Join(' ', parsed.GetRequiredValue(words));
            var pages = room.IsGiven(parsed) ? (await client.OpenAsync(room.Of(parsed), cancellationToken: stop)).SearchPagesAsync(query, options, stop)
                : client.SearchPagesAsync(query, options, stop);
            var found = await PrintAsync(client, writer, pages, parsed.GetValue(count) ?? DefaultCount, parsed.InvocationConfiguration.Error, stop);
            return found ? ExitCode.Done : FailureMessages.Tell("nothing was found", ExitCode.NotFound, parsed.InvocationConfiguration.Error, writer.IsJson);
        }, stop));
        return command.WithExamples("chat search 'the build'", "chat search 上海 --room ops --from alice", "chat search '\"is green\"' --since 2d -o ndjson");
    }

    private static async Task<bool> PrintAsync(ChatClient client, ResultPrinter writer, IAsyncEnumerable<SearchPage> pages, ulong count, TextWriter error, CancellationToken stop)
    {
        var rooms = new FoundRooms(client);
        var (isFirst, left) = (true, count);
        await foreach (var page in pages.WithCancellation(stop))
        {
            if (isFirst && page.MissingFrom is { } time)
                CommandLine.Warn($"the server's index is being made: what was said from {Json.Time(time)} on may be missing", error, writer.IsJson);
            isFirst = false;
            foreach (var hit in page.Hits)
            {
                if (left == 0)
                    break;
                if (await rooms.FindAsync(hit, stop) is not { } room)
                    continue;
                writer.Hit(room, hit);
                left--;
            }
            if (left == 0)
                break;
        }
        return left < count;
    }
}

using System.CommandLine;
using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl top: the server's work, second by second, on one screen.</summary>
internal sealed class TopCommand
{
    private static readonly ResultSchema<BusyRoom> Rooms = new("",
        Column<BusyRoom>.Text("room", r => r.Room.Name),
        Column<BusyRoom>.Rate("messages/s", r => r.Messages),
        Column<BusyRoom>.Number("present", r => r.Room.Members),
        Column<BusyRoom>.Number("messages", r => r.Room.Head));

    private static readonly ResultSchema<ChatSessionInfo> Readers = new("",
        Column<ChatSessionInfo>.Number("id", s => s.Session),
        Column<ChatSessionInfo>.Text("name", s => s.Name),
        Column<ChatSessionInfo>.Text("address", s => s.Address),
        Column<ChatSessionInfo>.Text("queued", s => Counts.Bytes(s.Queued)),
        Column<ChatSessionInfo>.Span("idle", s => s.Idle));

    private static readonly ResultSchema<ServerActivity> Schema = new("chatctl.top.v1",
        Column<ServerActivity>.Text("server", a => a.Status.Agent),
        Column<ServerActivity>.Time("started", a => a.Status.Started),
        Column<ServerActivity>.Number("connections", a => a.Status.Connections),
        Column<ServerActivity>.Number("capacity", a => a.Status.Capacity),
        Column<ServerActivity>.Number("sessions", a => a.Status.Sessions),
        Column<ServerActivity>.Number("rooms", a => a.Status.Rooms),
        Column<ServerActivity>.Number("memory", a => a.Status.Memory),
        Column<ServerActivity>.Number("queued", a => a.Status.Queued),
        Column<ServerActivity>.Rate("posts_per_second", a => a.Posts),
        Column<ServerActivity>.Rate("delivered_per_second", a => a.Delivered),
        Column<ServerActivity>.Rate("commits_per_second", a => a.Commits),
        Column<ServerActivity>.Seconds("commit_time", a => a.CommitTime),
        Column<ServerActivity>.Seconds("slowest_commit", a => a.Status.SlowestCommit),
        Column<ServerActivity>.List("busiest_rooms", a => a.Rooms,
            Column<BusyRoom>.Number("id", r => r.Room.Id),
            Column<BusyRoom>.Text("room", r => r.Room.Name),
            Column<BusyRoom>.Rate("messages_per_second", r => r.Messages),
            Column<BusyRoom>.Number("present", r => r.Room.Members)),
        Column<ServerActivity>.List("slowest_readers", a => a.Readers,
            Column<ChatSessionInfo>.Number("id", s => s.Session),
            Column<ChatSessionInfo>.Text("name", s => s.Name),
            Column<ChatSessionInfo>.Text("address", s => s.Address),
            Column<ChatSessionInfo>.Number("queued", s => s.Queued)));

    private readonly Target _target;
    private readonly Option<TimeSpan?> _every = AdminOptions.Duration("--every", "The time between two looks. Default: 1s", mayBeZero: false);
    private readonly Option<bool> _once = new("--once") { Description = "Look once, and end; -o json does so" };

    private TopCommand(Target target) => _target = target;

    public static Command Create(Target target) => new TopCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("top", "Show the server's work second by second until Ctrl-C: rates, how long commits take, the busiest of the public rooms, the sessions that read most slowly. Of more than 10,000 rooms or connections the first are looked at")
        {
            _every, _once,
        };
        command.SetAction((parsed, stop) => _target.RunAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        return command.WithExamples("chatctl top", "chatctl top --once -o json", "chatctl top --every 10s -o ndjson >>activity.log");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        var every = parsed.GetValue(_every) ?? TimeSpan.FromSeconds(1);
        var monitor = new ActivityMonitor(client);
        await monitor.LookAsync(stop);
        await Task.Delay(every, stop);
        if (parsed.GetValue(_once) || results.Form == OutputForm.Json)
        {
            var activity = await monitor.LookAsync(stop);
            results.Done(ToLines(activity).Select(line => line.Text), activity, Schema);
            return ExitCode.Done;
        }
        return await results.RepeatAsync<ServerActivity>(
            async ending => [await monitor.LookAsync(ending)], one => ToLines(one.Single()), (one, time) => Schema.ToJson(one, time), every, "chatctl top", stop);
    }

    private static IEnumerable<(string Text, bool IsHeading)> ToLines(ServerActivity activity)
    {
        var status = activity.Status;
        yield return ($"{Escaped.Line(status.Agent)}  connections {Of(status.Connections)}{(status.Capacity is { } most ? $" of {most}" : "")}  sessions {status.Sessions}  rooms {status.Rooms}", false);
        yield return ($"memory {(status.Memory is { } memory ? Counts.Bytes(memory) : "-")}  queued {Counts.Bytes(status.Queued)}  free {(status.Free is { } free ? Counts.Bytes(free) : "-")}", false);
        yield return (string.Create(CultureInfo.InvariantCulture, $"posts {activity.Posts:0.0}/s  delivered {activity.Delivered:0.0}/s  commits {activity.Commits:0.0}/s"), false);
        yield return (string.Create(CultureInfo.InvariantCulture, $"commit mean {Milliseconds(activity.CommitTime)}, slowest of the last minute {Milliseconds(status.SlowestCommit)}"), false);
        foreach (var line in Section(Rooms.ToTable(activity.Rooms), activity.Rooms.Count, "no messages in public rooms"))
            yield return line;
        foreach (var line in Section(Readers.ToTable(activity.Readers), activity.Readers.Count, "nothing is queued for any session"))
            yield return line;
    }

    private static IEnumerable<(string Text, bool IsHeading)> Section(Table table, int count, string ofNone) =>
        count == 0 ? [("", false), (ofNone, false)] : [("", false), .. table.ToLines().Select((line, i) => (line, i == 0))];

    private static string Of(ulong? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Milliseconds(TimeSpan? span) => span is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalMilliseconds:0.0} ms") : "-";
}

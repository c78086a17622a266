using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// chatctl retention: the messages beyond a new limit are removed for good, so they are counted first and the user has to
/// confirm.
/// </summary>
internal sealed class RetentionCommand
{
    /// <summary>The time within which the server removes expired messages.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private static readonly Column<RoomRetention>[] Columns =
    [
        Column<RoomRetention>.Span("age", k => k.Age),
        Column<RoomRetention>.Number("count", k => k.Count),
        Column<RoomRetention>.Number("bytes", k => k.Bytes),
        Column<RoomRetention>.Number("oldest", k => k.Oldest),
    ];

    private static readonly Column<RoomRetention> Goes = Column<RoomRetention>.Number("goes", k => k.Expiring);

    private static readonly ResultSchema<RoomRetention> Kept = new("chatctl.retention.v1",
        [.. Columns, Goes.ForPrograms(), Column<RoomRetention>.Flag("dry_run", _ => false).ForPrograms()]);

    private static readonly ResultSchema<RoomRetention> Counted = new("chatctl.retention.v1",
        [.. Columns, Goes, Column<RoomRetention>.Flag("dry_run", _ => true).ForPrograms()]);

    private readonly Target _target;
    private readonly RoomArgument _room = new();
    private readonly Option<RetentionLimit?> _age = RetentionLimit.OfTime("--age", "How long messages are kept");
    private readonly Option<RetentionLimit?> _count = RetentionLimit.OfNumber("--count", "How many messages are kept");
    private readonly Option<RetentionLimit?> _bytes = RetentionLimit.OfSize("--bytes", "How many bytes of messages are kept");
    private readonly Option<bool> _off = new("--off") { Description = "Keep everything again" };
    private readonly Safeguard _safeguard = new(isNeededInScripts: true);

    private RetentionCommand(Target target) => _target = target;

    private Option<RetentionLimit?>[] Limits => [_age, _count, _bytes];

    public static Command Create(Target target) => new RetentionCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("retention", "Show or set the retention of a room: messages beyond any of the limits are removed for good. A limit that is not given stays as it is, and without any limit everything is kept")
        {
            _room, _age, _count, _bytes, _off, _safeguard.Yes, _safeguard.DryRun,
        };
        command.Validators.Add(result =>
        {
            var limit = Limits.Select(result.GetResult).FirstOrDefault(given => given is not null);
            if (result.GetValue(_off) && limit is not null)
                result.AddError("--off keeps everything, and takes no limit beside it");
            if (limit is null && (result.GetValue(_safeguard.DryRun) || result.GetValue(_safeguard.Yes) && !result.GetValue(_off)))
                result.AddError($"{(result.GetValue(_safeguard.DryRun) ? _safeguard.DryRun : _safeguard.Yes).Name} goes with a limit: --age, --count or --bytes");
        });
        command.SetAction((parsed, stop) => _target.ChangeAsync(parsed, (client, results) => RunAsync(parsed, client, results, stop), stop));
        return command.WithExamples(
            "chatctl retention lobby --age 30d --dry-run    count what would go",
            "chatctl retention lobby --age 30d",
            "chatctl retention ops --count 100000 --bytes 50M --yes    in a script",
            "chatctl retention ops --age none    the other limits stay",
            "chatctl retention ops --off",
            "chatctl retention ops    show it");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ResultWriter results, CancellationToken stop)
    {
        var room = (await _room.FindAsync(parsed, client, stop)).Id;
        if (parsed.GetValue(_off))
            return Show(results, await client.Admin.RetainAsync(room, null, null, null, stop));
        var now = await client.Admin.RetentionAsync(room, stop);
        if (Limits.All(limit => parsed.GetValue(limit) is null))
            return Show(results, now);

        var wanted = now with { Age = AgeOf(parsed, now.Age), Count = Of(parsed, _count, now.Count), Bytes = Of(parsed, _bytes, now.Bytes) };
        var isDryRun = _safeguard.IsDryRun(parsed);
        if (isDryRun || _safeguard.IsAsked(parsed, results))
        {
            var entries = (await client.Admin.CountExpiredAsync(room, Soon(wanted.Age), wanted.Count, wanted.Bytes, stop)).Expiring;
            if (isDryRun && entries is null)
                return results.Failed("this server is too old to count the messages that would go", ExitCode.Failed);
            if (isDryRun)
                return Show(results, wanted with { Expiring = entries }, Counted);
            if (entries != 0 && await _safeguard.RefusalAsync(parsed, results, DangerOf(parsed, entries), stop) is { } exitCode)
                return exitCode;
        }
        return Show(results, await client.Admin.RetainAsync(room, wanted.Age, wanted.Count, wanted.Bytes, stop));
    }

    private Danger DangerOf(ParseResult parsed, ulong? entries)
    {
        var what = $"{(entries is { } known ? Counts.Of(known, "message") : "Messages (this server is too old to count them)")} of {parsed.GetRequiredValue(_room)}";
        return new Danger($"{what} will go for good. Go on?", "nothing was changed", $"{what} would go for good: say so with --yes, or look first with --dry-run");
    }

    private TimeSpan? AgeOf(ParseResult parsed, TimeSpan? now) =>
        parsed.GetValue(_age) is { } given ? given.Value is { } milliseconds ? TimeSpan.FromMilliseconds((long)milliseconds) : null : now;

    private static ulong? Of(ParseResult parsed, Option<RetentionLimit?> limit, ulong? now) => parsed.GetValue(limit) is { } given ? given.Value : now;

    /// <summary>The age to count by: messages that expire within the margin are counted too, since they will be gone as well.</summary>
    private static TimeSpan? Soon(TimeSpan? age) => age is { } span ? (span > Margin ? span - Margin : TimeSpan.Zero) : null;

    private static int Show(ResultWriter results, RoomRetention kept, ResultSchema<RoomRetention>? schema = null)
    {
        results.List([kept], schema ?? Kept);
        return ExitCode.Done;
    }
}

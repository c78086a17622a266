using System.CommandLine;
using System.Globalization;
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

    private readonly Target _target;
    private readonly RoomArgument _room = new();
    private readonly Option<RetentionLimit?> _age = RetentionLimit.OfTime("--age", "How long messages are kept");
    private readonly Option<RetentionLimit?> _count = RetentionLimit.OfNumber("--count", "How many messages are kept");
    private readonly Option<RetentionLimit?> _bytes = RetentionLimit.OfSize("--bytes", "How many bytes of messages are kept");
    private readonly Option<bool> _off = new("--off") { Description = "Keep everything again" };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Remove the messages beyond the limits without being asked, as a script has to" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Count the messages that would go within two minutes, and change nothing" };

    private RetentionCommand(Target target) => _target = target;

    private Option<RetentionLimit?>[] Limits => [_age, _count, _bytes];

    public static Command Create(Target target) => new RetentionCommand(target).ToCommand();

    private Command ToCommand()
    {
        var command = new Command("retention", "Show or set the retention of a room: messages beyond any of the limits are removed for good. A limit that is not given stays as it is, and without any limit everything is kept")
        {
            _room, _age, _count, _bytes, _off, _yes, _dryRun,
        };
        command.Validators.Add(result =>
        {
            var limit = Limits.Select(result.GetResult).FirstOrDefault(given => given is not null);
            if (result.GetValue(_off) && limit is not null)
                result.AddError("--off keeps everything, and takes no limit beside it");
            if (limit is null && (result.GetValue(_dryRun) || result.GetValue(_yes) && !result.GetValue(_off)))
                result.AddError($"{(result.GetValue(_dryRun) ? _dryRun.Name : _yes.Name)} goes with a limit: --age, --count or --bytes");
        });
        command.SetAction((parsed, stop) => _target.RunAsync(parsed, (client, list) => RunAsync(parsed, client, list, stop), stop));
        return command.WithExamples(
            "chatctl retention lobby --age 30d --dry-run    count what would go",
            "chatctl retention lobby --age 30d",
            "chatctl retention ops --count 100000 --bytes 50M --yes    in a script",
            "chatctl retention ops --age none    the other limits stay",
            "chatctl retention ops --off",
            "chatctl retention ops    show it");
    }

    private async Task<int> RunAsync(ParseResult parsed, ChatClient client, ListWriter list, CancellationToken stop)
    {
        var room = await _room.IdAsync(parsed, client, stop);
        if (parsed.GetValue(_off))
            return Show(list, await client.Admin.RetainAsync(room, null, null, null, stop));
        var now = await client.Admin.RetentionAsync(room, stop);
        if (Limits.All(limit => parsed.GetValue(limit) is null))
            return Show(list, now);

        var wanted = now with { Age = AgeOf(parsed, now.Age), Count = Of(parsed, _count, now.Count), Bytes = Of(parsed, _bytes, now.Bytes) };
        if (!parsed.GetValue(_yes) || parsed.GetValue(_dryRun))
        {
            var entries = (await client.Admin.CountExpiredAsync(room, Soon(wanted.Age), wanted.Count, wanted.Bytes, stop)).Expiring;
            if (parsed.GetValue(_dryRun))
                return entries is null ? list.Failed("this server is too old to count the messages that would go", ExitCode.Failed) : Show(list, wanted with { Expiring = entries });
            if (entries != 0 && await RefusalAsync(parsed, list, entries, stop) is { } exitCode)
                return exitCode;
        }
        return Show(list, await client.Admin.RetainAsync(room, wanted.Age, wanted.Count, wanted.Bytes, stop));
    }

    /// <summary>Asks the user to confirm; null if the messages may be removed, otherwise the exit code.</summary>
    private async Task<int?> RefusalAsync(ParseResult parsed, ListWriter list, ulong? entries, CancellationToken stop)
    {
        var what = entries switch
        {
            null => "Messages (this server is too old to count them)",
            1 => "1 message",
            _ => string.Create(CultureInfo.InvariantCulture, $"{entries:#,0} messages"),
        };
        var room = parsed.GetRequiredValue(_room);
        if (!ConfirmationPrompt.CanBeAsked(list))
            return list.Failed($"{what} of {room} would go for good: say so with --yes, or look first with --dry-run", ExitCode.Usage);
        return await ConfirmationPrompt.AgreesAsync($"{what} of {room} will go for good. Go on?", parsed.InvocationConfiguration.Error, stop)
            ? null
            : list.Failed("nothing was changed", ExitCode.Failed);
    }

    private TimeSpan? AgeOf(ParseResult parsed, TimeSpan? now) =>
        parsed.GetValue(_age) is { } given ? given.Value is { } milliseconds ? TimeSpan.FromMilliseconds((long)milliseconds) : null : now;

    private static ulong? Of(ParseResult parsed, Option<RetentionLimit?> limit, ulong? now) => parsed.GetValue(limit) is { } given ? given.Value : now;

    /// <summary>The age to count by: messages that expire within the margin are counted too, since they will be gone as well.</summary>
    private static TimeSpan? Soon(TimeSpan? age) => age is { } span ? (span > Margin ? span - Margin : TimeSpan.Zero) : null;

    private static int Show(ListWriter list, RoomRetention kept)
    {
        list.Write([kept],
        [
            Column<RoomRetention>.Span("age", k => k.Age),
            Column<RoomRetention>.Number("count", k => k.Count),
            Column<RoomRetention>.Number("bytes", k => k.Bytes),
            Column<RoomRetention>.Number("oldest", k => k.Oldest),
            .. kept.Expiring is null ? [] : (Column<RoomRetention>[])[Column<RoomRetention>.Number("goes", k => k.Expiring)],
        ]);
        return ExitCode.Done;
    }
}

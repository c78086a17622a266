using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The command for the audit log, and the check of a head that was told earlier.</summary>
internal sealed partial class AuditCommands(Target target)
{
    private const ulong DefaultCount = 50;

    private static readonly ResultSchema<ChatAuditRecord> Records = new("chatctl.audit.v1",
        Column<ChatAuditRecord>.Number("number", r => r.Number),
        Column<ChatAuditRecord>.Time("time", r => r.Time),
        Column<ChatAuditRecord>.Text("name", r => r.Name),
        Column<ChatAuditRecord>.Number("principal", r => r.Principal).ForPrograms(),
        Column<ChatAuditRecord>.Text("credential", r => InWords(r.Credential)).ForPrograms(),
        Column<ChatAuditRecord>.Number("token", r => r.Token).ForPrograms(),
        Column<ChatAuditRecord>.Text("address", r => r.Address),
        Column<ChatAuditRecord>.Text("verb", r => r.Verb),
        Column<ChatAuditRecord>.Text("target", r => r.Target),
        Column<ChatAuditRecord>.Number("whom", r => r.Whom).ForPrograms(),
        Column<ChatAuditRecord>.Number("room", r => r.Room).ForPrograms(),
        Column<ChatAuditRecord>.Text("reason", r => r.Reason),
        Column<ChatAuditRecord>.Text("was", r => r.Was),
        Column<ChatAuditRecord>.Text("is", r => r.Is),
        Column<ChatAuditRecord>.Text("result", r => r.Refusal is { } refusal ? InWords(refusal) : "done"),
        Column<ChatAuditRecord>.Text("hash", r => Convert.ToHexStringLower(r.Hash.Span)).ForPrograms());

    public Command Create()
    {
        var name = new Option<string?>("--name") { Description = "Only acts by or on this name", HelpName = "NAME" };
        var verb = new Option<string?>("--verb") { Description = "Only this request, as kick, ban or change-account", HelpName = "VERB" };
        var since = new Option<string?>("--since") { Description = "Only records from this time on: 2h ago, or at that time", HelpName = "2h|TIME" };
        var count = new Option<ulong?>("--count", "-n") { Description = $"How many records. Default: {DefaultCount}, or all with --since", HelpName = "N" };
        MustFit(name, Names.MaxLength);
        MustFit(verb, AuditListItem.MaxVerb);
        since.Validators.Add(result =>
        {
            if (Times.ParsePoint(result.GetValue(since)!, DateTimeOffset.UnixEpoch) is null)
                result.AddError($"--since takes {Times.SpanForms}; or a time with its offset: 2026-11-24T09:00:00+01:00");
        });
        var command = new Command("audit", "Show what admins did, the newest first: who, on whom, why, and what was denied") { name, verb, since, count };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
        {
            var begin = parsed.GetValue(since) is { } from ? Times.ParsePoint(from, DateTimeOffset.UtcNow + client.Server.TimeOffset) : null;
            var wanted = parsed.GetValue(count) ?? (begin is null ? DefaultCount : ulong.MaxValue);
            var found = client.Admin.AuditAsync(parsed.GetValue(name), parsed.GetValue(verb), cancellationToken: stop)
                .TakeWhile(record => begin is null || record.Time >= begin).Take((int)Math.Min(wanted, int.MaxValue));
            results.List(await found.ToListAsync(stop), Records);
        }, stop));
        return command.WithExamples("chatctl audit", "chatctl audit --name mallory", "chatctl audit --verb change-account --since 30d", "chatctl audit --since 1d -o ndjson");
    }

    /// <summary>Whether a text has the form of a head, as status and the server's log tell it.</summary>
    public static bool IsHead(string text) => Head.IsMatch(text);

    /// <summary>Why a head that was told earlier does not fit the audit log; null if it does.</summary>
    public static async Task<string?> FindFaultAsync(ChatClient client, string head, CancellationToken stop)
    {
        var parts = head.Split(':');
        var number = Numbers.Parse(parts[0])!.Value;
        if (number == 0)
            return null;
        var records = await client.Admin.AuditAsync(after: number - 1, before: number + 1, cancellationToken: stop).ToListAsync(stop);
        return records is not [var record] ? $"the audit log has no record {number}: its end was cut off, or it was removed for its age"
            : Convert.ToHexStringLower(record.Hash.Span) != parts[1] ? $"record {number} of the audit log is not the one that was told: the log was made anew from there, or before"
            : null;
    }

    private static void MustFit(Option<string?> option, int bytes) => option.Validators.Add(result =>
    {
        if (Encoding.UTF8.GetByteCount(result.GetValue(option) ?? "") is var length && length > bytes)
            result.AddError($"{option.Name} has at most {bytes} bytes, and this one {length}");
    });

    /// <summary>The registry's word for a code: no-such-user.</summary>
    private static string InWords(Enum code) => Capital.Replace($"{code}", "-$0").ToLowerInvariant();

    [GeneratedRegex(@"(?<!^)[A-Z]")]
    private static partial Regex Capital { get; }

    [GeneratedRegex(@"\A\d{1,16}:[0-9a-f]{64}\z")]
    private static partial Regex Head { get; }
}

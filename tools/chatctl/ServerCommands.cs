using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for the server and its data, one method a command.</summary>
internal sealed class ServerCommands(Target target)
{
    private static readonly ResultSchema<StatusAt> StatusNow = new("chatctl.status.v1",
        Column<StatusAt>.Text("server", s => s.Status.Agent),
        Column<StatusAt>.Time("started", s => s.Status.Started),
        Column<StatusAt>.Span("up", s => s.Time - s.Status.Started),
        Column<StatusAt>.Number("sessions", s => s.Status.Sessions),
        Column<StatusAt>.Number("rooms", s => s.Status.Rooms),
        Column<StatusAt>.Number("posts", s => s.Status.Posts),
        Column<StatusAt>.Number("queued", s => s.Status.Queued),
        Column<StatusAt>.Number("free", s => s.Status.Free),
        Column<StatusAt>.Number("floor", s => s.Status.Floor),
        Column<StatusAt>.Span("clock", s => s.Status.ClockOffset),
        Column<StatusAt>.Text("certificate", s => s.Status.Certificate),
        Column<StatusAt>.Time("certificate_end", s => s.Status.CertificateEnd).ForPrograms(),
        Column<StatusAt>.Number("connections", s => s.Status.Connections).ForPrograms(),
        Column<StatusAt>.Number("capacity", s => s.Status.Capacity).ForPrograms(),
        Column<StatusAt>.Number("delivered", s => s.Status.Delivered).ForPrograms(),
        Column<StatusAt>.Number("commits", s => s.Status.Commits).ForPrograms(),
        Column<StatusAt>.Seconds("commit_time", s => s.Status.CommitTime).ForPrograms(),
        Column<StatusAt>.Seconds("slowest_commit", s => s.Status.SlowestCommit).ForPrograms(),
        Column<StatusAt>.Number("memory", s => s.Status.Memory).ForPrograms(),
        Column<StatusAt>.Text("audit_head", s => s.Status.AuditHead).ForPrograms());

    private static readonly ResultSchema<string> BackedUp = new("chatctl.backup.v1", Column<string>.Text("file", path => path));

    private static readonly ResultSchema<LogVerification> Verified = new("chatctl.verify.v1",
        Column<LogVerification>.Number("segments", v => v.Segments),
        Column<LogVerification>.Number("entries", v => v.Entries),
        Column<LogVerification>.Number("damaged", v => v.Damaged),
        Column<LogVerification>.Number("audit_fault", v => v.AuditFault).ForPrograms());

    private static readonly ResultSchema<DateTimeOffset> TimeAccepted = new("chatctl.accept-time.v1", Column<DateTimeOffset>.Time("time", time => time));

    public IEnumerable<Command> All => [Status(), Backup(), Verify(), AcceptTime(), ShutdownCommand.Create(target)];

    private Command Status()
    {
        var watch = new WatchOption();
        var command = new Command("status", "Show the server's state; rooms counts private ones too") { watch };
        command.SetAction((parsed, stop) => target.ListAsync(parsed, watch, StatusNow, async (client, ending) =>
            [new StatusAt(await client.Admin.StatusAsync(ending), DateTimeOffset.UtcNow + client.Server.TimeOffset)], stop));
        return command.WithExamples("chatctl status");
    }

    private Command Backup()
    {
        var file = new Argument<string>("file") { Description = "The file to write; it must not exist yet" };
        file.MustNotBeEmpty();
        var command = new Command("backup", "Copy all stored data to a file, while the server goes on") { file };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var path = ServerPath.Of(parsed.GetRequiredValue(file), "a backup");
            await client.Admin.BackupAsync(path, stop);
            results.Done($"everything is in {path}", path, BackedUp);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples(
            "chatctl backup /var/backups/chat.db",
            "cp /var/backups/chat.db DIR/chat.db && chatd --data DIR    continue from the copy");
    }

    private Command Verify()
    {
        var head = new Option<string?>("--audit-head")
        {
            Description = "A head of the audit log from before, as status -o json and the server's log tell it: whether it is still in the log",
            HelpName = "NUMBER:HASH",
        };
        head.Validators.Add(result =>
        {
            if (!AuditCommands.IsHead(result.GetValue(head)!))
                result.AddError("--audit-head takes a number, a colon and 64 hexadecimal digits, as 'chatctl status -o json' tells them in audit_head");
        });
        var command = new Command("verify", "Read and check all stored data, and the audit log") { head };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
        {
            var verified = await client.Admin.VerifyAsync(stop);
            results.List([verified], Verified);
            var fault = parsed.GetValue(head) is { } told ? await AuditCommands.FindFaultAsync(client, told, stop) : null;
            return (Complaint(verified) ?? fault) is { } complaint ? results.Failed(complaint, ExitCode.Failed) : ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl verify");
    }

    private static string? Complaint(LogVerification verified) =>
        verified.Damaged > 0 ? $"{verified.Damaged} of {verified.Segments} segments {(verified.Damaged == 1 ? "is" : "are")} damaged; the server's log names a damaged segment when it is read"
        : verified.AuditFault is { } number ? $"the audit log is not as it was stored: record {number} is the first that was changed or is missing; a backup has it as it was"
        : null;

    private Command AcceptTime()
    {
        var command = new Command("accept-time", "Confirm that the server's clock is right when the server doubts it: it shows a time more than a year later than the newest message, and nothing expires until it is confirmed");
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            await client.Admin.AcceptTimeAsync(stop);
            results.Done("the server takes its clock for right", DateTimeOffset.UtcNow + client.Server.TimeOffset, TimeAccepted);
        }, stop));
        return command.WithExamples("chatctl accept-time");
    }

    /// <summary>A status at the server's time.</summary>
    private sealed record StatusAt(ServerStatus Status, DateTimeOffset Time);
}

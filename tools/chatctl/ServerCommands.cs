using System.CommandLine;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for the server and its data, one method a command.</summary>
internal sealed class ServerCommands(Target target)
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    /// <summary>The time beyond the grace that a server may take to close its database.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public IEnumerable<Command> All => [Status(), Backup(), Verify(), AcceptTime(), Shutdown()];

    private Command Status()
    {
        var command = new Command("status", "Show the server's state; rooms counts private ones too");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var now = DateTimeOffset.UtcNow + client.Server.TimeOffset;
            list.Write([await client.Admin.StatusAsync(stop)],
                Column<ServerStatus>.Text("server", s => s.Agent),
                Column<ServerStatus>.Time("started", s => s.Started),
                Column<ServerStatus>.Span("up", s => now - s.Started),
                Column<ServerStatus>.Number("sessions", s => s.Sessions),
                Column<ServerStatus>.Number("rooms", s => s.Rooms),
                Column<ServerStatus>.Number("posts", s => s.Posts),
                Column<ServerStatus>.Number("queued", s => s.Queued),
                Column<ServerStatus>.Number("free", s => s.Free),
                Column<ServerStatus>.Number("floor", s => s.Floor),
                Column<ServerStatus>.Span("clock", s => s.ClockOffset));
        }, stop));
        return command.WithExamples("chatctl status");
    }

    private Command Backup()
    {
        var file = new Argument<string>("file") { Description = "The file to write; it must not exist yet" };
        file.MustNotBeEmpty();
        var command = new Command("backup", "Copy all stored data to a file, while the server goes on") { file };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            // The server's working folder may be another one.
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            if (Encoding.UTF8.GetByteCount(path) is > ChatProtocol.Backup.MaxPath and var length)
                throw new CommandException(ExitCode.Usage, $"the path has {length} bytes, and that of a backup at most {ChatProtocol.Backup.MaxPath}");
            await client.Admin.BackupAsync(path, stop);
            return list.Done($"everything is in {path}");
        }, stop));
        return command.WithExamples(
            "chatctl backup /var/backups/chat.db",
            "cp /var/backups/chat.db DIR/chat.db && chatd --data DIR    continue from the copy");
    }

    private Command Verify()
    {
        var command = new Command("verify", "Read and check all stored data");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var verified = await client.Admin.VerifyAsync(stop);
            list.Write([verified],
                Column<LogVerification>.Number("segments", v => v.Segments),
                Column<LogVerification>.Number("entries", v => v.Entries),
                Column<LogVerification>.Number("damaged", v => v.Damaged));
            return verified.Damaged == 0 ? ExitCode.Done
                : list.Failed($"{verified.Damaged} of {verified.Segments} segments {(verified.Damaged == 1 ? "is" : "are")} damaged; the server's log names a damaged segment when it is read", ExitCode.Failed);
        }, stop));
        return command.WithExamples("chatctl verify");
    }

    private Command AcceptTime()
    {
        var command = new Command("accept-time", "Confirm that the server's clock is right when the server doubts it: it shows a time more than a year later than the newest message, and nothing expires until it is confirmed");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            await client.Admin.AcceptTimeAsync(stop);
            return list.Done("the server takes its clock for right");
        }, stop));
        return command.WithExamples("chatctl accept-time");
    }

    private Command Shutdown()
    {
        var grace = AdminOptions.Duration("--grace", "How long the shutdown may take until every connection is closed. Default: 10s");
        var back = AdminOptions.Duration("--back", "The time until the server is back, which clients are told. Without it they are told that the server has ended for good");
        var reason = AdminOptions.Reason("The reason, which everybody is told");
        var command = new Command("shutdown", "Shut the server down: everybody is told, everything accepted is stored") { grace, back, reason };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var within = parsed.GetValue(grace) ?? DefaultGrace;
            await client.Admin.ShutdownAsync(within, parsed.GetRequiredValue(reason), parsed.GetValue(back), stop);
            return await WaitForEndAsync(client, target.LockOf(parsed), list, within + Patience, stop);
        }, stop));
        return command.WithExamples("chatctl shutdown", "chatctl shutdown --grace 30s --back 1m --reason 'a new version'");
    }

    /// <summary>Waits until the server has stopped, so that a script may copy the data folder next.</summary>
    private static async Task<int> WaitForEndAsync(ChatClient client, DataLock data, ListWriter list, TimeSpan patience, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(patience);
        try
        {
            // The server closes this connection last, and then its database.
            await foreach (var _ in client.EventsAsync(late.Token))
            {
            }
            return list.Done(await data.WaitUntilFreeAsync(late.Token) ? "the server has stopped" : "the server is stopping");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return list.Failed($"the server is stopping, and not done after {patience.TotalSeconds:0.#} s", ExitCode.TimedOut);
        }
    }
}

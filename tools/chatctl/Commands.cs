using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands of an admin that belong to no other group, one method a command.</summary>
internal sealed class Commands(Target target)
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    /// <summary>The time beyond the grace that a server may take to close its database.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Command List()
    {
        var command = new Command("list", "List every connection");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
            list.Write(await client.Admin.SessionsAsync(stop).ToListAsync(stop),
                Column<ChatSessionInfo>.Number("id", s => s.Session),
                Column<ChatSessionInfo>.Text("name", s => s.Name),
                Column<ChatSessionInfo>.Text("address", s => s.Address),
                Column<ChatSessionInfo>.Text("transport", s => s.Transport),
                Column<ChatSessionInfo>.Number("rooms", s => s.Rooms),
                Column<ChatSessionInfo>.Time("since", s => s.Since),
                Column<ChatSessionInfo>.Span("idle", s => s.Idle),
                Column<ChatSessionInfo>.Number("queued", s => s.Queued)), stop));
        return command.WithExamples("chatctl list", "chatctl list -o json");
    }

    public Command Status()
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

    public Command Kick()
    {
        var who = new Argument<string>("id|name") { Description = "A connection's id, as list shows it, or a user's name, for all of that user's connections" };
        var reason = Reason("The reason, which the user is told");
        who.MustNotBeEmpty();
        var lasts = Duration("--for", "Ban the user for so long as well, as ban --for does", mayBeZero: false);
        var command = new Command("kick", "Close a connection, or all connections of a user") { who, reason, lasts };
        command.Validators.Add(result =>
        {
            // The words as they were given: a value that cannot be parsed is told by its own option.
            if (result.GetResult(lasts) is not null && result.GetResult(reason)?.Tokens is [var given] && Encoding.UTF8.GetByteCount(given.Value) is > Ban.MaxReason and var length)
                result.AddError($"{reason.Name} has at most {Ban.MaxReason} bytes with {lasts.Name}, and this one {length}");
        });
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var whom = parsed.GetRequiredValue(who);
            var why = parsed.GetRequiredValue(reason);
            // All admins have this name, so the command would close its own connection before it could report.
            if (string.Equals(whom, client.Name, StringComparison.OrdinalIgnoreCase))
                return list.Failed($"{whom} is you, as everybody who uses chatctl: kick another one by the id that list shows", ExitCode.Denied);
            // Digits alone are an id, since no name is digits alone.
            var id = Numbers.Parse(whom);
            if (parsed.GetValue(lasts) is { } span)
                BanCommands.Tell(list, await client.Admin.BanAsync(id is { } banned ? BanSubject.OfSession(banned) : BanSubject.User(whom), span, why, cancellationToken: stop));
            else if (id is { } session)
                await client.Admin.KickAsync(session, why, stop);
            else
                await client.Admin.KickUserAsync(whom, why, stop);
            return parsed.GetValue(lasts) is null ? list.Done($"kicked {whom}") : ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl kick 12", "chatctl kick alice --reason 'too loud'", "chatctl kick alice --for 1h");
    }

    public Command Send()
    {
        var name = new Argument<string>("name") { Description = "The user" };
        var text = new Argument<string>("text") { Description = "The message" };
        name.MustNotBeEmpty();
        var command = new Command("send", "Send one user a private message in the server's name") { name, text };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            await client.Admin.TellAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(text), stop);
            list.Done($"sent to {parsed.GetRequiredValue(name)}");
        }, stop));
        return command.WithExamples("chatctl send alice 'Please mind your tone'");
    }

    public Command Broadcast()
    {
        var text = new Argument<string>("text") { Description = "The message" };
        var command = new Command("broadcast", "Send everybody a message in the server's name") { text };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            await client.Admin.BroadcastAsync(parsed.GetRequiredValue(text), stop);
            list.Done("sent to everybody");
        }, stop));
        return command.WithExamples("chatctl broadcast 'The server restarts at noon'");
    }

    public Command Erase()
    {
        var room = new Argument<string>("room") { Description = "The room's name, or its id, which private rooms have as well" };
        var seqs = new Argument<ulong[]>("seq") { Description = "The messages' seqs, as chat history -o ndjson shows them", Arity = ArgumentArity.OneOrMore, CustomParser = ParseSeqs };
        room.MustNotBeEmpty();
        var command = new Command("erase", "Erase the text of messages for good: nobody can read it any more, and no file of the server holds it. Backups made before do") { room, seqs };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            var id = await RoomCommands.IdOfAsync(client, parsed.GetRequiredValue(room), stop);
            foreach (var seq in parsed.GetRequiredValue(seqs))
            {
                await client.Admin.EraseAsync(id, seq, stop);
                list.Done($"erased message {seq}");
            }
        }, stop));
        return command.WithExamples("chatctl erase lobby 1234", "chatctl erase 17 20 21 22    of the room with the id 17");
    }

    public Command Backup()
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

    public Command Verify()
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

    public Command AcceptTime()
    {
        var command = new Command("accept-time", "Confirm that the server's clock is right when the server doubts it: it shows a time more than a year later than the newest message, and nothing expires until it is confirmed");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, list) =>
        {
            await client.Admin.AcceptTimeAsync(stop);
            return list.Done("the server takes its clock for right");
        }, stop));
        return command.WithExamples("chatctl accept-time");
    }

    public Command Shutdown()
    {
        var grace = Duration("--grace", "How long the shutdown may take until every connection is closed. Default: 10s");
        var back = Duration("--back", "The time until the server is back, which clients are told. Without it they are told that the server has ended for good");
        var reason = Reason("The reason, which everybody is told");
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

    /// <summary>Parses seqs; without this the library calls a word that is no number unrecognized.</summary>
    private static ulong[]? ParseSeqs(ArgumentResult result)
    {
        var seqs = new List<ulong>();
        foreach (var token in result.Tokens)
        {
            if (Numbers.Parse(token.Value) is not { } seq)
            {
                result.AddError($"a seq is a whole number, and '{token.Value}' is none");
                return null;
            }
            seqs.Add(seq);
        }
        return [.. seqs];
    }

    internal static Option<string> Reason(string description, int maxBytes = Bye.MaxReason)
    {
        var reason = new FreeText("--reason") { Description = description, HelpName = "TEXT", DefaultValueFactory = _ => "" };
        reason.Validators.Add(result =>
        {
            if (Encoding.UTF8.GetByteCount(result.GetRequiredValue(reason)) is var length && length > maxBytes)
                result.AddError($"{reason.Name} has at most {maxBytes} bytes, and this one {length}");
        });
        return reason;
    }

    /// <summary>An option that takes a span of time with its unit.</summary>
    internal static Option<TimeSpan?> Duration(string name, string description, bool mayBeZero = true) => new(name)
    {
        Description = description,
        HelpName = "10s|1m|2h|30d",
        CustomParser = result =>
        {
            var span = Times.ParseSpan(result.Tokens.Single().Value);
            if (span is null)
                result.AddError($"{name} takes {Times.SpanForms}");
            else if (span == TimeSpan.Zero && !mayBeZero)
                result.AddError($"{name} takes more than no time at all");
            return span;
        },
    };
}

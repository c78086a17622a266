using System.CommandLine;
using System.Globalization;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>What an admin can do, one method a command.</summary>
internal sealed class Commands(Target target)
{
    /// <summary>In bytes of UTF-8, as the protocol has it.</summary>
    private const int MaxReason = 1024;

    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);

    /// <summary>What a server may take beyond the grace to close its database.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Command List()
    {
        var command = new Command("list", "List every connection");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
            listing.Write(await client.Admin.SessionsAsync(stop).ToListAsync(stop),
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
        var command = new Command("status", "Tell how the server is doing; rooms counts private ones too");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            var now = DateTimeOffset.UtcNow + client.Server.TimeOffset;
            listing.Write([await client.Admin.StatusAsync(stop)],
                Column<ServerStatus>.Text("server", s => s.Agent),
                Column<ServerStatus>.Time("started", s => s.Started),
                Column<ServerStatus>.Span("up", s => now - s.Started),
                Column<ServerStatus>.Number("sessions", s => s.Sessions),
                Column<ServerStatus>.Number("rooms", s => s.Rooms),
                Column<ServerStatus>.Number("posts", s => s.Posts),
                Column<ServerStatus>.Number("queued", s => s.Queued),
                Column<ServerStatus>.Number("free", s => s.Free),
                Column<ServerStatus>.Number("floor", s => s.Floor));
        }, stop));
        return command.WithExamples("chatctl status");
    }

    public Command Kick()
    {
        var who = new Argument<string>("id|name") { Description = "A connection's id, as list shows it, or a user's name, for all of that user's connections" };
        var reason = Reason("What the user is told");
        who.MustNotBeEmpty();
        var lasts = Duration("--for", "Let the user in no more for so long: the same as ban");
        var command = new Command("kick", "Close somebody's connections") { who, reason, lasts };
        command.Validators.Add(result =>
        {
            if (result.GetValue(lasts) is not null && Encoding.UTF8.GetByteCount(result.GetValue(reason) ?? "") is > Ban.MaxReason and var length)
                result.AddError($"{reason.Name} has at most {Ban.MaxReason} bytes with {lasts.Name}, and this one {length}");
        });
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            var whom = parsed.GetRequiredValue(who);
            var why = parsed.GetRequiredValue(reason);
            // One name for all of them, this very command among them, which would not live to tell.
            if (string.Equals(whom, client.Name, StringComparison.OrdinalIgnoreCase))
                return listing.Failed($"{whom} is you, as everybody who uses chatctl: kick another one by the id that list shows", ExitCode.Denied);
            // Names are never digits alone, so there is no doubt.
            var isId = ulong.TryParse(whom, NumberStyles.None, CultureInfo.InvariantCulture, out var session);
            if (parsed.GetValue(lasts) is { } span)
                BanCommands.Tell(listing, await client.Admin.BanAsync(isId ? BanSubject.OfSession(session) : BanSubject.User(whom), span, why, cancellationToken: stop));
            else if (isId)
                await client.Admin.KickAsync(session, why, stop);
            else
                await client.Admin.KickUserAsync(whom, why, stop);
            return parsed.GetValue(lasts) is null ? listing.Done($"kicked {whom}") : ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl kick 12", "chatctl kick alice --reason 'too loud'", "chatctl kick alice --for 1h");
    }

    public Command Send()
    {
        var name = new Argument<string>("name") { Description = "The user" };
        var text = new Argument<string>("text") { Description = "What to say" };
        name.MustNotBeEmpty();
        var command = new Command("send", "Send one user a private message in the server's name") { name, text };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            await client.Admin.TellAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(text), stop);
            listing.Done($"sent to {parsed.GetRequiredValue(name)}");
        }, stop));
        return command.WithExamples("chatctl send alice 'Please mind your tone'");
    }

    public Command Broadcast()
    {
        var text = new Argument<string>("text") { Description = "What to say" };
        var command = new Command("broadcast", "Say something to everybody in the server's name") { text };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            await client.Admin.BroadcastAsync(parsed.GetRequiredValue(text), stop);
            listing.Done("sent to everybody");
        }, stop));
        return command.WithExamples("chatctl broadcast 'The server restarts at noon'");
    }

    public Command Erase()
    {
        var room = new Argument<string>("room") { Description = "The room's name, or its id, which private rooms have as well" };
        var seqs = new Argument<ulong[]>("seq") { Description = "The messages' seqs, as chat history -o ndjson shows them", Arity = ArgumentArity.OneOrMore };
        room.MustNotBeEmpty();
        var command = new Command("erase", "Take the text out of messages, for good: nobody can read it any more, and no file of the server has it. Backups made before do") { room, seqs };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            var id = await RoomCommands.IdOfAsync(client, parsed.GetRequiredValue(room), stop);
            foreach (var seq in parsed.GetRequiredValue(seqs))
            {
                await client.Admin.EraseAsync(id, seq, stop);
                listing.Done($"erased message {seq}");
            }
        }, stop));
        return command.WithExamples("chatctl erase lobby 1234", "chatctl erase 17 20 21 22    of the room with the id 17");
    }

    public Command Backup()
    {
        var file = new Argument<string>("file") { Description = "Where to; nothing may be there yet" };
        file.MustNotBeEmpty();
        var command = new Command("backup", "Copy everything that is stored to a file, while the server goes on") { file };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            // The server has a folder of its own.
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            await client.Admin.BackupAsync(path, stop);
            return listing.Done($"everything is in {path}");
        }, stop));
        return command.WithExamples(
            "chatctl backup /var/backups/chat.db",
            "cp /var/backups/chat.db DIR/chat.db && chatd --data DIR    go on from it");
    }

    public Command Verify()
    {
        var command = new Command("verify", "Read everything that is stored, and check it");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            var verified = await client.Admin.VerifyAsync(stop);
            listing.Write([verified],
                Column<LogVerification>.Number("segments", v => v.Segments),
                Column<LogVerification>.Number("entries", v => v.Entries),
                Column<LogVerification>.Number("damaged", v => v.Damaged));
            return verified.Damaged == 0 ? ExitCode.Done
                : listing.Failed($"{verified.Damaged} of {verified.Segments} segments are not as they were stored; the server's log names one when it is read", ExitCode.Failed);
        }, stop));
        return command.WithExamples("chatctl verify");
    }

    public Command AcceptTime()
    {
        var command = new Command("accept-time", "Say that the server's clock is right, where the server doubts it: it shows a time more than a year behind the newest message, and nothing expires until then");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            await client.Admin.AcceptTimeAsync(stop);
            return listing.Done("the clock is taken for right");
        }, stop));
        return command.WithExamples("chatctl accept-time");
    }

    public Command Shutdown()
    {
        var grace = Duration("--grace", "How long it may take until everything is closed. Default: 10s");
        var back = Duration("--back", "When the server will be back, which clients are told. Without it they are told that it has ended for good");
        var reason = Reason("What everybody is told");
        var command = new Command("shutdown", "End the server: everybody is told, everything accepted is stored") { grace, back, reason };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, listing) =>
        {
            var within = parsed.GetValue(grace) ?? DefaultGrace;
            await client.Admin.ShutdownAsync(within, parsed.GetRequiredValue(reason), parsed.GetValue(back), stop);
            return await WaitForEndAsync(client, target.LockOf(parsed), listing, within + Patience, stop);
        }, stop));
        return command.WithExamples("chatctl shutdown", "chatctl shutdown --grace 30s --back 1m --reason 'a new version'");
    }

    /// <summary>Done means stopped: whoever copies the data folder next finds it closed.</summary>
    private static async Task<int> WaitForEndAsync(ChatClient client, DataLock data, Listing listing, TimeSpan patience, CancellationToken stop)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(patience);
        try
        {
            // The server ends this connection too, the last of all, and then closes its database.
            await foreach (var _ in client.EventsAsync(late.Token))
            {
            }
            return listing.Done(await data.WaitUntilFreeAsync(late.Token) ? "the server has stopped" : "the server is stopping");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return listing.Failed($"the server is stopping, and not done after {patience.TotalSeconds:0.#} s", ExitCode.TimedOut);
        }
    }

    internal static Option<string> Reason(string description, int maxBytes = MaxReason)
    {
        var reason = new FreeText("--reason") { Description = description, HelpName = "TEXT", DefaultValueFactory = _ => "" };
        reason.Validators.Add(result =>
        {
            if (Encoding.UTF8.GetByteCount(result.GetRequiredValue(reason)) is var length && length > maxBytes)
                result.AddError($"{reason.Name} has at most {maxBytes} bytes, and this one {length}");
        });
        return reason;
    }

    /// <summary>A span of time with its unit, as people write it.</summary>
    internal static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "10s|1m|2h|30d",
        CustomParser = result =>
        {
            var span = Times.ParseSpan(result.Tokens.Single().Value);
            if (span is null)
                result.AddError($"{name} takes {Times.SpanForms}");
            return span;
        },
    };
}

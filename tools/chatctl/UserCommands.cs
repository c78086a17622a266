using System.CommandLine;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for connections and their users, one method a command.</summary>
internal sealed class UserCommands(Target target)
{
    private static readonly ResultSchema<ChatSessionInfo> Listed = new("chatctl.sessions.v1",
        Column<ChatSessionInfo>.Number("id", s => s.Session),
        Column<ChatSessionInfo>.Text("name", s => s.Name),
        Column<ChatSessionInfo>.Text("address", s => s.Address),
        Column<ChatSessionInfo>.Text("transport", s => s.Transport),
        Column<ChatSessionInfo>.Number("rooms", s => s.Rooms),
        Column<ChatSessionInfo>.Time("since", s => s.Since),
        Column<ChatSessionInfo>.Span("idle", s => s.Idle),
        Column<ChatSessionInfo>.Number("queued", s => s.Queued));

    private static readonly ResultSchema<(string To, PostReceipt Receipt)> Sent = new("chatctl.send.v1",
        Column<(string To, PostReceipt Receipt)>.Text("to", s => s.To),
        Column<(string To, PostReceipt Receipt)>.Number("seq", s => s.Receipt.Seq),
        Column<(string To, PostReceipt Receipt)>.Time("time", s => s.Receipt.Time));

    private static readonly ResultSchema<PostReceipt> Announced = new("chatctl.broadcast.v1",
        Column<PostReceipt>.Number("seq", r => r.Seq),
        Column<PostReceipt>.Time("time", r => r.Time));

    private static readonly ResultSchema<string> Kicked = new("chatctl.kick.v1",
        Column<string>.Number("id", Numbers.Parse),
        Column<string>.Text("name", whom => Numbers.Parse(whom) is null ? whom : null));

    public IEnumerable<Command> All => [List(), Send(), Broadcast(), Kick()];

    private Command List()
    {
        var watch = new WatchOption();
        var command = new Command("list", "List every connection") { watch };
        command.SetAction((parsed, stop) => target.ListAsync(
            parsed, watch, Listed, async (client, ending) => await client.Admin.SessionsAsync(ending).ToListAsync(ending), stop));
        return command.WithExamples("chatctl list", "chatctl list -o json", "chatctl list --watch");
    }

    private Command Send()
    {
        var name = new Argument<string>("name") { Description = "The user" };
        var text = new Argument<string>("text") { Description = "The message" };
        name.MustNotBeEmpty();
        var command = new Command("send", "Send one user a private message in the server's name") { name, text };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var to = parsed.GetRequiredValue(name);
            results.Done($"sent to {to}", (to, await client.Admin.TellAsync(to, parsed.GetRequiredValue(text), stop)), Sent);
        }, stop));
        return command.WithExamples("chatctl send alice 'Please mind your tone'");
    }

    private Command Broadcast()
    {
        var text = new Argument<string>("text") { Description = "The message" };
        var command = new Command("broadcast", "Send everybody a message in the server's name") { text };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            results.Done("sent to everybody", await client.Admin.BroadcastAsync(parsed.GetRequiredValue(text), stop), Announced);
        }, stop));
        return command.WithExamples("chatctl broadcast 'The server restarts at noon'");
    }

    private Command Kick()
    {
        var who = new Argument<string>("id|name") { Description = "A connection's id, as list shows it, or a user's name, for all of that user's connections" };
        var reason = AdminOptions.Reason("The reason, which the user is told");
        who.MustNotBeEmpty();
        var lasts = AdminOptions.Duration("--for", "Ban the user for so long as well, as ban --for does", mayBeZero: false);
        var command = new Command("kick", "Close a connection, or all connections of a user") { who, reason, lasts };
        command.Validators.Add(result =>
        {
            // The words as they were given: a value that cannot be parsed is told by its own option.
            if (result.GetResult(lasts) is not null && result.GetResult(reason)?.Tokens is [var given] && Encoding.UTF8.GetByteCount(given.Value) is > Ban.MaxReason and var length)
                result.AddError($"{reason.Name} has at most {Ban.MaxReason} bytes with {lasts.Name}, and this one {length}");
        });
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var whom = parsed.GetRequiredValue(who);
            var why = parsed.GetRequiredValue(reason);
            // The command would close its own connection before it could report; on the admin socket all have one name.
            if (string.Equals(whom, client.Name, StringComparison.OrdinalIgnoreCase))
                return results.Failed($"{whom} is you: kick another session of that name by the id that list shows", ExitCode.Denied);
            // Digits alone are an id, since no name is digits alone.
            var id = Numbers.Parse(whom);
            if (parsed.GetValue(lasts) is { } span)
            {
                BanCommands.Tell(results, await client.Admin.BanAsync(id is { } banned ? BanSubject.OfSession(banned) : BanSubject.User(whom), span, why, cancellationToken: stop));
                return ExitCode.Done;
            }
            await (id is { } session ? client.Admin.KickAsync(session, why, stop) : client.Admin.KickUserAsync(whom, why, stop));
            results.Done($"kicked {whom}", whom, Kicked);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl kick 12", "chatctl kick alice --reason 'too loud'", "chatctl kick alice --for 1h");
    }
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands below chat account for tokens and invitations, one method a command.</summary>
internal sealed class TokenCommands(AccountLogin login, OutputOption output)
{
    public Command List()
    {
        var command = new Command("tokens", "List your tokens");
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async (client, work) =>
        {
            work.Output.Write(await client.Account.TokensAsync(stop).ToListAsync(stop),
                Column<ChatToken>.Number("id", t => t.Number),
                Column<ChatToken>.Text("label", t => t.Label),
                Column<ChatToken>.Text("scopes", t => AccountWords.Of(t.Scopes)),
                Column<ChatToken>.Number("rooms", t => t.Rooms == 0 ? null : t.Rooms),
                Column<ChatToken>.Time("made", t => t.Made),
                Column<ChatToken>.Time("expires", t => t.Expires),
                Column<ChatToken>.Time("used", t => t.Used));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat account tokens");
    }

    public Command Token() => new Command("token", "Make and revoke tokens, by which programs log in") { CreateToken(), RevokeToken() }
        .WithExamples("chat account token create 'backup report'", "chat account token revoke 3");

    public Command Invite()
    {
        var role = new Option<string>("--role") { Description = "The role of those that register by it: member, or one below your own. Default: member", HelpName = "ROLE", DefaultValueFactory = _ => "member" };
        role.AcceptOnlyFromAmong(AccountWords.RoleNames);
        var uses = new Option<int>("--uses") { Description = "How many accounts may be made by it, up to 1000. Default: 1", HelpName = "N", DefaultValueFactory = _ => 1 };
        uses.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is < 1 or > 1000)
                result.AddError("--uses takes a number from 1 to 1000");
        });
        var lasts = Lifetime("How long it is good, at most a year. Default: 7d");
        var command = new Command("invite", "Make an invitation, by which somebody makes an account; its code is shown this once") { role, uses, lasts };
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async (client, work) =>
        {
            var given = AccountWords.ToRole(parsed.GetRequiredValue(role));
            var made = await client.Account.InviteAsync(given, parsed.GetValue(uses), Span(parsed, lasts), stop);
            work.Output.WriteSecret(made, made.Code, $"that is {made}, shown this once and good until {made.Expires.ToLocalTime():yyyy-MM-dd HH:mm}",
                Column<NewInvitation>.Number("id", i => i.Number),
                Column<NewInvitation>.Text("code", i => i.Code),
                Column<NewInvitation>.Time("expires", i => i.Expires));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat account invite", "chat account invite --uses 20 --for 30d");
    }

    public Command Invitations()
    {
        var command = new Command("invitations", "List your invitations that are not over; an admin's list has everybody's");
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async (client, work) =>
        {
            work.Output.Write(await client.Account.InvitationsAsync(stop).ToListAsync(stop),
                Column<ChatInvitation>.Number("id", i => i.Number),
                Column<ChatInvitation>.Text("by", i => i.By),
                Column<ChatInvitation>.Text("role", i => AccountWords.Of(i.Role)),
                Column<ChatInvitation>.Number("uses", i => i.Uses),
                Column<ChatInvitation>.Time("made", i => i.Made),
                Column<ChatInvitation>.Time("expires", i => i.Expires));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat account invitations");
    }

    public Command Invitation() => new Command("invitation", "Revoke invitations") { RevokeInvitation() }.WithExamples("chat account invitation revoke 2");

    private Command CreateToken()
    {
        var label = new Argument<string>("label") { Description = $"Words that say what it is for, at most {ChatAccount.MaxLabel} bytes" };
        var scopes = new Option<string>("--scopes") { Description = $"What it may, of {string.Join(", ", AccountWords.ScopeNames)}, and never more than you. Default: read,post", HelpName = "SCOPE,…", DefaultValueFactory = _ => "read,post" };
        scopes.Validators.Add(result =>
        {
            if (AccountWords.ToScopes(result.GetValueOrDefault<string>()) is null)
                result.AddError($"--scopes takes {string.Join(", ", AccountWords.ScopeNames)}, with commas between them");
        });
        var rooms = new Option<string?>("--rooms") { Description = "The rooms that it is good for, with commas between them. Default: all that you may", HelpName = "ROOM,…" };
        var lasts = Lifetime("How long it is good, at most 10 years. Default: 90d");
        var command = new Command("create", "Make a token, by which a program logs in as you (CHAT_TOKEN); it is shown this once") { label, scopes, rooms, lasts };
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async (client, work) =>
        {
            var good = new List<ulong>();
            foreach (var room in parsed.GetValue(rooms)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
                good.Add((await client.OpenAsync(room, cancellationToken: stop)).Id);
            var made = await client.Account.CreateTokenAsync(
                parsed.GetRequiredValue(label), AccountWords.ToScopes(parsed.GetRequiredValue(scopes))!.Value, good, Span(parsed, lasts), stop);
            work.Output.WriteSecret(made, made.Secret, $"that is {made}, shown this once and good until {made.Expires.ToLocalTime():yyyy-MM-dd HH:mm}",
                Column<NewToken>.Number("id", t => t.Number),
                Column<NewToken>.Text("token", t => t.Secret),
                Column<NewToken>.Time("expires", t => t.Expires));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat account token create 'backup report'", "chat account token create 'ops bot' --scopes read,post --rooms ops --for 30d");
    }

    private Command RevokeToken()
    {
        var id = new Argument<ulong>("id") { Description = "The token's id, as tokens shows it" };
        var command = new Command("revoke", "Revoke a token, and end the sessions that logged in by it") { id };
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async (client, work) =>
        {
            await client.Account.RevokeTokenAsync(parsed.GetRequiredValue(id), stop);
            return work.Output.Done($"token {parsed.GetRequiredValue(id)} is revoked");
        }, stop));
        return command.WithExamples("chat account token revoke 3");
    }

    private Command RevokeInvitation()
    {
        var id = new Argument<ulong>("id") { Description = "The invitation's id, as invitations shows it" };
        var command = new Command("revoke", "Revoke an invitation; accounts that were made by it stay") { id };
        command.SetAction((parsed, stop) => login.RunAsync(parsed, output, async (client, work) =>
        {
            await client.Account.RevokeInvitationAsync(parsed.GetRequiredValue(id), stop);
            return work.Output.Done($"invitation {parsed.GetRequiredValue(id)} is revoked");
        }, stop));
        return command.WithExamples("chat account invitation revoke 2");
    }

    private static Option<string?> Lifetime(string description)
    {
        var option = new Option<string?>("--for") { Description = description, HelpName = "90d" };
        option.Validators.Add(result =>
        {
            if (Times.ParseSpan(result.GetRequiredValue(option)!) is not { Ticks: > 0 })
                result.AddError($"{option.Name} takes {Times.SpanForms}");
        });
        return option;
    }

    private static TimeSpan? Span(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } text ? Times.ParseSpan(text) : null;
}

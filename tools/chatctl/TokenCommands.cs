using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for tokens and invitations, one method a command. Making them is for those with an account of their own.</summary>
internal sealed class TokenCommands(Target target)
{
    private static readonly ResultSchema<ChatToken> Tokens = new("chatctl.tokens.v1",
        Column<ChatToken>.Number("id", t => t.Number),
        Column<ChatToken>.Text("label", t => t.Label),
        Column<ChatToken>.Text("scopes", t => AccountWords.Of(t.Scopes)),
        Column<ChatToken>.Number("rooms", t => t.Rooms == 0 ? null : t.Rooms),
        Column<ChatToken>.Time("made", t => t.Made),
        Column<ChatToken>.Time("expires", t => t.Expires),
        Column<ChatToken>.Time("used", t => t.Used));

    private static readonly ResultSchema<(string Name, ulong Id)> RevokedToken = new("chatctl.tokens.revoke.v1",
        Column<(string Name, ulong Id)>.Text("name", t => t.Name),
        Column<(string Name, ulong Id)>.Number("id", t => t.Id));

    private static readonly ResultSchema<ChatInvitation> Invitations = new("chatctl.invitations.v1",
        Column<ChatInvitation>.Number("id", i => i.Number),
        Column<ChatInvitation>.Text("by", i => i.By),
        Column<ChatInvitation>.Text("role", i => AccountWords.Of(i.Role)),
        Column<ChatInvitation>.Number("uses", i => i.Uses),
        Column<ChatInvitation>.Time("made", i => i.Made),
        Column<ChatInvitation>.Time("expires", i => i.Expires));

    private static readonly ResultSchema<ulong> RevokedInvitation = new("chatctl.invitations.revoke.v1", Column<ulong>.Number("id", id => id));

    public IEnumerable<Command> All =>
    [
        new Command("tokens", "List and revoke the tokens of an account; 'chat account token create' makes one of your own") { ListTokens(), RevokeToken() }
            .WithExamples("chatctl tokens list alice", "chatctl tokens revoke alice 3"),
        new Command("invitations", "List and revoke everybody's invitations; 'chat account invite' makes one, as it is some account's") { ListInvitations(), RevokeInvitation() }
            .WithExamples("chatctl invitations list", "chatctl invitations revoke 2"),
    ];

    private Command ListTokens()
    {
        var name = new AccountArgument();
        var command = new Command("list", "List an account's tokens") { name };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
            results.List(await client.Admin.Accounts.TokensAsync(parsed.GetRequiredValue(name), stop).ToListAsync(stop), Tokens), stop));
        return command.WithExamples("chatctl tokens list alice", "chatctl tokens list alice -o json");
    }

    private Command RevokeToken()
    {
        var name = new AccountArgument();
        var id = new Argument<ulong>("id") { Description = "The token's id, as list shows it" };
        var command = new Command("revoke", "Revoke a token, and end the sessions that logged in by it") { name, id };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var (whose, token) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(id));
            await client.Admin.Accounts.RevokeTokenAsync(whose, token, stop);
            results.Done($"token {token} of {whose} is revoked", (whose, token), RevokedToken);
        }, stop));
        return command.WithExamples("chatctl tokens revoke alice 3");
    }

    private Command ListInvitations()
    {
        var command = new Command("list", "List everybody's invitations that are not over");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
            results.List(await client.Account.InvitationsAsync(stop).ToListAsync(stop), Invitations), stop));
        return command.WithExamples("chatctl invitations list");
    }

    private Command RevokeInvitation()
    {
        var id = new Argument<ulong>("id") { Description = "The invitation's id, as list shows it" };
        var command = new Command("revoke", "Revoke an invitation; accounts that were made by it stay") { id };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var invitation = parsed.GetRequiredValue(id);
            await client.Account.RevokeInvitationAsync(invitation, stop);
            results.Done($"invitation {invitation} is revoked", invitation, RevokedInvitation);
        }, stop));
        return command.WithExamples("chatctl invitations revoke 2");
    }
}

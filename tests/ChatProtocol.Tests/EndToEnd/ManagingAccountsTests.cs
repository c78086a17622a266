using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chatctl accounts, tokens and invitations, over the admin socket.</summary>
public sealed class ManagingAccountsTests
{
    private const string Password = "correct horse";

    [Fact(Timeout = 120_000)]
    public async Task The_first_owner_is_made_over_the_admin_socket_and_logs_in()
    {
        await using var installation = await Installation.StartAsync("--registration", "closed");

        Assert.Equal("olga has an account as owner\n", (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "olga", "--owner")).Done().Output);

        (await installation.User("olga").PipeAsync(Password + "\n", "login")).Done();
        await installation.User("olga").SendAsync("I am here");
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "olga")).Failed(5, "olga");
        (await installation.PipeChatctlAsync("short\n", "accounts", "create", "bob")).Failed(1, "at least 8 bytes");
        (await installation.ChatctlAsync("accounts", "create", "bob")).Failed(2, "there is none");
        (await installation.ChatctlAsync("accounts", "create", "bob", "--owner", "--admin")).Failed(2, "one role");
        (await installation.ChatctlAsync("accounts", "create", "a b")).Failed(2, "'a b' cannot be a name");
        Assert.Equal(["olga"], (await ObjectsAsync(installation, "accounts", "list")).Select(account => account.GetProperty("name").GetString()));
    }

    [Spec("CP-ACC-032")]
    [Fact(Timeout = 120_000)]
    public async Task A_password_a_role_and_whether_it_is_disabled_are_changed_for_others()
    {
        await using var installation = await Installation.StartAsync();
        var bob = installation.User("bob");
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "bob")).Done();

        Assert.Equal("bob is admin\n", (await installation.ChatctlAsync("accounts", "role", "bob", "admin")).Done().Output);
        Assert.Equal("admin", (await ObjectsAsync(installation, "accounts", "show", "bob")).Single().GetProperty("role").GetString());
        (await installation.ChatctlAsync("accounts", "role", "bob", "king")).Failed(2, "king");

        (await installation.PipeChatctlAsync("better horse\n", "accounts", "password", "bob")).Done();
        (await bob.PipeAsync(Password + "\n", "account")).Failed(4, "the password is wrong");
        (await bob.PipeAsync("better horse\n", "login")).Done();

        await using var tail = bob.StartChat("tail");
        await installation.WaitForSessionsAsync("bob", 1);
        Assert.Equal("disabled bob\n", (await installation.ChatctlAsync("accounts", "disable", "bob")).Done().Output);
        Assert.Equal(4, (await tail.EndAsync()).ExitCode);
        (await bob.ChatAsync("send", "hi")).Failed(4, "disabled");
        Assert.Equal("enabled bob\n", (await installation.ChatctlAsync("accounts", "enable", "bob")).Done().Output);
        await bob.SendAsync("hi again");

        (await installation.ChatctlAsync("accounts", "show", "nobody")).Failed(3, "nobody");
        (await installation.ChatctlAsync("accounts", "disable", "nobody")).Failed(3, "nobody");
    }

    [Spec("CP-ACC-020")]
    [Fact(Timeout = 120_000)]
    public async Task An_account_is_deleted_after_a_question_and_a_script_has_to_mean_it()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "bob")).Done();
        (await installation.User("bob").PipeAsync(Password + "\n", "login")).Done();

        (await installation.ChatctlAsync("accounts", "delete", "bob")).Failed(2, "--yes");
        Assert.Equal("the account bob, of member, with 0 sessions and 1 token would be deleted\n", (await installation.ChatctlAsync("accounts", "delete", "bob", "--dry-run")).Done().Output);
        await using (var terminal = await OpenAsync(installation, "accounts", "delete", "bob"))
        {
            await terminal.WaitForAsync("Delete the account bob, of member, with 0 sessions and 1 token, for good? [y/N]");
            await terminal.EnterAsync("n");
            Assert.Contains("the account bob stays", await terminal.WaitForExitAsync(1), StringComparison.Ordinal);
        }
        Assert.Equal("deleted the account bob\n", (await installation.ChatctlAsync("accounts", "delete", "bob", "--yes")).Done().Output);
        (await installation.ChatctlAsync("accounts", "delete", "bob", "--yes")).Failed(3, "bob");
        (await installation.User("bob").ChatAsync("send", "hi")).Failed(4, "'chat login' gets another token");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_terminal_is_asked_twice_for_a_password_that_it_does_not_show()
    {
        await using var installation = await Installation.StartAsync();
        await using (var terminal = await OpenAsync(installation, "accounts", "create", "bob"))
        {
            await terminal.WaitForAsync("New password for bob");
            await terminal.EnterAsync(Password);
            await terminal.WaitForAsync("The same again:");
            await terminal.EnterAsync("correct hose");
            await terminal.WaitForAsync("the two passwords differ", "[exit 2]");
        }
        await using (var terminal = await OpenAsync(installation, "accounts", "create", "bob"))
        {
            await terminal.WaitForAsync("New password for bob");
            await terminal.EnterAsync(Password);
            await terminal.WaitForAsync("The same again:");
            await terminal.EnterAsync(Password);
            Assert.DoesNotContain("horse", await terminal.WaitForAsync("bob has an account as member", "[exit 0]"), StringComparison.Ordinal);
            Assert.Equal(terminal.Modes.Before, terminal.Modes.After);
        }
    }

    [Spec("CP-ACC-014", "CP-ACC-017")]
    [Fact(Timeout = 120_000)]
    public async Task Tokens_and_invitations_of_others_are_listed_and_revoked()
    {
        await using var installation = await Installation.StartAsync("--registration", "invitation");
        var bob = installation.User("bob");
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "bob")).Done();
        (await bob.PipeAsync(Password + "\n", "login")).Done();
        var code = (await bob.PipeAsync(Password + "\n", "account", "invite", "-o", "ndjson")).Done().Objects.Single().GetProperty("code").GetString()!;

        var token = (await ObjectsAsync(installation, "tokens", "list", "bob")).Single();
        Assert.Equal((1, "read,post,profile"), (token.GetProperty("id").GetInt32(), token.GetProperty("scopes").GetString()));
        await using var tail = bob.StartChat("tail");
        await installation.WaitForSessionsAsync("bob", 1);
        Assert.Equal("token 1 of bob is revoked\n", (await installation.ChatctlAsync("tokens", "revoke", "bob", "1")).Done().Output);
        Assert.Equal(4, (await tail.EndAsync()).ExitCode);
        (await installation.ChatctlAsync("tokens", "revoke", "bob", "1")).Failed(3, "token 1");

        Assert.Equal("bob", (await ObjectsAsync(installation, "invitations", "list")).Single().GetProperty("by").GetString());
        Assert.Equal("invitation 1 is revoked\n", (await installation.ChatctlAsync("invitations", "revoke", "1")).Done().Output);
        (await installation.ChatctlAsync("invitations", "revoke", "1")).Failed(3, "invitation 1");
        (await installation.User("eve").PipeAsync(Password + "\n", "register", "--invitation", code)).Failed(4, "the invitation is not valid");
    }

    private static async Task<JsonElement[]> ObjectsAsync(Installation installation, params string[] command) =>
        (await installation.ChatctlAsync([.. command, "-o", "ndjson"])).Done().Objects;

    private static Task<TmuxTerminal> OpenAsync(Installation installation, params string[] command) => TmuxTerminal.StartAsync(
        ToolProcess.Program("chatctl"), [.. command, "--data", installation.Data], installation.User("operator").Environment);
}

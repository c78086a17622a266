using System.Text.Json;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chat register, login, logout and account, with pipes and at a terminal.</summary>
public sealed class AccountCommandTests
{
    private const string Password = "correct horse";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Who_registers_is_logged_in_from_then_on_by_a_token_and_logs_out_again()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();

        var kept = await File.ReadAllTextAsync(CredentialsOf(ann), Stop);
        Assert.Matches($@"\Achat_t_\w{{49}} 1 ann {installation.Address}\n\z", kept);
        Assert.DoesNotContain(Password, kept, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CredentialsOf(ann)));
        await ann.SendAsync("hi");
        Assert.Equal("ann", (await ann.ChatAsync("history", "-o", "ndjson")).Done().Objects.Single().GetProperty("from").GetString());
        // Nobody else is that, with the name alone.
        (await installation.User("eve").ChatAsync("send", "hi", "--name", "ann")).Failed(5, "ann");

        (await ann.PipeAsync(Password + "\n", "logout")).Done();
        Assert.Equal("", await File.ReadAllTextAsync(CredentialsOf(ann), Stop));
        Assert.Empty((await ann.PipeAsync(Password + "\n", "account", "tokens", "-o", "ndjson")).Done().Lines);
        (await ann.ChatAsync("logout")).Failed(3, "no login is kept");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_guest_who_registers_keeps_its_name_and_is_the_same_user()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("as a guest");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        await ann.SendAsync("as a member");

        Assert.Single((await ann.ChatAsync("history", "-o", "ndjson")).Done().Objects.Select(entry => entry.GetProperty("principal").GetUInt64()).Distinct());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_login_takes_the_place_of_the_one_before_it()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        var login = (await ann.PipeAsync(Password + "\n", "login", "-o", "ndjson")).Done().Objects.Single();

        Assert.Equal(("ann", installation.Address, 2), (login.GetProperty("name").GetString(), login.GetProperty("server").GetString(), login.GetProperty("token").GetInt32()));
        Assert.Equal([2], await IdsAsync(ann, "tokens"));
        (await ann.PipeAsync("wrong horse\n", "login")).Failed(4, "the name or the password is wrong");
        Assert.Equal([2], await IdsAsync(ann, "tokens"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_token_is_given_to_the_very_address_that_it_was_made_for_and_its_file_is_checked()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();

        (await ann.ChatAsync("send", "hi", "--server", installation.SocketAddress)).Failed(5, "ann");
        (await ann.PipeAsync(Password + "\n", "login", "--server", installation.SocketAddress)).Done();
        await ann.SendAsync("by the socket", "--server", installation.SocketAddress);
        await ann.SendAsync("by the port");
        await ann.SendAsync("as a guest", "--name", "guest");

        File.SetUnixFileMode(CredentialsOf(ann), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        (await ann.ChatAsync("send", "exposed")).Done(warning: "Run: chmod 600");
        await File.AppendAllTextAsync(CredentialsOf(ann), "half a line\n", Stop);
        (await ann.ChatAsync("send", "hi")).Failed(1, "line 3 of");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_program_has_its_token_in_the_environment_and_a_user_may_keep_one()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        var made = await ann.PipeAsync(Password + "\n", "account", "token", "create", "a bot", "--rooms", "lobby", "--for", "3d");
        Assert.Matches(@"\Achat_t_\w{49}\n\z", made.Output);
        Assert.Contains("token 2, shown this once and good until", made.Error, StringComparison.Ordinal);

        var bot = installation.Nameless("bot");
        bot = bot with { Environment = new Dictionary<string, string>(bot.Environment) { ["CHAT_TOKEN"] = made.Output } };
        await bot.SendAsync("by the environment");
        var other = installation.Nameless("other");
        (await other.PipeAsync(made.Output, "login", "--token")).Done();
        await other.SendAsync("by the file");
        Assert.All((await ann.ChatAsync("history", "-o", "ndjson")).Done().Objects, entry => Assert.Equal("ann", entry.GetProperty("from").GetString()));

        (await ann.PipeAsync(Password + "\n", "account", "token", "revoke", "2")).Done();
        (await bot.ChatAsync("send", "no more")).Failed(4, "'chat login' gets another token");
        (await other.ChatAsync("send", "no more")).Failed(4, "chat logout");
        (await (bot with { Environment = new Dictionary<string, string>(bot.Environment) { ["CHAT_TOKEN"] = "chat_t_é" } }).ChatAsync("send", "x")).Failed(2, "CHAT_TOKEN is no token");
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_it_takes_an_invitation_who_has_one_gets_in()
    {
        await using var installation = await Installation.StartAsync("--registration", "invitation");
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        (await ann.PipeAsync(Password + "\n", "register")).Failed(4, "'chat register --invitation CODE'");
        await using (var admin = await ChatClient.ConnectAsync(ChatClientOptions.ForAdmin(ChatAddress.Parse($"unix:{installation.Data}/admin.sock")), Stop))
            await admin.Admin.Accounts.CreateAsync("ann", AccountRole.Member, Password, Stop);
        var invited = (await ann.PipeAsync(Password + "\n", "account", "invite", "--uses", "2", "-o", "ndjson")).Done().Objects.Single();
        var code = invited.GetProperty("code").GetString()!;

        (await bob.PipeAsync($"{code}\n{Password}\n", "register", "--invitation", "-")).Done();
        Assert.Equal(1, (await ann.PipeAsync(Password + "\n", "account", "invitations", "-o", "ndjson")).Done().Objects.Single().GetProperty("uses").GetInt32());
        (await ann.PipeAsync(Password + "\n", "account", "invitation", "revoke", "1")).Done();
        (await installation.User("eve").PipeAsync(Password + "\n", "register", "--invitation", code)).Failed(4, "the invitation is not valid");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_member_sees_its_account_changes_its_password_and_deletes_it()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        // By the token that is kept: only what changes the account takes the password.
        var account = (await ann.PipeAsync("", "account", "-o", "ndjson")).Done().Objects.Single();
        Assert.Equal(("ann", "member", 1, 1), (account.GetProperty("name").GetString(), account.GetProperty("role").GetString(), account.GetProperty("sessions").GetInt32(), account.GetProperty("tokens").GetInt32()));
        var session = (await ann.PipeAsync("", "account", "sessions", "-o", "ndjson")).Done().Objects.Single();
        Assert.Equal(("tcp", "yes"), (session.GetProperty("transport").GetString(), session.GetProperty("this").GetString()));
        (await ann.PipeAsync(Password + "\n", "account", "end-session", "999")).Failed(3, "no session 999");

        (await ann.PipeAsync($"{Password}\nshort\n", "account", "password")).Failed(1, "at least 8 bytes");
        (await ann.PipeAsync($"{Password}\nbetter horse\n", "account", "password")).Done();
        (await ann.PipeAsync(Password + "\n", "account", "tokens")).Failed(4, "the password is wrong");
        await ann.SendAsync("the token stays good");

        (await ann.PipeAsync("better horse\n", "account", "delete")).Failed(2, "--yes");
        (await ann.PipeAsync("better horse\n", "account", "delete", "--yes")).Done();
        Assert.Equal("", await File.ReadAllTextAsync(CredentialsOf(ann), Stop));
        await ann.SendAsync("a guest again");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_password_is_never_shown_at_a_terminal_and_a_new_one_is_asked_for_twice()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await using (var terminal = await ann.OpenTerminalAsync("register"))
        {
            await terminal.WaitForAsync("New password for ann");
            await terminal.EnterAsync(Password);
            await terminal.WaitForAsync("The same again:");
            await terminal.EnterAsync("correct hose");
            await terminal.WaitForAsync("the two passwords differ", "[exit 2]");
        }
        await using (var terminal = await ann.OpenTerminalAsync("register"))
        {
            await terminal.WaitForAsync("New password for ann");
            await terminal.EnterAsync(Password);
            await terminal.WaitForAsync("The same again:");
            await terminal.EnterAsync(Password);
            var screen = await terminal.WaitForAsync("you are ann at", "[exit 0]");
            Assert.DoesNotContain("horse", screen, StringComparison.Ordinal);
            Assert.Equal(terminal.Modes.Before, terminal.Modes.After);
        }
        await using var talking = await ann.EnterLobbyAsync();
        await talking.EnterAsync("/register");
        await talking.WaitForAsync("chat register ann");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_terminal_shows_what_is_typed_again_after_a_question_without_an_answer()
    {
        await using var installation = await Installation.StartAsync();
        await using var terminal = await installation.User("ann").OpenTerminalAsync("login");
        await terminal.WaitForAsync("Password of ann");
        await terminal.PressAsync("C-d");
        await terminal.WaitForAsync("there is none", "[exit 2]");

        Assert.Equal(terminal.Modes.Before, terminal.Modes.After);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_interactive_user_who_is_signed_out_is_told_why()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(Password + "\n", "register")).Done();
        await using var terminal = await ann.EnterLobbyAsync();
        (await ann.PipeAsync(Password + "\n", "account", "token", "revoke", "1")).Done();

        await terminal.WaitForAsync("you were signed out: the token was revoked", "[exit 4]");
    }

    private static string CredentialsOf(User user) => Path.Combine(Path.GetDirectoryName(user.SecretFile)!, "credentials");

    private static async Task<IEnumerable<int>> IdsAsync(User user, string list) =>
        (await user.PipeAsync(Password + "\n", "account", list, "-o", "ndjson")).Done().Objects.Select(static (JsonElement one) => one.GetProperty("id").GetInt32());
}

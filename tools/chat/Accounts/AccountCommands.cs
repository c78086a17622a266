using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat account: one's own account with its sessions, one method a command.</summary>
internal sealed class AccountCommands
{
    private readonly AccountLogin _login;
    private readonly OutputOption _output = ResultPrinter.CreateOption();

    private AccountCommands(ConnectionOptions connecting) => _login = new AccountLogin(connecting);

    public static Command Create(ConnectionOptions connecting) => new AccountCommands(connecting).Account();

    private Command Account()
    {
        _output.Recursive = true;
        var tokens = new TokenCommands(_login, _output);
        var command = new Command("account", "Show your account. What changes it asks for its password, or else takes the first line of standard input")
        {
            _output, Sessions(), EndSession(), Password(), tokens.List(), tokens.Token(), tokens.Invite(), tokens.Invitations(), tokens.Invitation(), new ExportCommand(_login, _output).ToCommand(), Delete(),
        };
        command.SetAction((parsed, stop) => _login.RunByTokenAsync(parsed, _output, async (client, work) =>
        {
            work.Output.Write([await client.Account.GetAsync(stop)],
                Column<ChatAccountInfo>.Text("name", a => a.Name),
                Column<ChatAccountInfo>.Number("principal", a => a.Principal),
                Column<ChatAccountInfo>.Text("role", a => AccountWords.Of(a.Role)),
                Column<ChatAccountInfo>.Time("made", a => a.Made),
                Column<ChatAccountInfo>.Number("sessions", a => a.Sessions),
                Column<ChatAccountInfo>.Number("tokens", a => a.Tokens));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat account --server chats://example.org", "pass show chat | chat account -o ndjson");
    }

    private Command Sessions()
    {
        var command = new Command("sessions", "List your sessions, this command's own too");
        command.SetAction((parsed, stop) => _login.RunByTokenAsync(parsed, _output, async (client, work) =>
        {
            work.Output.Write(await client.Account.SessionsAsync(stop).ToListAsync(stop),
                Column<ChatSessionInfo>.Number("id", s => s.Session),
                Column<ChatSessionInfo>.Text("address", s => s.Address),
                Column<ChatSessionInfo>.Text("transport", s => s.Transport),
                Column<ChatSessionInfo>.Number("rooms", s => s.Rooms),
                Column<ChatSessionInfo>.Time("since", s => s.Since),
                Column<ChatSessionInfo>.Span("idle", s => s.Idle),
                Column<ChatSessionInfo>.Text("this", s => s.Session == client.Session ? "yes" : "no"));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat account sessions");
    }

    private Command EndSession()
    {
        var id = new Argument<ulong>("id") { Description = "The session's id, as sessions shows it" };
        var command = new Command("end-session", "End one of your sessions, which does not come back") { id };
        command.SetAction((parsed, stop) => _login.RunByTokenAsync(parsed, _output, async (client, work) =>
        {
            await client.Account.EndSessionAsync(parsed.GetRequiredValue(id), stop);
            return work.Output.Done($"session {parsed.GetRequiredValue(id)} is ended");
        }, stop));
        return command.WithExamples("chat account end-session 12");
    }

    private Command Password()
    {
        var command = new Command("password", "Change the password, which signs out your other sessions that logged in by it; tokens stay good. Without a terminal the second line of standard input is the new one");
        command.SetAction((parsed, stop) => _login.RunAsync(parsed, _output, async work =>
        {
            var old = await work.AskPasswordAsync();
            await using var client = await work.LogInAsync(old);
            var password = await work.Input.ReadNewAsync($"New password, at least {Secrets.MinPassword} letters", stop);
            await client.Account.ChangePasswordAsync(old, password, stop);
            await client.QuitAsync(stop);
            return work.Output.Done("the password is changed");
        }, stop));
        return command.WithExamples("chat account password");
    }

    private Command Delete()
    {
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask; needed where there is no terminal to ask" };
        var command = new Command("delete", "Delete your account with its tokens and invitations, and free its name. What you said stays") { yes };
        command.SetAction((parsed, stop) => _login.RunAsync(parsed, _output, async work =>
        {
            if (!parsed.GetValue(yes))
                await AgreeAsync(work);
            var password = await work.AskPasswordAsync();
            await using var client = await work.LogInAsync(password);
            await client.Account.DeleteAsync(password, stop);
            if (work.Kept is { } kept && kept.Name == work.Name)
                Credentials.Default.Forget(work.Server);
            return work.Output.Done($"the account {work.Name} at {work.Server} is deleted");
        }, stop));
        return command.WithExamples("chat account delete");
    }

    private static async Task AgreeAsync(AccountWork work)
    {
        if (!ConfirmationPrompt.CanBeAsked(work.Output.IsJson))
            throw new CommandException(ExitCode.Usage, "there is no terminal to ask whether to delete the account: give --yes");
        if (!await ConfirmationPrompt.AgreesAsync($"Delete the account {work.Name} at {work.Server} for good?", work.Output.Error, work.Stop))
            throw new CommandException(ExitCode.Denied, "nothing was deleted");
    }
}

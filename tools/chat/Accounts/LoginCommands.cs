using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands by which a user has an account and is logged in to it: chat register, login and logout.</summary>
internal static class LoginCommands
{
    private const TokenScopes Scopes = TokenScopes.Read | TokenScopes.Post | TokenScopes.Profile;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    public static Command Register(ConnectionOptions connecting)
    {
        var name = NameArgument("The account's name. Default: your name as a guest");
        var invitation = new Option<string?>("--invitation") { Description = "The code of an invitation, where it takes one; - for a line of standard input, before the password's", HelpName = "CODE" };
        var output = ResultPrinter.CreateOption();
        var command = new Command("register", "Make an account, which keeps your name for good, and log in to it. The password is asked for, or else the first line of standard input") { name, invitation, output };
        command.SetAction((parsed, stop) => new AccountLogin(connecting).RunAsync(parsed, output, async work =>
        {
            var code = parsed.GetValue(invitation) is "-" ? await work.Input.ReadAsync("Invitation", stop) : parsed.GetValue(invitation);
            var password = await work.Input.ReadNewAsync($"New password for {work.Name} at {work.Server}, at least {Secrets.MinPassword} letters", stop);
            await work.RegisterAsync(password, code);
            return await LogInAsync(work, password);
        }, stop, parsed.GetValue(name)));
        return command.WithExamples("chat register alice --server chats://example.org", "chat register alice --server chats://example.org --invitation chat_i_…");
    }

    public static Command Login(ConnectionOptions connecting)
    {
        var name = NameArgument("The account's name. Default: your user name");
        var byToken = new Option<bool>("--token") { Description = "Log in by a token that you have, which is asked for, or else the first line of standard input" };
        var output = ResultPrinter.CreateOption();
        var command = new Command("login", "Log in to your account from now on, on this machine. The password is asked for, or else the first line of standard input, and not kept: a token is, that can only read and post") { name, byToken, output };
        command.Validators.Add(result =>
        {
            if (result.GetResult(byToken) is { Implicit: false } && result.GetResult(name) is { Implicit: false })
                result.AddError("a token has its account's name: leave out one of them");
        });
        command.SetAction((parsed, stop) => new AccountLogin(connecting).RunAsync(parsed, output, async work =>
            parsed.GetValue(byToken)
                ? await LogInByTokenAsync(work, await work.Input.ReadAsync($"Token for {work.Server}", stop))
                : await LogInAsync(work, await work.AskPasswordAsync()), stop, parsed.GetValue(name)));
        return command.WithExamples("chat login alice --server chats://example.org", "pass show chat-token | chat login --token --server chats://example.org");
    }

    public static Command Logout(ConnectionOptions connecting)
    {
        var onlyForget = new Option<bool>("--forget") { Description = "Only forget the token on this machine; on the server it stays good" };
        var output = ResultPrinter.CreateOption();
        var command = new Command("logout", "Revoke the token that login has made, and forget it. Where that takes the password, it is asked for, or else the first line of standard input") { onlyForget, output };
        command.SetAction((parsed, stop) => new AccountLogin(connecting).RunAsync(parsed, output, async work =>
        {
            if (work.Kept is not { } kept)
                throw new CommandException(ExitCode.NotFound, $"no login is kept for {work.Server}");
            var isRevoked = !parsed.GetValue(onlyForget) && kept.Number is { } number && await RevokeAsync(work, kept, number);
            Credentials.Default.Forget(work.Server);
            return work.Output.Done(isRevoked
                ? $"{kept.Name} is logged out of {work.Server}"
                : $"{kept.Name} is logged out of {work.Server} on this machine; the token stays good on the server until it is over or revoked");
        }, stop));
        return command.WithExamples("chat logout --server chats://example.org");
    }

    private static Argument<string?> NameArgument(string description)
    {
        var name = new Argument<string?>("name") { Description = description, Arity = ArgumentArity.ZeroOrOne };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && Names.Validate(given) is { } fault)
                result.AddError($"'{given}' cannot be a name: {fault}.");
        });
        return name;
    }

    /// <summary>Logs in once to see that the password is right, and keeps a token of its own for this machine.</summary>
    private static async Task<int> LogInAsync(AccountWork work, string password)
    {
        await using var client = await work.LogInAsync(password);
        var made = await client.Account.CreateTokenAsync(Label(), Scopes, lifetime: Lifetime, cancellationToken: work.Stop);
        try
        {
            Credentials.Default.Keep(new KeptLogin(made.Secret, made.Number, client.Name, work.Server));
        }
        catch (CommandException)
        {
            // A token that nobody has is of no use to its owner.
            await client.Account.RevokeTokenAsync(made.Number, work.Stop);
            throw;
        }
        if (work.Kept is { Number: { } earlier } kept && kept.Name == client.Name)
            await TryRevokeAsync(client, earlier, work.Stop);
        await client.QuitAsync(work.Stop);
        Tell(work, client, made.Number, made.Expires);
        return ExitCode.Done;
    }

    private static async Task<int> LogInByTokenAsync(AccountWork work, string token)
    {
        await using var client = await work.ConnectAsync(ChatClientOptions.ForToken(work.Server, token));
        Credentials.Default.Keep(new KeptLogin(token.Trim(), Number: null, client.Name, work.Server));
        await client.QuitAsync(work.Stop);
        Tell(work, client, token: null, expires: null);
        return ExitCode.Done;
    }

    private static void Tell(AccountWork work, ChatClient client, ulong? token, DateTimeOffset? expires)
    {
        if (work.Output.IsJson)
            work.Output.Write([client],
                Column<ChatClient>.Text("name", c => c.Name),
                Column<ChatClient>.Number("principal", c => c.Principal),
                Column<ChatClient>.Text("server", _ => work.Server.ToString()),
                Column<ChatClient>.Number("token", _ => token),
                Column<ChatClient>.Time("expires", _ => expires));
        else
            work.Output.Done($"you are {client.Name} at {work.Server} from now on; a token is kept in {Credentials.Default.Path}, and 'chat logout' undoes it");
    }

    /// <summary>By the token itself where the server lets it, or else by the password. False if it is not good any more anyway.</summary>
    private static async Task<bool> RevokeAsync(AccountWork work, KeptLogin kept, ulong number)
    {
        try
        {
            await using var self = await work.ConnectAsync(ChatClientOptions.ForToken(work.Server, kept.Token));
            await self.Account.RevokeTokenAsync(number, work.Stop);
            return true;
        }
        catch (ChatException e) when (e.Code is ErrorCode.LoginFailed or ErrorCode.NoSuchToken)
        {
            return true;
        }
        catch (ChatException e) when (e.Code == ErrorCode.Denied)
        {
            await using var client = await work.LogInAsync(await work.AskPasswordAsync());
            await TryRevokeAsync(client, number, work.Stop);
            await client.QuitAsync(work.Stop);
            return true;
        }
    }

    private static async Task TryRevokeAsync(ChatClient client, ulong number, CancellationToken stop)
    {
        try
        {
            await client.Account.RevokeTokenAsync(number, stop);
        }
        catch (ChatException e) when (e.Code == ErrorCode.NoSuchToken)
        {
            // It was revoked already, or is over.
        }
    }

    /// <summary>The words by which the owner knows the token of this machine; a host's name may be long.</summary>
    private static string Label() => Environment.MachineName is { Length: <= 48 } host && host.All(char.IsAscii) ? $"chat on {host}" : "chat";
}

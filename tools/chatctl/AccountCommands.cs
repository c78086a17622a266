using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl accounts: the accounts of others, one method a command. What changes an account prints it as it is then.</summary>
internal sealed class AccountCommands(Target target)
{
    private static readonly ResultSchema<ChatAccountInfo> Listed = new("chatctl.accounts.v1",
        Column<ChatAccountInfo>.Number("principal", a => a.Principal),
        Column<ChatAccountInfo>.Text("name", a => a.Name),
        Column<ChatAccountInfo>.Text("role", a => AccountWords.Of(a.Role)),
        Column<ChatAccountInfo>.Time("made", a => a.Made),
        Column<ChatAccountInfo>.Flag("disabled", a => a.IsDisabled),
        Column<ChatAccountInfo>.Number("sessions", a => a.Sessions),
        Column<ChatAccountInfo>.Time("seen", a => a.Seen));

    private static readonly ResultSchema<ChatAccountInfo> One = new("chatctl.account.v1",
        Column<ChatAccountInfo>.Number("principal", a => a.Principal),
        Column<ChatAccountInfo>.Text("name", a => a.Name),
        Column<ChatAccountInfo>.Text("role", a => AccountWords.Of(a.Role)),
        Column<ChatAccountInfo>.Time("made", a => a.Made),
        Column<ChatAccountInfo>.Flag("disabled", a => a.IsDisabled),
        Column<ChatAccountInfo>.Number("sessions", a => a.Sessions),
        Column<ChatAccountInfo>.Number("tokens", a => a.Tokens));

    private static readonly ResultSchema<Deletion> Deleted = One.With("chatctl.accounts.delete.v1", (Deletion d) => d.Account,
        Column<Deletion>.Flag("dry_run", d => d.IsDryRun));

    public Command Command => new Command("accounts", "Manage the accounts. Only those with a role above an account's may change it, and give roles below their own; over the admin socket everybody is above an owner")
    {
        List(), Show(), Create(), Password(), Role(), Disable(), Enable(), Delete(),
    }.WithExamples("chatctl accounts create alice --owner", "chatctl accounts list", "chatctl accounts disable mallory");

    private Command List()
    {
        var command = new Command("list", "List the accounts");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
            results.List(await client.Admin.Accounts.ListAsync(stop).ToListAsync(stop), Listed), stop));
        return command.WithExamples("chatctl accounts list", "chatctl accounts list -o ndjson");
    }

    private Command Show()
    {
        var name = new AccountArgument();
        var command = new Command("show", "Show one account") { name };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
            results.List([await client.Admin.Accounts.GetAsync(parsed.GetRequiredValue(name), stop)], One), stop));
        return command.WithExamples("chatctl accounts show alice");
    }

    private Command Create()
    {
        var name = new AccountArgument();
        var owner = new Option<bool>("--owner") { Description = "Make an owner, who may everything but back up and make owners" };
        var admin = new Option<bool>("--admin") { Description = "Make an admin, who keeps order and manages the accounts of members" };
        var command = new Command("create", $"Make an account, of a member unless you say so. The password, of at least {Secrets.MinPassword} bytes, is asked for, or else the first line of standard input") { name, owner, admin };
        command.Validators.Add(result =>
        {
            if (result.GetResult(owner) is { Implicit: false } && result.GetResult(admin) is { Implicit: false })
                result.AddError("an account has one role: give --owner or --admin");
        });
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var (made, role) = (parsed.GetRequiredValue(name), parsed.GetValue(owner) ? AccountRole.Owner : parsed.GetValue(admin) ? AccountRole.Admin : AccountRole.Member);
            await client.Admin.Accounts.CreateAsync(made, role, await NewPasswordAsync(parsed, made, stop), stop);
            await TellAsync(client, results, made, $"{made} has an account as {AccountWords.Of(role)}", stop);
        }, stop));
        return command.WithExamples("chatctl accounts create alice --owner", "pass show chat/bob | chatctl accounts create bob");
    }

    private Command Password()
    {
        var name = new AccountArgument();
        var command = new Command("password", "Give an account another password, and end its sessions that logged in by the old one; tokens stay good. It is asked for, or else the first line of standard input") { name };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var whose = parsed.GetRequiredValue(name);
            await client.Admin.Accounts.ChangeAsync(whose, password: await NewPasswordAsync(parsed, whose, stop), cancellationToken: stop);
            await TellAsync(client, results, whose, $"{whose} has another password", stop);
        }, stop));
        return command.WithExamples("chatctl accounts password bob", "pass show chat/bob | chatctl accounts password bob");
    }

    private Command Role()
    {
        var name = new AccountArgument();
        var role = new Argument<string>("role") { Description = $"The role: {string.Join(", ", AccountWords.RoleNames)}" };
        role.AcceptOnlyFromAmong(AccountWords.RoleNames);
        var command = new Command("role", "Give an account another role") { name, role };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var (whose, given) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(role));
            await client.Admin.Accounts.ChangeAsync(whose, role: AccountWords.ToRole(given), cancellationToken: stop);
            await TellAsync(client, results, whose, $"{whose} is {given}", stop);
        }, stop));
        return command.WithExamples("chatctl accounts role bob admin");
    }

    private Command Disable() => Able("disable", "Let nobody log in to an account, and end its sessions; it keeps all that it has", isDisabled: true);

    private Command Enable() => Able("enable", "Let an account that was disabled log in again", isDisabled: false);

    private Command Able(string verb, string description, bool isDisabled)
    {
        var name = new AccountArgument();
        var command = new Command(verb, description) { name };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var whose = parsed.GetRequiredValue(name);
            await client.Admin.Accounts.ChangeAsync(whose, disabled: isDisabled, cancellationToken: stop);
            await TellAsync(client, results, whose, $"{verb}d {whose}", stop);
        }, stop));
        return command.WithExamples($"chatctl accounts {verb} mallory");
    }

    private Command Delete()
    {
        var name = new AccountArgument();
        var safeguard = new Safeguard(isNeededInScripts: true);
        var command = new Command("delete", "Delete an account with its tokens and invitations, end its sessions, and free its name. What it said stays") { name, safeguard.Yes, safeguard.DryRun };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var deletion = new Deletion(await client.Admin.Accounts.GetAsync(parsed.GetRequiredValue(name), stop), safeguard.IsDryRun(parsed));
            var whose = deletion.Account.Name;
            if (deletion.IsDryRun)
            {
                results.Done($"{deletion.InWords} would be deleted", deletion, Deleted);
                return ExitCode.Done;
            }
            var danger = new Danger(
                $"Delete {deletion.InWords}, for good?", $"the account {whose} stays",
                $"the account {whose} would be gone for good: give --yes where there is no terminal to ask");
            if (await safeguard.RefusalAsync(parsed, results, danger, stop) is { } exitCode)
                return exitCode;
            await client.Admin.Accounts.DeleteAsync(whose, stop);
            results.Done($"deleted the account {whose}", deletion, Deleted);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl accounts delete mallory", "chatctl accounts delete mallory --dry-run", "chatctl accounts delete mallory --yes    in a script");
    }

    private static Task<string> NewPasswordAsync(ParseResult parsed, string name, CancellationToken stop) =>
        new SecretInput(parsed.InvocationConfiguration.Error).ReadNewAsync($"New password for {name}, at least {Secrets.MinPassword} bytes", stop);

    private static async Task TellAsync(ChatClient client, ResultWriter results, string name, string sentence, CancellationToken stop) =>
        results.Done(sentence, await client.Admin.Accounts.GetAsync(name, stop), One);

    private sealed record Deletion(ChatAccountInfo Account, bool IsDryRun)
    {
        public string InWords =>
            $"the account {Account.Name}, of {AccountWords.Of(Account.Role)}, with {Counts.Of(Account.Sessions, "session")} and {Counts.Of(Account.Tokens ?? 0, "token")}";
    }
}

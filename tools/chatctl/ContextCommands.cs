using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chatctl context: servers and tokens that are kept under names, one method a command. No server is asked.</summary>
internal sealed class ContextCommands(Target target)
{
    private const int MaxName = 64;
    private const int MaxTokenFile = 4096;

    private static readonly ResultSchema<ServerContext> Schema = new("chatctl.context.v1",
        Column<ServerContext>.Text("name", c => c.Name),
        Column<ServerContext>.Text("server", c => c.Server.ToString()),
        Column<ServerContext>.Text("pin", c => c.Pin),
        Column<ServerContext>.Flag("current", c => c.IsCurrent));

    public Command Command => new Command("context", $"Keep servers of other machines under names, each with its token. --context NAME chooses one, before the variable {Target.ContextVariable}, before 'context use'")
    {
        Add(), Use(), List(), Remove(),
    }.WithExamples("chatctl context add lab --server chats://chat.example --token-file token", "chatctl --context lab list", "chatctl context use lab");

    private Command Add()
    {
        var name = NameArgument();
        var file = new Option<string?>("--token-file") { Description = "A file that has the token. Without it, the token is asked for, or else the first line of standard input", HelpName = "FILE" };
        var command = new Command("add", "Keep a server (--server, --pin) and its token under a name. 'chat account token create --scopes …' makes a token") { name, file };
        command.SetAction((parsed, stop) => RunAsync(parsed, async results =>
        {
            var server = target.AddressOf(parsed) ?? throw new CommandException(ExitCode.Usage, "--server is missing: it says which server the context is for");
            var token = parsed.GetValue(file) is { } path ? await ReadTokenAsync(path, stop)
                : await new SecretInput(parsed.InvocationConfiguration.Error).ReadAsync($"Token for {server}", stop);
            _ = RemoteServer.LoginOf(server, token, "that");
            var context = new ServerContext(parsed.GetRequiredValue(name), server, parsed.GetValue(target.Trust.Pin), IsCurrent: false);
            new ContextStore().Add(context, token.Trim());
            results.Done($"context {context.Name} is {server}", context, Schema);
        }));
        return command.WithExamples("chatctl context add lab --server chats://chat.example --pin SHA256:… --token-file token", "pass show chat/token | chatctl context add lab --server chats://chat.example");
    }

    private Command Use()
    {
        var name = NameArgument();
        var command = new Command("use", "Administer this server where the command line and the environment name no other") { name };
        command.SetAction((parsed, _) => RunAsync(parsed, results =>
        {
            var store = new ContextStore();
            store.Use(store.Find(parsed.GetRequiredValue(name)).Name);
            var used = store.Find(parsed.GetRequiredValue(name));
            results.Done($"chatctl administers {used.Server} from now on; 'chatctl context remove {used.Name}' undoes it, and --data DIR goes before it", used, Schema);
            return Task.CompletedTask;
        }));
        return command.WithExamples("chatctl context use lab");
    }

    private Command List()
    {
        var command = new Command("list", "List the contexts, without their tokens");
        command.SetAction((parsed, _) => RunAsync(parsed, results =>
        {
            results.List(new ContextStore().Read(), Schema);
            return Task.CompletedTask;
        }));
        return command.WithExamples("chatctl context list");
    }

    private Command Remove()
    {
        var name = NameArgument();
        var command = new Command("remove", "Forget a context and its token, which stays good on the server until it is revoked") { name };
        command.SetAction((parsed, _) => RunAsync(parsed, results =>
        {
            var store = new ContextStore();
            var removed = store.Find(parsed.GetRequiredValue(name));
            store.Remove(removed.Name);
            results.Done($"context {removed.Name} is removed; its token stays good on {removed.Server} until it is revoked", removed, Schema);
            return Task.CompletedTask;
        }));
        return command.WithExamples("chatctl context remove lab");
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<ResultWriter, Task> act)
    {
        var results = target.ResultsOf(parsed);
        await act(results);
        results.End(hasFailed: false);
        return ExitCode.Done;
    }

    private static Argument<string> NameArgument()
    {
        var name = new Argument<string>("name") { Description = "The context's name: letters, digits, - and _" };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && (given.Length is 0 or > MaxName || !given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
                result.AddError($"a context's name has 1 to {MaxName} letters, digits, - and _, and '{given}' is none");
        });
        return name;
    }

    private static async Task<string> ReadTokenAsync(string path, CancellationToken stop)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxTokenFile })
                throw new CommandException(ExitCode.Usage, $"{path} is too large for a token");
            return await File.ReadAllTextAsync(path, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"the token in {path} cannot be read: {FailureReason.Of(e)}");
        }
    }
}

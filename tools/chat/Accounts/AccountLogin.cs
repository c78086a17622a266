using System.CommandLine;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// The frame of the commands about an account. What changes an account takes its password; the token that is kept for talking shows it, and its
/// sessions.
/// </summary>
/// <param name="connecting">The options of identity and server.</param>
internal sealed class AccountLogin(ConnectionOptions connecting)
{
    /// <summary>Does a command's work, and reports its failure.</summary>
    public async Task<int> RunAsync(ParseResult parsed, OutputOption output, Func<AccountWork, Task<int>> act, CancellationToken stop, string? name = null)
    {
        var error = parsed.InvocationConfiguration.Error;
        var isJson = output.IsForPrograms(parsed);
        await using var writer = new StreamWriter(OutputStream.ForOutput(stop), new UTF8Encoding(false));
        try
        {
            return await act(new AccountWork(connecting, parsed, new ListPrinter(writer, error, isJson), stop) { GivenName = name });
        }
        catch (ChatException e)
        {
            await writer.FlushAsync(CancellationToken.None);
            return FailureMessages.Tell(e, LoginAdvice.InWordsOfAccount(e), error, isJson);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, FailureReason.Of(e));
        }
    }

    /// <summary>The same once the account is logged in to by the token that is kept, or else by its password.</summary>
    public Task<int> RunByTokenAsync(ParseResult parsed, OutputOption output, Func<ChatClient, AccountWork, Task<int>> act, CancellationToken stop) =>
        RunAsync(parsed, output, async work =>
        {
            await using var client = work.Kept is { } kept && work.Name == kept.Name
                ? await work.ConnectAsync(ChatClientOptions.ForToken(work.Server, kept.Token))
                : await work.LogInAsync(await work.AskPasswordAsync());
            return await act(client, work);
        }, stop);

    /// <summary>The same once the account is logged in to by its password.</summary>
    public Task<int> RunAsync(ParseResult parsed, OutputOption output, Func<ChatClient, AccountWork, Task<int>> act, CancellationToken stop) =>
        RunAsync(parsed, output, async work =>
        {
            await using var client = await work.LogInAsync(await work.AskPasswordAsync());
            return await act(client, work);
        }, stop);
}

/// <summary>The parts of a command about an account: its command line, its input and its output.</summary>
internal sealed class AccountWork(ConnectionOptions connecting, ParseResult parsed, ListPrinter output, CancellationToken stop)
{
    public ListPrinter Output => output;

    public CancellationToken Stop => stop;

    public SecretInput Input { get; } = new(parsed.InvocationConfiguration.Error);

    public ChatAddress Server { get; } = connecting.AccountServer(parsed);

    /// <summary>The login that is kept for the server; null if there is none.</summary>
    public KeptLogin? Kept { get; } = Credentials.Default.Find(connecting.AccountServer(parsed));

    /// <summary>A name that a command was given, in the place of <c>--name</c>; null for none.</summary>
    public string? GivenName { get; init; }

    /// <summary>The account's name: the one given, or that of the login which is kept for the server, or the user's on this machine.</summary>
    public string Name => GivenName ?? parsed.GetValue(connecting.Name) ?? Kept?.Name ?? connecting.NameOf(parsed);

    public Task<string> AskPasswordAsync() => Input.ReadAsync($"Password of {Name} at {Server}", stop);

    public Task<ChatClient> LogInAsync(string password) => ConnectAsync(ChatClientOptions.ForAccount(Server, Name, password));

    public Task<ChatClient> ConnectAsync(ChatClientOptions options) =>
        connecting.ConnectAsync(parsed, options with { ReconnectFor = TimeSpan.Zero }, trusted => ChatClient.ConnectAsync(trusted, stop), output.IsJson, stop);

    /// <summary>Makes the account; of this machine's guest of that name, if there is one, so that it keeps what it has.</summary>
    public async Task RegisterAsync(string password, string? invitation)
    {
        try
        {
            await connecting.ConnectAsync(parsed, ChatClientOptions.ForAccount(Server, Name, password), async trusted =>
            {
                await ChatClient.RegisterAsync(trusted, invitation, stop);
                return true;
            }, output.IsJson, stop);
        }
        catch (ChatException e) when (e.Code == ErrorCode.NameTaken)
        {
            await using var guest = await FindGuestAsync();
            if (guest is null)
                throw;
            await guest.Account.RegisterAsync(password, invitation, stop);
            await guest.QuitAsync(stop);
        }
    }

    private async Task<ChatClient?> FindGuestAsync()
    {
        try
        {
            return await ConnectAsync(await connecting.GuestAsync(parsed, Name, warning => CommandLine.Warn(warning, output.Error, output.IsJson), stop));
        }
        catch (ChatException e) when (e.Failure == ChatFailure.Refused)
        {
            return null;
        }
    }
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The user's identity and the server: the options that every command of chat has.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>The variable that names a token to log in by, in the place of one that is kept.</summary>
    public const string TokenVariable = "CHAT_TOKEN";

    private const string Forever = "forever";

    private static readonly TimeSpan RetryOneShotFor = TimeSpan.FromSeconds(30);

    /// <summary>How many names are tried if none was chosen: name, name-2, …</summary>
    private const int MaxNames = 20;

    public Option<string> Server { get; } = new("--server", "-s")
    {
        Description = "The server: chats://HOST:PORT for TLS, chat://HOST:PORT in the clear, unix:/path, or legacy://HOST:PORT for a server of plain text. Default: the one on this machine",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => ChatAddress.Default.ToString(),
    };

    public TrustOptions Trust { get; } = new();

    public Option<string> LegacyCharset { get; } = CharsetOption();

    public Option<string?> Name { get; } = new("--name", "-n")
    {
        Description = "Your name in the chat. Default: your user name",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string?> RetryFor { get; } = new("--retry-for")
    {
        Description = "How long to try to connect, the first time too. Default: after a lost connection 30s, on a terminal for ever; the first time once",
        HelpName = "30s|5m|forever|0s",
        Recursive = true,
    };

    public ConnectionOptions()
    {
        RetryFor.Validators.Add(retry =>
        {
            if (ParseRetry(retry.GetRequiredValue(RetryFor)!) is null)
                retry.AddError($"{RetryFor.Name} takes {Times.SpanForms}, or {Forever}");
        });
        Server.Validators.Add(server =>
        {
            if (!ChatAddress.TryParse(server.GetValueOrDefault<string>(), out _, out var fault))
                server.AddError(fault!);
        });
        Name.Validators.Add(name =>
        {
            if (name.GetValueOrDefault<string?>() is { } given && Names.Validate(given) is { } fault)
                name.AddError($"'{given}' cannot be a name: {fault}.");
        });
    }

    /// <summary>The server, if it is one of plain text; null for any other.</summary>
    public LegacyClientOptions? LegacyServer(ParseResult parsed) =>
        ChatAddress.Parse(parsed.GetRequiredValue(Server)) is { IsLegacy: true } address
            ? new LegacyClientOptions { Address = address, Charset = ToCharset(parsed.GetRequiredValue(LegacyCharset)) }
            : null;

    /// <summary>Connects as the command line says; warnings go to standard error.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isInteractive">Whether a user types at a terminal.</param>
    /// <param name="dedupeKey">The key under which posts equal those of an earlier run with the same key; null for none.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    public async Task<ChatClient> ConnectAsync(ParseResult parsed, bool isInteractive, string? dedupeKey, CancellationToken stop, bool isJson = false)
    {
        void Warn(string message) => CommandLine.Warn(message, parsed.InvocationConfiguration.Error, isJson);
        var token = FindToken(parsed, Warn);
        // A publisher is the principal's own, so that the secret is as good for an account's as for a guest's.
        var secret = token is not null && dedupeKey is null ? null : await LoadSecretAsync(mustBeKept: dedupeKey is not null, Warn, stop);
        var options = (token ?? new ChatClientOptions { Address = AddressOf(parsed), Name = NameOf(parsed), Secret = secret!.Bytes }) with
        {
            Inbox = isInteractive,
            // The lines of an input are not sent without the one before them; interactively each stands for itself.
            StopAtRefusal = !isInteractive,
            ReconnectFor = RetryFrom(parsed) ?? (isInteractive ? Timeout.InfiniteTimeSpan : RetryOneShotFor),
            Publisher = dedupeKey is null ? default(ReadOnlyMemory<byte>?) : secret!.DerivePublisher(dedupeKey),
        };
        Task<ChatClient> Connect(ChatClientOptions to) => ConnectAsync(parsed, to, trusted => ChatClient.ConnectAsync(trusted, stop), isJson, stop);
        return token is null && parsed.GetValue(Name) is null ? await ConnectAsSomebodyAsync(options, Connect, Warn) : await Connect(options);
    }

    /// <summary>Connects to the server once it is known to be the one that is meant, for as long as the command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The server and the user.</param>
    /// <param name="connect">Connects with the pin that it is given.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public Task<T> ConnectAsync<T>(
        ParseResult parsed, ChatClientOptions options, Func<ChatClientOptions, Task<T>> connect, bool isJson, CancellationToken stop)
    {
        var first = FirstConnectionOf(parsed, isJson);
        var trust = Trust.ToTrust(parsed, isJson);
        options = options with { Agent = $"{ProgramInfo.Name}/{ProgramInfo.Version}" };
        return trust.ConnectAsync(options, trusted => first.MakeAsync(() => connect(trusted), stop), stop);
    }

    /// <summary>The server's address.</summary>
    /// <exception cref="CommandException">It is a server of plain text, which has no accounts.</exception>
    public ChatAddress AccountServer(ParseResult parsed) => AddressOf(parsed) is { IsLegacy: false } address
        ? address
        : throw new CommandException(ExitCode.Usage, "a server of plain text has no accounts");

    /// <summary>The name that is wanted: the one given, or else the user's on this machine.</summary>
    public string NameOf(ParseResult parsed) => parsed.GetValue(Name) ?? UserName();

    /// <summary>The options of a guest, by the secret of this machine's user.</summary>
    public async Task<ChatClientOptions> GuestAsync(ParseResult parsed, string name, Action<string> warn, CancellationToken stop) =>
        new() { Address = AddressOf(parsed), Name = name, Secret = (await LoadSecretAsync(mustBeKept: false, warn, stop)).Bytes, ReconnectFor = TimeSpan.Zero };

    private ChatAddress AddressOf(ParseResult parsed) => ChatAddress.Parse(parsed.GetRequiredValue(Server));

    /// <summary>The login by the environment's token, or by the one that is kept for the server, unless another name is asked for; null for a guest's.</summary>
    private ChatClientOptions? FindToken(ParseResult parsed, Action<string> warn)
    {
        var address = AddressOf(parsed);
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } given)
            return OfToken(address, given, $"{TokenVariable} is no token");
        var credentials = Credentials.Default;
        if (credentials.Find(address) is not { } kept || parsed.GetValue(Name) is { } name && name != kept.Name)
            return null;
        if (credentials.Exposure is { } exposure)
            warn(exposure);
        return OfToken(address, kept.Token, $"the token of {address} in {credentials.Path} is none");
    }

    /// <exception cref="CommandException">That cannot be a token.</exception>
    private static ChatClientOptions OfToken(ChatAddress address, string token, string fault)
    {
        try
        {
            return ChatClientOptions.ForToken(address, token);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, $"{fault}: {FailureReason.Of(e)}");
        }
    }

    /// <summary>The policy of the first connection: one try, unless the user gave a time.</summary>
    public ConnectRetry FirstConnectionOf(ParseResult parsed, bool isJson) => new(
        RetryFrom(parsed) ?? TimeSpan.Zero,
        failure => CommandLine.Warn($"{ByeMessage.InWords(failure)}; trying again", parsed.InvocationConfiguration.Error, isJson));

    private TimeSpan? RetryFrom(ParseResult parsed) => parsed.GetValue(RetryFor) is { } retry ? ParseRetry(retry) : null;

    private static Option<string> CharsetOption()
    {
        var option = new Option<string>("--legacy-charset")
        {
            Description = "The charset of a legacy:// server: gbk, gb18030, utf-8",
            HelpName = "CHARSET",
            Recursive = true,
            DefaultValueFactory = _ => "gbk",
        };
        option.AcceptOnlyFromAmong("gbk", "gb18030", "utf-8");
        return option;
    }

    private static LegacyCharset ToCharset(string name) => name switch
    {
        "gb18030" => ChatProtocol.LegacyCharset.Gb18030,
        "utf-8" => ChatProtocol.LegacyCharset.Utf8,
        _ => ChatProtocol.LegacyCharset.Gbk,
    };

    /// <summary>Connects under a default name: if another user holds it, further names are tried, since the user did not choose it.</summary>
    private static async Task<ChatClient> ConnectAsSomebodyAsync(ChatClientOptions options, Func<ChatClientOptions, Task<ChatClient>> connect, Action<string> warn)
    {
        var name = options.Name;
        var refusal = default(ChatException);
        for (var i = 2; ; i++)
        {
            try
            {
                var client = await connect(options);
                if (refusal is not null)
                    warn($"{refusal.Message.Split(';')[0]}; you are {client.Name} (choose with --name)");
                return client;
            }
            catch (ChatException e) when (e.Code == ErrorCode.NameTaken && i <= MaxNames)
            {
                refusal ??= e;
                options = options with { Name = $"{name}-{i}" };
            }
        }
    }

    /// <exception cref="CommandException">There is no folder for the secret, it cannot be read, or it has to be kept and cannot be.</exception>
    private static async Task<GuestSecret> LoadSecretAsync(bool mustBeKept, Action<string> warn, CancellationToken stop)
    {
        try
        {
            var path = GuestSecret.DefaultPath();
            var secret = await LoadSecretAsync(path, stop);
            if (!secret.Persistent && mustBeKept)
                throw new CommandException(ExitCode.Failed, $"--dedupe-key needs a guest secret that stays, or the next run's lines would be stored again. {secret.Warning}");
            if (secret.Warning is { } warning)
                warn(warning);
            return secret;
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Usage, e.Message);
        }
    }

    private static async Task<GuestSecret> LoadSecretAsync(string path, CancellationToken stop)
    {
        try
        {
            return await GuestSecret.LoadOrCreateAsync(path, stop);
        }
        catch (InvalidDataException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Denied, $"the guest secret {path} cannot be read: {FailureReason.Of(e)}. It is your identity: make it readable for you, or let XDG_CONFIG_HOME name another folder");
        }
    }

    private static TimeSpan? ParseRetry(string text) => text == Forever ? Timeout.InfiniteTimeSpan : Times.ParseSpan(text);

    /// <summary>The user's name on this machine, if it is a valid name in the chat.</summary>
    private static string UserName() =>
        Names.Validate(Environment.UserName) is null ? Environment.UserName : "guest";
}

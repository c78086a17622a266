using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The user's identity and the server: the options that every command of chat has.</summary>
internal sealed class ConnectionOptions
{
    private const string Forever = "forever";

    private static readonly TimeSpan RetryOneShotFor = TimeSpan.FromSeconds(30);

    /// <summary>How many names are tried if none was chosen: name, name-2, …</summary>
    private const int MaxNames = 20;

    public Option<string> Server { get; } = new("--server", "-s")
    {
        Description = "The server: chat://HOST:PORT, unix:/path, or legacy://HOST:PORT for a server of plain text. Default: the one on this machine",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => ChatAddress.Default.ToString(),
    };

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
        var secret = await LoadSecretAsync(mustBeKept: dedupeKey is not null, Warn, stop);
        var options = new ChatClientOptions
        {
            Address = ChatAddress.Parse(parsed.GetRequiredValue(Server)),
            Name = parsed.GetValue(Name) ?? UserName(),
            Secret = secret.Bytes,
            Inbox = isInteractive,
            // The lines of an input are not sent without the one before them; interactively each stands for itself.
            StopAtRefusal = !isInteractive,
            ReconnectFor = RetryFrom(parsed) ?? (isInteractive ? Timeout.InfiniteTimeSpan : RetryOneShotFor),
            Publisher = dedupeKey is null ? default(ReadOnlyMemory<byte>?) : secret.DerivePublisher(dedupeKey),
            Agent = $"{ProgramInfo.Name}/{ProgramInfo.Version}",
        };
        var first = FirstConnectionOf(parsed, isJson);
        return parsed.GetValue(Name) is null
            ? await ConnectAsSomebodyAsync(options, first, Warn, stop)
            : await first.MakeAsync(() => ChatClient.ConnectAsync(options, stop), stop);
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
    private static async Task<ChatClient> ConnectAsSomebodyAsync(ChatClientOptions options, ConnectRetry first, Action<string> warn, CancellationToken stop)
    {
        var name = options.Name;
        var refusal = default(ChatException);
        for (var i = 2; ; i++)
        {
            try
            {
                var client = await first.MakeAsync(() => ChatClient.ConnectAsync(options, stop), stop);
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

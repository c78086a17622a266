using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Who one is and where to: the options that every command of chat has.</summary>
internal sealed class Connecting
{
    private const string Forever = "forever";

    private static readonly TimeSpan RetryOneShotFor = TimeSpan.FromSeconds(30);

    /// <summary>How many names are tried when nobody chose one: name, name-2, …</summary>
    private const int MaxNames = 20;

    public Option<string> Server { get; } = new("--server", "-s")
    {
        Description = "The server: chat://HOST:PORT, unix:/path, or legacy://HOST:PORT for one of plain text. Default: the one on this machine",
        HelpName = "URL",
        Recursive = true,
        DefaultValueFactory = _ => ChatAddress.Default.ToString(),
    };

    public Option<string> LegacyCharset { get; } = CharsetOption();

    public Option<string?> Name { get; } = new("--name", "-n")
    {
        Description = "The name to have. Default: your user name",
        HelpName = "NAME",
        Recursive = true,
    };

    public Option<string?> RetryFor { get; } = new("--retry-for")
    {
        Description = "How long a lost connection is tried to be made again. Default: 30s, and on a terminal as long as it takes",
        HelpName = "30s|5m|forever|0s",
        Recursive = true,
    };

    public Connecting()
    {
        RetryFor.Validators.Add(retry =>
        {
            if (ParseRetry(retry.GetRequiredValue(RetryFor)!) is null)
                retry.AddError($"{RetryFor.Name} takes {Times.SpanForms}, or {Forever}");
        });
        Server.Validators.Add(server =>
        {
            if (!ChatAddress.TryParse(server.GetValueOrDefault<string>(), out _, out var complaint))
                server.AddError(complaint!);
        });
        Name.Validators.Add(name =>
        {
            if (name.GetValueOrDefault<string?>() is { } given && Names.Complain(given) is { } complaint)
                name.AddError($"'{given}' cannot be a name: {complaint}.");
        });
    }

    /// <summary>The server, if it is one of plain text; null for any other.</summary>
    public LegacyClientOptions? LegacyServer(ParseResult parsed) =>
        ChatAddress.Parse(parsed.GetRequiredValue(Server)) is { IsLegacy: true } address
            ? new LegacyClientOptions { Address = address, Charset = ToCharset(parsed.GetRequiredValue(LegacyCharset)) }
            : null;

    /// <summary>Connects as the user asked; what there is to say about it goes to standard error.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isInteractive">Whether somebody sits there and talks.</param>
    /// <param name="dedupeKey">What makes posts the same as those of an earlier run with it; null if nothing does.</param>
    /// <param name="stop">Ctrl-C.</param>
    public async Task<ChatClient> ConnectAsync(ParseResult parsed, bool isInteractive, string? dedupeKey, CancellationToken stop)
    {
        var error = parsed.InvocationConfiguration.Error;
        var secret = await GuestSecret.LoadOrCreateAsync(cancellationToken: stop);
        if (secret.Warning is { } warning)
            CommandLine.WriteError(error, warning);
        var options = new ChatClientOptions
        {
            Address = ChatAddress.Parse(parsed.GetRequiredValue(Server)),
            Name = parsed.GetValue(Name) ?? UserName(),
            Secret = secret.Bytes,
            Inbox = isInteractive,
            // Lines that follow one another are not sent without the one before; interactively each stands for itself.
            StopAtRefusal = !isInteractive,
            ReconnectFor = parsed.GetValue(RetryFor) is { } retry ? ParseRetry(retry)!.Value : isInteractive ? Timeout.InfiniteTimeSpan : RetryOneShotFor,
            Publisher = dedupeKey is null ? default(ReadOnlyMemory<byte>?) : secret.DerivePublisher(dedupeKey),
            Agent = $"{CommandLine.Program}/{CommandLine.Version}",
        };
        return parsed.GetValue(Name) is null
            ? await ConnectAsSomebodyAsync(options, error, stop)
            : await ChatClient.ConnectAsync(options, stop);
    }

    private static Option<string> CharsetOption()
    {
        var option = new Option<string>("--legacy-charset")
        {
            Description = "What the bytes of a legacy:// server mean: gbk, gb18030, utf-8",
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

    /// <summary>Nobody chose this name, so another will do where somebody else has it.</summary>
    private static async Task<ChatClient> ConnectAsSomebodyAsync(ChatClientOptions options, TextWriter error, CancellationToken stop)
    {
        var name = options.Name;
        for (var i = 2; ; i++)
        {
            try
            {
                var client = await ChatClient.ConnectAsync(options, stop);
                if (options.Name != name)
                    CommandLine.WriteError(error, $"somebody else is called {name}; you are {client.Name} (choose with --name)");
                return client;
            }
            catch (ChatException e) when (e.Code == ErrorCode.NameTaken && i <= MaxNames)
            {
                options = options with { Name = $"{name}-{i}" };
            }
        }
    }

    private static TimeSpan? ParseRetry(string text) => text == Forever ? Timeout.InfiniteTimeSpan : Times.ParseSpan(text);

    /// <summary>The user's name on this machine, if it can be one here.</summary>
    private static string UserName() =>
        Names.Complain(Environment.UserName) is null ? Environment.UserName : "guest";
}

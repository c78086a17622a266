using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chatd's flags.</summary>
internal sealed class Options
{
    public Option<string[]> Listen { get; } = new("--listen")
    {
        Description = "Where to listen: tcp://HOST:PORT (port 0 takes a free one) for everything, legacy://HOST:PORT for plain text clients alone, unix:/path; may be repeated. Default: tcp://127.0.0.1:9999",
        HelpName = "URL",
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The folder of the database and the admin socket. Default: $XDG_DATA_HOME/chatd",
        HelpName = "DIR",
    };

    public Option<string?> Config { get; } = new("--config")
    {
        Description = "A JSON file with the same settings: listen, data, allow, legacy-charset and so on. Flags and CHATD_* variables go first",
        HelpName = "FILE",
    };

    public Option<string[]> Allow { get; } = new("--allow")
    {
        Description = "What is allowed beyond this machine: plaintext, guests, legacy (separated by commas)",
        HelpName = "WHAT",
    };

    public Option<string?> LegacyCharset { get; } = new("--legacy-charset")
    {
        Description = "What the bytes of plain text clients mean: gbk, gb18030. Default: gbk",
        HelpName = "CHARSET",
    };

    public Option<string?> LegacyLanguage { get; } = new("--legacy-language")
    {
        Description = "What plain text clients are told in: zh, en. Default: zh",
        HelpName = "LANGUAGE",
    };

    public Option<int?> LegacyHistory { get; } = new("--legacy-history")
    {
        Description = "How many of the last messages a plain text client is shown when it enters. Default: 10",
        HelpName = "N",
    };

    public Option<bool?> LegacyEcho { get; } = new("--legacy-echo")
    {
        Description = "Send plain text clients their own messages too",
        Arity = ArgumentArity.Zero,
        CustomParser = _ => true,
    };

    /// <summary>For one start, and so in no file and no environment.</summary>
    public Option<bool> AcceptLoss { get; } = new("--accept-loss")
    {
        Description = "Start although something that was stored is missing, and go on with what is there, with a new epoch for every room",
    };

    public Option<string?> LogLevel { get; } = new("--log-level")
    {
        Description = "The least important messages to log on standard error: trace, debug, information, warning, error, critical, none. Default: information",
        HelpName = "LEVEL",
    };

    public RootCommand ToCommand() => new("The chat server. It keeps every message, and needs no configuration.")
    {
        Listen, Data, Config, Allow, LegacyCharset, LegacyLanguage, LegacyHistory, LegacyEcho, AcceptLoss, LogLevel,
    };
}

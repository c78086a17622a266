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

    public Option<string[]> Near { get; } = new("--near")
    {
        Description = "Who counts as the same machine and has wide limits: addresses, prefixes such as 10.0.0.0/8, unix, or none (separated by commas). Behind a reverse proxy, a tunnel or a container's port strangers come from this machine: use unix then. Default: unix,127.0.0.1,::1",
        HelpName = "ADDRESS",
    };

    public Option<string[]> Proxy { get; } = new("--proxy")
    {
        Description = "Who may say, by a PROXY header (version 1 or 2), for whom a connection is: as for --near. Whoever is named so is never near. Default: nobody",
        HelpName = "ADDRESS",
    };

    public Option<int?> MaxConnections { get; } = new("--max-connections")
    {
        Description = "Connections at once; fewer where there are not as many file descriptors. Default: 16384",
        HelpName = "N",
    };

    public Option<string[]> Limit { get; } = new("--limit")
    {
        Description = "A limit of those who are not near, or near:NAME=VALUE of those who are; may be repeated. For each address connections, pending (not logged in), silent; the rates logins, principals (new names), rooms (new ones), address-posts, address-post-bytes; for each user the rates renames, correspondents (new ones), blocks, posts, post-bytes. A rate is 5/s,50 (so many in a second, minute (m) or hour (h), and so many at once); bytes may have K or M; none is no limit",
        HelpName = "NAME=VALUE",
    };

    public Option<string?> DiskFloor { get; } = new("--disk-floor")
    {
        Description = "What has to be left on the disk, such as 500M or 2G; with less, posts are refused and reading goes on. 0 for no floor. Default: 1G or a twentieth of the file system, whichever is less",
        HelpName = "SIZE",
    };

    public Option<string?> LegacyCharset { get; } = new("--legacy-charset")
    {
        Description = "What the bytes of plain text clients mean: gbk, gb18030, utf-8. Default: gbk",
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
        Listen, Data, Config, Allow, Near, Proxy, MaxConnections, Limit, DiskFloor, LegacyCharset, LegacyLanguage, LegacyHistory, LegacyEcho, AcceptLoss, LogLevel,
    };
}

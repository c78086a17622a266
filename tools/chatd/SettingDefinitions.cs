using System.Text.Json;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// Every setting of chatd, one row each. A new setting is a row here, beside the property that it sets: flag, variable, key in
/// the file, help, <c>chatd config</c> and the manual's table follow. The form checks the range.
/// </summary>
internal static class SettingDefinitions
{
    /// <summary>All settings, in the order of the help and the manual.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new ListSetting("listen", "Where to listen: tls://HOST:PORT (port 0 takes a free one) for everything inside TLS, tcp://HOST:PORT for the same in the clear, legacy://HOST:PORT for plain text clients alone, unix:/path; may be repeated", "URL", isSplit: false,
            s => s.Server.Listen, (s, v) => s with { Server = s.Server with { Listen = v } }),
        new ValueSetting<string>("data", "The folder of the database and the admin socket", ValueFormats.Path,
            s => s.Server.DataFolder, (s, v) => s with { Server = s.Server with { DataFolder = v } }) { DefaultInWords = "$XDG_DATA_HOME/chatd" },
        new ListSetting("allow", "What is allowed beyond this machine: plaintext, guests, legacy (separated by commas)", "KIND", isSplit: true,
            s => s.Server.Allow, (s, v) => s with { Server = s.Server with { Allow = v } }) { DefaultInWords = "nothing" },
        new ValueSetting<string?>("tls-certificate", "The certificate for tls:// in PEM, with its chain; it is read again when it changes, and on SIGHUP", ValueFormats.File,
            s => s.Server.TlsCertificate, (s, v) => s with { Server = s.Server with { TlsCertificate = v } }) { DefaultInWords = "one that chatd makes and keeps in the data folder" },
        new ValueSetting<string?>("tls-key", "The key of --tls-certificate in PEM", ValueFormats.File,
            s => s.Server.TlsKey, (s, v) => s with { Server = s.Server with { TlsKey = v } }) { DefaultInWords = "that of chatd's own certificate" },
        new ValueSetting<Registration?>("registration", "Who may make an account: open (everybody), invitation (whoever has one), closed (an admin alone)", RegistrationForm.OrNull(),
            s => s.Server.Registration, (s, v) => s with { Server = s.Server with { Registration = v } }) { DefaultInWords = "open on this machine, invitation elsewhere" },
        new ListSetting("near", "The addresses that count as the same machine and have wide limits: addresses, prefixes such as 10.0.0.0/8, unix, or none (separated by commas). Behind a reverse proxy, a tunnel or a container's port strangers come from this machine: use unix then", "ADDRESS", isSplit: true,
            s => s.Server.NearAddresses, (s, v) => s with { Server = s.Server with { NearAddresses = v } }),
        new ListSetting("proxy", "The addresses of proxies whose PROXY header (version 1 or 2) names a connection's client, written as for --near. A client named so is never near; HTTP headers are not believed", "ADDRESS", isSplit: true,
            s => s.Server.Proxies, (s, v) => s with { Server = s.Server with { Proxies = v } }) { DefaultInWords = "nobody" },
        new ListSetting("allow-origin", "Origins beside the server's own whose pages may open a WebSocket, such as https://chat.example.org; their host is then a name that the page is served by, as behind a reverse proxy (separated by commas)", "ORIGIN", isSplit: true,
            s => s.Server.AllowedOrigins, (s, v) => s with { Server = s.Server with { AllowedOrigins = v } }) { DefaultInWords = "none" },
        new ValueSetting<int>("max-connections", "Connections at once; fewer where there are not as many file descriptors", ValueFormats.Count(1, int.MaxValue),
            s => s.Server.MaxConnections, (s, v) => s with { Server = s.Server with { MaxConnections = v } }),
        new LimitSetting("limit", "A limit for clients that are not near; near:NAME=VALUE is one for those that are, welcome:NAME=VALUE one that every client is told; may be repeated. For each address connections, pending (not logged in), silent; the rates logins, principals (new names), rooms (new ones), address-posts, address-post-bytes; for each user the rates renames, correspondents (new ones), blocks, posts, post-bytes. A rate is 5/s,50 (so many in a second, minute (m) or hour (h), and so many at once); bytes may have K or M; none is no limit. 'chatd config list' has all of them", LimitDefinitions.All),
        new ValueSetting<long?>("disk-floor", "The least free space on the disk, such as 500M or 2G; below it posts are refused and reading goes on. 0 for no floor", ValueFormats.Size(0, long.MaxValue / 2).OrNull(),
            s => s.Server.DiskFloor, (s, v) => s with { Server = s.Server with { DiskFloor = v } }) { DefaultInWords = "1G or a twentieth of the file system, whichever is less", IsReloadable = true },
        new ValueSetting<LegacyCharset>("legacy-charset", "The charset of plain text clients: gbk, gb18030, utf-8", ValueFormats.Choice("CHARSET", ("gbk", LegacyCharset.Gbk), ("gb18030", LegacyCharset.Gb18030), ("utf-8", LegacyCharset.Utf8)),
            s => s.Server.Legacy.Charset, (s, v) => s.With(s.Server.Legacy with { Charset = v })),
        new ValueSetting<LegacyLanguage>("legacy-language", "The language of notices to plain text clients: zh, en", ValueFormats.Choice("LANGUAGE", ("zh", LegacyLanguage.Chinese), ("en", LegacyLanguage.English)),
            s => s.Server.Legacy.Language, (s, v) => s.With(s.Server.Legacy with { Language = v })),
        new ValueSetting<int>("legacy-history", "How many of the last messages a plain text client is shown when it enters", ValueFormats.Count(0, LegacyOptions.MaxHistory),
            s => s.Server.Legacy.History, (s, v) => s.With(s.Server.Legacy with { History = v })),
        new ValueSetting<bool>("legacy-echo", "Send plain text clients their own messages too", ValueFormats.Switch,
            s => s.Server.Legacy.Echo, (s, v) => s.With(s.Server.Legacy with { Echo = v })),
        new ValueSetting<int>("legacy-silent", "The most plain text clients that are known only by their silence, over all addresses", ValueFormats.Count(0, 1_000_000),
            s => s.Server.Legacy.MaxSilent, (s, v) => s.With(s.Server.Legacy with { MaxSilent = v })),
        new ValueSetting<long>("buffer-bytes", "Memory for half frames, unanswered requests and send queues, of all connections; beyond it each connection has its share", ValueFormats.Size(1L << 20, 1L << 40),
            s => s.Server.BufferBytes, (s, v) => s with { Server = s.Server with { BufferBytes = v } }),
        new ValueSetting<long>("queue-bytes", "The send queue of one connection; beyond it the reader is behind, and is fed at its own pace", ValueFormats.Size(4 << 10, 64 << 20),
            s => s.Server.QueueBytes, (s, v) => s with { Server = s.Server with { QueueBytes = (int)v } }),
        new ValueSetting<long>("tail-bytes", "Memory for the newest messages, for readers a little behind; older ones are read from the disk", ValueFormats.Size(0, 1L << 40),
            s => s.Server.TailBytes, (s, v) => s with { Server = s.Server with { TailBytes = v } }),
        new ValueSetting<string>("search", "Let clients search what they may read; an index beside the database follows it: on, off", ValueFormats.Choice("STATE", ("on", "on"), ("off", "off")),
            s => s.Server.Search ? "on" : "off", (s, v) => s with { Server = s.Server with { Search = v == "on" } }),
        new ValueSetting<int>("search-candidates", "The most messages that are compared with a query for one answer; beyond them the client asks on", ValueFormats.Count(100, 10_000_000),
            s => s.Server.SearchCandidates, (s, v) => s with { Server = s.Server with { SearchCandidates = v } }),
        new ValueSetting<TimeSpan>("search-time", "How long a search may take; beyond it the client is told what was found, and asks on", ValueFormats.Time(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            s => s.Server.SearchTime, (s, v) => s with { Server = s.Server with { SearchTime = v } }),
        new ValueSetting<TimeSpan>("stop-grace", "How long a stop by a signal may take; connections still open by then are cut off", ValueFormats.Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            s => s.Server.StopGrace, (s, v) => s with { Server = s.Server with { StopGrace = v } }) { IsReloadable = true },
        new ValueSetting<TimeSpan>("audit-kept", "How long a record of what admins did is kept", ValueFormats.Time(TimeSpan.FromDays(1), TimeSpan.FromDays(10000)),
            s => s.Server.AuditKept, (s, v) => s with { Server = s.Server with { AuditKept = v } }),
        new ValueSetting<TimeSpan>("frame-timeout", "How long a frame that has begun may take to end", ValueFormats.Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            s => s.Server.FrameTimeout, (s, v) => s with { Server = s.Server with { FrameTimeout = v } }) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("name-held", "How long a name is held after the last session of its user", ValueFormats.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1000)),
            s => s.Server.Times.NameHeld, (s, v) => s.With(s.Server.Times with { NameHeld = v })) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("known-after", "How long ago a user's first post has to be for one of the last places of a full server", ValueFormats.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1000)),
            s => s.Server.Times.KnownAfter, (s, v) => s.With(s.Server.Times with { KnownAfter = v })) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("unused-room-kept", "How long a public room without a message is kept for somebody to join it", ValueFormats.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1000)),
            s => s.Server.Times.UnusedRoomKept, (s, v) => s.With(s.Server.Times with { UnusedRoomKept = v })) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("publisher-kept", "How long a publisher is remembered after its last connection", ValueFormats.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1000)),
            s => s.Server.Times.PublisherKept, (s, v) => s.With(s.Server.Times with { PublisherKept = v })) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("forgetting-interval", "The interval at which unused names and publishers are looked for and forgotten", ValueFormats.Time(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            s => s.Server.Times.ForgettingInterval, (s, v) => s.With(s.Server.Times with { ForgettingInterval = v })),
        new ValueSetting<TimeSpan>("presence-interval", "The least time between two changes of presence of a room", ValueFormats.Time(TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
            s => s.Server.Times.PresenceInterval, (s, v) => s.With(s.Server.Times with { PresenceInterval = v })) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("expiry-interval", "The interval at which expired messages are looked for and removed", ValueFormats.Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            s => s.Server.Times.ExpiryInterval, (s, v) => s.With(s.Server.Times with { ExpiryInterval = v })) { IsTheProtocols = true },
        new ValueSetting<TimeSpan>("expiry-patience", "How long an expired message is kept for members that have not received it yet", ValueFormats.Time(TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            s => s.Server.Times.ExpiryPatience, (s, v) => s.With(s.Server.Times with { ExpiryPatience = v })) { IsTheProtocols = true },
        new ValueSetting<string?>("metrics", "Where to serve health (/livez, /readyz) and metrics for Prometheus (/metrics), without any authentication: http://ADDRESS:PORT, such as http://127.0.0.1:9464", ValueFormats.Url,
            s => s.Server.Metrics, (s, v) => s with { Server = s.Server with { Metrics = v } }) { DefaultInWords = "nowhere" },
        new ValueSetting<LogFormat>("log-format", "The form of the log on standard error: text, a line for people; json, an object on a line, with each value by its name", ValueFormats.Choice("FORMAT", ("text", LogFormat.Text), ("json", LogFormat.Json)),
            s => s.LogFormat, (s, v) => s with { LogFormat = v }),
        new ValueSetting<LogLevel>("log-level", "The least important messages to log on standard error: trace, debug, information, warning, error, critical, none", LevelForm,
            s => s.LogLevel, (s, v) => s with { LogLevel = v }) { IsReloadable = true },
    ];

    /// <summary>The setting of this name; null if there is none.</summary>
    public static Setting? Find(string name) => All.FirstOrDefault(setting => setting.Name == name);

    private static ValueFormat<Registration> RegistrationForm => ValueFormats.Choice(
        "WHO", ("open", Registration.Open), ("invitation", Registration.ByInvitation), ("closed", Registration.Closed));

    private static ValueFormat<LogLevel> LevelForm => new("LEVEL", "a string", [JsonTokenType.String],
        text => Enum.TryParse<LogLevel>(text, ignoreCase: true, out var level) && Enum.IsDefined(level)
            ? level
            : throw new FormatException($"use {string.Join(", ", Enum.GetNames<LogLevel>()).ToLowerInvariant()}"),
        level => level.ToString().ToLowerInvariant());

    private static ChatdOptions With(this ChatdOptions settings, LegacyOptions legacy) => settings with { Server = settings.Server with { Legacy = legacy } };

    private static ChatdOptions With(this ChatdOptions settings, HubTimes times) => settings with { Server = settings.Server with { Times = times } };
}

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// What chatd is told: flags first, then <c>CHATD_*</c> in the environment, then the file. A new setting is one property
/// here, one option and one line where they meet.
/// </summary>
internal sealed record Configuration
{
    public IReadOnlyList<string>? Listen { get; init; }

    public string? Data { get; init; }

    public IReadOnlyList<string>? Allow { get; init; }

    public IReadOnlyList<string>? Near { get; init; }

    public IReadOnlyList<string>? Proxy { get; init; }

    public int? MaxConnections { get; init; }

    /// <summary>Each as <see cref="BoundsOption"/> has it. Those of the file are changed by the others, not replaced.</summary>
    [JsonConverter(typeof(BoundsOption.Converter))]
    public IReadOnlyList<string>? Limit { get; init; }

    public string? DiskFloor { get; init; }

    public string? LegacyCharset { get; init; }

    public string? LegacyLanguage { get; init; }

    public int? LegacyHistory { get; init; }

    public bool? LegacyEcho { get; init; }

    public string? LogLevel { get; init; }

    /// <summary>The lowest level that is logged. Information by default.</summary>
    public LogLevel ToLogLevel() => LogLevel is null ? Microsoft.Extensions.Logging.LogLevel.Information
        : Enum.TryParse<LogLevel>(LogLevel, ignoreCase: true, out var level) && Enum.IsDefined(level) ? level
        : throw ServerException.WrongUsage($"log-level {LogLevel}: use {string.Join(", ", Enum.GetNames<LogLevel>()).ToLowerInvariant()}");

    /// <summary>Puts the three together.</summary>
    public static Configuration From(ParseResult parsed, Options options)
    {
        var flags = new Configuration
        {
            Listen = GivenList(parsed, options.Listen),
            Data = parsed.GetValue(options.Data),
            Allow = GivenList(parsed, options.Allow)?.SelectMany(Split).ToList(),
            Near = GivenList(parsed, options.Near)?.SelectMany(Split).ToList(),
            Proxy = GivenList(parsed, options.Proxy)?.SelectMany(Split).ToList(),
            MaxConnections = parsed.GetValue(options.MaxConnections),
            Limit = GivenList(parsed, options.Limit)?.SelectMany(limit => BoundsOption.Split(Split(limit))).ToList(),
            DiskFloor = parsed.GetValue(options.DiskFloor),
            LegacyCharset = parsed.GetValue(options.LegacyCharset),
            LegacyLanguage = parsed.GetValue(options.LegacyLanguage),
            LegacyHistory = parsed.GetValue(options.LegacyHistory),
            LegacyEcho = parsed.GetValue(options.LegacyEcho),
            LogLevel = parsed.GetValue(options.LogLevel),
        };
        var environment = new Configuration
        {
            Listen = Variable("LISTEN") is { } listen ? [.. Split(listen)] : null,
            Data = Variable("DATA"),
            Allow = Variable("ALLOW") is { } allow ? [.. Split(allow)] : null,
            Near = Variable("NEAR") is { } near ? [.. Split(near)] : null,
            Proxy = Variable("PROXY") is { } proxy ? [.. Split(proxy)] : null,
            MaxConnections = Variable("MAX_CONNECTIONS") is { } connections ? ToNumber("MAX_CONNECTIONS", connections) : null,
            Limit = Variable("LIMIT") is { } limit ? BoundsOption.Split(Split(limit)) : null,
            DiskFloor = Variable("DISK_FLOOR"),
            LegacyCharset = Variable("LEGACY_CHARSET"),
            LegacyLanguage = Variable("LEGACY_LANGUAGE"),
            LegacyHistory = Variable("LEGACY_HISTORY") is { } history ? ToNumber("LEGACY_HISTORY", history) : null,
            LegacyEcho = Variable("LEGACY_ECHO") is { } echo ? ToBool("LEGACY_ECHO", echo) : null,
            LogLevel = Variable("LOG_LEVEL"),
        };
        var file = (parsed.GetValue(options.Config) ?? Variable("CONFIG")) is { } path ? ConfigurationFile.Read(path) : new Configuration();
        return flags.Or(environment).Or(file);
    }

    /// <param name="inherited">Sockets that there are already; with them the server listens nowhere else unless told to.</param>
    public ServerOptions ToServerOptions(IReadOnlyList<InheritedListener> inherited)
    {
        if (Data is { Length: 0 })
            throw ServerException.WrongUsage("data is empty: give the folder's path, or leave it out");
        var options = new ServerOptions { DataFolder = Data ?? Folders.ServerData, Allow = Allow ?? [], Legacy = ToLegacyOptions(), Inherited = inherited };
        return BoundsOption.Apply(options with
        {
            Listen = Listen ?? (inherited.Count > 0 ? [] : options.Listen),
            NearAddresses = Near ?? options.NearAddresses,
            Proxies = Proxy ?? options.Proxies,
            DiskFloor = DiskFloor is null ? options.DiskFloor : ToBytes("disk-floor", DiskFloor),
            MaxConnections = MaxConnections switch
            {
                null => options.MaxConnections,
                > 0 and var count => count,
                _ => throw ServerException.WrongUsage($"max-connections {MaxConnections}: use a number above 0"),
            },
        }, Limit ?? []);
    }

    /// <summary>The settings that are not the same there, by their names, but for the level of the log.</summary>
    public IEnumerable<string> DifferencesTo(Configuration other) => typeof(Configuration).GetProperties()
        .Where(setting => setting.Name != nameof(LogLevel) && !Same(setting.GetValue(this), setting.GetValue(other)))
        .Select(setting => ConfigurationFile.Naming.ConvertName(setting.Name));

    private Configuration Or(Configuration next) => new()
    {
        Listen = Listen ?? next.Listen,
        Data = Data ?? next.Data,
        Allow = Allow ?? next.Allow,
        Near = Near ?? next.Near,
        Proxy = Proxy ?? next.Proxy,
        MaxConnections = MaxConnections ?? next.MaxConnections,
        Limit = [.. next.Limit ?? [], .. Limit ?? []],
        DiskFloor = DiskFloor ?? next.DiskFloor,
        LegacyCharset = LegacyCharset ?? next.LegacyCharset,
        LegacyLanguage = LegacyLanguage ?? next.LegacyLanguage,
        LegacyHistory = LegacyHistory ?? next.LegacyHistory,
        LegacyEcho = LegacyEcho ?? next.LegacyEcho,
        LogLevel = LogLevel ?? next.LogLevel,
    };

    private LegacyOptions ToLegacyOptions()
    {
        var options = new LegacyOptions();
        return options with
        {
            Charset = LegacyCharset?.ToLowerInvariant() switch
            {
                null => options.Charset,
                "gbk" => ChatProtocol.LegacyCharset.Gbk,
                "gb18030" => ChatProtocol.LegacyCharset.Gb18030,
                "utf-8" => ChatProtocol.LegacyCharset.Utf8,
                _ => throw ServerException.WrongUsage($"legacy-charset {LegacyCharset}: use gbk, gb18030 or utf-8"),
            },
            Language = LegacyLanguage?.ToLowerInvariant() switch
            {
                null => options.Language,
                "zh" => Server.LegacyLanguage.Chinese,
                "en" => Server.LegacyLanguage.English,
                _ => throw ServerException.WrongUsage($"legacy-language {LegacyLanguage}: use zh or en"),
            },
            History = LegacyHistory switch
            {
                null => options.History,
                >= 0 and <= LegacyOptions.MaxHistory and var count => count,
                _ => throw ServerException.WrongUsage($"legacy-history {LegacyHistory}: use a number from 0 to {LegacyOptions.MaxHistory}"),
            },
            Echo = LegacyEcho ?? options.Echo,
        };
    }

    private static long ToBytes(string setting, string text)
    {
        var shift = text is [] ? 0 : text[^1] switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        return long.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue >> shift >> 1
            ? number << shift
            : throw ServerException.WrongUsage($"{setting} {text}: use a number of bytes, with K, M or G behind it or not");
    }

    private static int ToNumber(string variable, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number : throw ServerException.WrongUsage($"CHATD_{variable}: '{text}' is no number");

    private static bool ToBool(string variable, string text) => text switch
    {
        "1" or "true" or "yes" => true,
        "0" or "false" or "no" => false,
        _ => throw ServerException.WrongUsage($"CHATD_{variable}: '{text}' is neither true nor false"),
    };

    private static string[]? GivenList(ParseResult parsed, Option<string[]> option) =>
        parsed.GetValue(option) is { Length: > 0 } values ? values : null;

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool Same(object? one, object? other) =>
        one is IReadOnlyList<string> list && other is IReadOnlyList<string> otherList ? list.SequenceEqual(otherList) : Equals(one, other);

    /// <summary>One that is there and empty says nothing, and whoever set it meant something.</summary>
    private static string? Variable(string name) => Environment.GetEnvironmentVariable($"CHATD_{name}") is not { } value ? null
        : value.Length > 0 ? value : throw ServerException.WrongUsage($"CHATD_{name} is empty: give it a value, or unset it");
}

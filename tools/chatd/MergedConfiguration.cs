using System.CommandLine;
using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>
/// The settings of chatd: a flag goes before <c>CHATD_*</c> in the environment, and that before the file. Reading them
/// touches nothing else, so it needs no server. Immutable.
/// </summary>
internal sealed partial class MergedConfiguration
{
    private const string FileVariable = "CHATD_CONFIG";

    /// <summary>Prefixes of variables that are not settings: those that Kubernetes sets for a service named chatd, and the torture's.</summary>
    private static readonly string[] OthersVariables =
    [
        "CHATD_PORT",
        "CHATD_SERVICE_",
#if FAILPOINTS
        "CHATD_FAILPOINT",
#endif
    ];

    private readonly Dictionary<Setting, IReadOnlyList<SourcedValues>> _given = [];
    private readonly List<SettingFault> _faults = [];

    private MergedConfiguration(ParseResult parsed, CommandLineFlags options)
    {
        var file = PathOfFile(parsed, options) is { } path ? ConfigurationFile.Read(path) : null;
        _faults.AddRange(file?.Faults ?? []);
        foreach (var setting in SettingDefinitions.All)
        {
            var given = new[] { file?.Given.GetValueOrDefault(setting), FromVariable(setting), FromFlag(setting, parsed, options) }.OfType<SourcedValues>().ToList();
            if (given.Count > 0)
                _given.Add(setting, setting.AddsUp ? given : [given[^1]]);
        }
        var effective = ChatdOptions.Default;
        foreach (var (setting, given) in _given)
            effective = setting.Apply(effective, [.. given.SelectMany(one => one.Values)], _faults);
        Effective = effective;
    }

    /// <summary>The settings in force; an invalid value leaves the default.</summary>
    public ChatdOptions Effective { get; }

    /// <summary>The mistakes within single settings; <see cref="CheckAll"/> finds those between settings too.</summary>
    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>Reads flags, variables and file.</summary>
    public static MergedConfiguration From(ParseResult parsed, CommandLineFlags options) => new(parsed, options);

    /// <param name="inherited">Sockets of a service manager; with them the server listens nowhere else unless the setting <c>listen</c> is given.</param>
    /// <exception cref="CommandException">No data folder was named, and there is no home folder.</exception>
    public ServerOptions ToServerOptions(IReadOnlyList<InheritedListener> inherited) => Effective.Server with
    {
        DataFolder = Effective.Server.DataFolder is { Length: > 0 } folder ? folder : XdgFolders.ServerData,
        Listen = inherited.Count > 0 && !_given.Keys.Any(setting => setting.Name == "listen") ? [] : Effective.Server.Listen,
        Inherited = inherited,
    };

    /// <summary>Every mistake that can be found without a server. Host names are looked up.</summary>
    public IReadOnlyList<SettingFault> CheckAll() =>
        [.. _faults, .. Homelessness(), .. Effective.Server.Faults().Select(fault => new SettingFault(SourceOf(fault), fault.Message))];

    /// <summary>Variables that look like a setting's and belong to none, such as mistyped ones; they have no effect.</summary>
    public static IReadOnlyList<SettingFault> StrayVariables() =>
    [
        .. from name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)
           where name.StartsWith("CHATD_", StringComparison.Ordinal) && name != FileVariable
               && !OthersVariables.Any(others => name.StartsWith(others, StringComparison.Ordinal))
               && SettingDefinitions.All.All(setting => setting.Variable != name)
           select new SettingFault(new SettingSource(name), "there is no such setting, and nothing comes of it; 'chatd config list' has all variables"),
    ];

    /// <exception cref="CommandException">There is a mistake; the message has the first and the number of the others.</exception>
    public MergedConfiguration OrRefuse() => _faults switch
    {
        [] => this,
        [var only] => throw new CommandException(ExitCode.Usage, only.Message),
        [var first, ..] => throw new CommandException(ExitCode.Usage, $"{first.Message} ({_faults.Count - 1} more: chatd config check)"),
    };

    /// <summary>Logs each stray variable.</summary>
    public static void WarnOfStrays(ILogger logger)
    {
        foreach (var stray in StrayVariables())
            LogStray(logger, stray.Message);
    }

    /// <summary>Logs the settings whose values differ from the protocol's; a server with them is for trying out only.</summary>
    public void WarnOfTrials(ILogger logger)
    {
        var trials = Values().Zip(SettingDefinitions.All.SelectMany(setting => setting.Show(ChatdOptions.Default)))
            .Where(pair => pair.First.Setting.IsTheProtocols && pair.First.Value.Text != pair.Second.Text)
            .Select(pair => $"{pair.First.Value.Name} is {pair.First.Value.Text} and not {pair.Second.Text}");
        if (string.Join(", ", trials) is { Length: > 0 } differences)
            LogTrials(logger, differences);
    }

    /// <summary>The server's error about a setting, with the place where the setting was set.</summary>
    public string Locate(ServerException fault) => SourceOf(fault)?.Before(fault.Message) ?? fault.Message;

    /// <summary>Each setting with its value, and where it was set; null for a default.</summary>
    public IEnumerable<(Setting Setting, SettingValue Value, SettingSource? From)> Values() =>
        from setting in SettingDefinitions.All
        from value in setting.Show(Effective)
        select (setting, value, FromOf(setting, value));

    /// <summary>The settings whose values differ from the other configuration's.</summary>
    public IEnumerable<(Setting Setting, string Name)> DifferencesTo(MergedConfiguration other) =>
        from pair in Values().Zip(other.Values())
        where pair.First.Value.Text != pair.Second.Value.Text
        select (pair.First.Setting, pair.First.Value.Name);

    private string? PathOfFile(ParseResult parsed, CommandLineFlags options) => parsed.GetValue(options.Config) ?? Variable(FileVariable);

    private SourcedValues? FromVariable(Setting setting)
    {
        var source = new SettingSource(setting.Variable);
        return Variable(setting.Variable) is { } text ? new SourcedValues([.. setting.FromVariable(text).Select(value => new SourcedValue(value, source))], source) : null;
    }

    private static SourcedValues? FromFlag(Setting setting, ParseResult parsed, CommandLineFlags options) =>
        setting.FromFlag(parsed, options.Of(setting)) is { } values ? new SourcedValues([.. values.Select(value => new SourcedValue(value, setting.Flag))], setting.Flag) : null;

    /// <summary>The mistake of having neither a data folder named nor a home folder.</summary>
    private IEnumerable<SettingFault> Homelessness()
    {
        string? fault = null;
        try
        {
            _ = ToServerOptions([]);
        }
        catch (CommandException e)
        {
            fault = e.Message;
        }
        return fault is null ? [] : [new SettingFault(null, fault)];
    }

    /// <summary>The source of the faulty value, or that of the whole setting; null if neither is known.</summary>
    private SettingSource? SourceOf(ServerException fault)
    {
        if (fault.Setting is not { } name || SettingDefinitions.Find(name) is not { } setting || !_given.TryGetValue(setting, out var given))
            return null;
        var values = given.SelectMany(one => one.Values);
        return values.LastOrDefault(value => value.Text == fault.Value || value.Text.StartsWith($"{fault.Value}=", StringComparison.Ordinal))?.Source
            ?? (setting.AddsUp ? null : given[^1].Source);
    }

    private SettingSource? FromOf(Setting setting, SettingValue value)
    {
        if (!_given.TryGetValue(setting, out var given))
            return null;
        if (!setting.AddsUp)
            return given[^1].Source;
        var part = value.Name[(setting.Name.Length + 1)..];
        return given.SelectMany(one => one.Values).LastOrDefault(said => said.Text.StartsWith($"{part}=", StringComparison.Ordinal))?.Source;
    }

    /// <summary>The value of a variable; null if it is unset. An empty one is a mistake.</summary>
    private string? Variable(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        if (value is not { Length: 0 })
            return value;
        _faults.Add(new SettingFault(null, $"{name} is empty: give it a value, or unset it"));
        return null;
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "{Stray}")]
    private static partial void LogStray(ILogger logger, string stray);

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "this server is for trying out, as the protocol says otherwise: {Differences}")]
    private static partial void LogTrials(ILogger logger, string differences);
}

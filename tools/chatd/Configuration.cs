using System.CommandLine;
using ChatProtocol.Server;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>The values that one place gives a setting, and the place.</summary>
internal sealed record Given(IReadOnlyList<Said> Values, Source Source);

/// <summary>
/// The settings as chatd is told them: flags first, then <c>CHATD_*</c> in the environment, then the file. Reading it touches nothing else, so
/// it needs no server. Immutable.
/// </summary>
internal sealed partial class Configuration
{
    private const string FileVariable = "CHATD_CONFIG";

    /// <summary>Variables that Kubernetes sets for a service that is called chatd, and that of the torture.</summary>
    private static readonly string[] OthersVariables = ["CHATD_PORT", "CHATD_SERVICE_", "CHATD_FAILPOINT"];

    private readonly Dictionary<Setting, IReadOnlyList<Given>> _given = [];
    private readonly List<SettingFault> _faults = [];

    private Configuration(ParseResult parsed, Options options)
    {
        var file = PathOfFile(parsed, options) is { } path ? ConfigurationFile.Read(path) : null;
        _faults.AddRange(file?.Faults ?? []);
        foreach (var setting in Settings.All)
        {
            var given = new[] { file?.Given.GetValueOrDefault(setting), FromVariable(setting), FromFlag(setting, parsed, options) }.OfType<Given>().ToList();
            if (given.Count > 0)
                _given.Add(setting, setting.AddsUp ? given : [given[^1]]);
        }
        var told = ServerSettings.Default;
        foreach (var (setting, given) in _given)
            told = setting.Apply(told, [.. given.SelectMany(one => one.Values)], _faults);
        Told = told;
    }

    /// <summary>The result of it all; a value that cannot be meant leaves the default.</summary>
    public ServerSettings Told { get; }

    /// <summary>The mistakes that are one setting's; whether the settings fit together <see cref="CheckAll"/> tells.</summary>
    public IReadOnlyList<SettingFault> Faults => _faults;

    /// <summary>Puts the three together.</summary>
    public static Configuration From(ParseResult parsed, Options options) => new(parsed, options);

    /// <param name="inherited">Sockets that there are already; with them the server listens nowhere else unless told to.</param>
    /// <exception cref="CommandException">No data folder was named, and there is nowhere to keep it.</exception>
    public ServerOptions ToServerOptions(IReadOnlyList<InheritedListener> inherited) => Told.Server with
    {
        DataFolder = Told.Server.DataFolder is { Length: > 0 } folder ? folder : Folders.ServerData,
        Listen = inherited.Count > 0 && !_given.Keys.Any(setting => setting.Name == "listen") ? [] : Told.Server.Listen,
        Inherited = inherited,
    };

    /// <summary>Every mistake that there is to find without a server. Hosts that are named are looked up.</summary>
    public IReadOnlyList<SettingFault> CheckAll() =>
        [.. _faults, .. Homelessness(), .. Told.Server.Faults().Select(fault => new SettingFault(SourceOf(fault), fault.Message))];

    /// <summary>Variables that look like a setting's and are none's: nothing comes of them, though somebody meant something.</summary>
    public static IReadOnlyList<SettingFault> StrayVariables() =>
    [
        .. from name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal)
           where name.StartsWith("CHATD_", StringComparison.Ordinal) && name != FileVariable
               && !OthersVariables.Any(others => name.StartsWith(others, StringComparison.Ordinal))
               && Settings.All.All(setting => setting.Variable != name)
           select new SettingFault(new Source(name), "there is no such setting, and nothing comes of it; 'chatd config list' has all variables"),
    ];

    /// <exception cref="CommandException">There is a mistake; the first is named, and how many more there are.</exception>
    public Configuration OrRefuse() => _faults switch
    {
        [] => this,
        [var only] => throw new CommandException(ExitCode.Usage, only.Message),
        [var first, ..] => throw new CommandException(ExitCode.Usage, $"{first.Message} ({_faults.Count - 1} more: chatd config check)"),
    };

    /// <summary>Says which variables nothing comes of.</summary>
    public static void WarnOfStrays(ILogger logger)
    {
        foreach (var stray in StrayVariables())
            LogStray(logger, stray.Message);
    }

    /// <summary>Says which settings make a server that is for trying out alone, as the protocol says otherwise.</summary>
    public void WarnOfTrials(ILogger logger)
    {
        var trials = Values().Zip(Settings.All.SelectMany(setting => setting.Show(ServerSettings.Default)))
            .Where(pair => pair.First.Setting.IsTheProtocols && pair.First.Value.Text != pair.Second.Text)
            .Select(pair => $"{pair.First.Value.Name} is {pair.First.Value.Text} and not {pair.Second.Text}");
        if (string.Join(", ", trials) is { Length: > 0 } differences)
            LogTrials(logger, differences);
    }

    /// <summary>The server's complaint about a setting, with the place where that was set.</summary>
    public string Locate(ServerException fault) => SourceOf(fault)?.Before(fault.Message) ?? fault.Message;

    /// <summary>Each setting as it is now, and where that was said; null where nobody did.</summary>
    public IEnumerable<(Setting Setting, SettingValue Value, string? From)> Values() =>
        from setting in Settings.All
        from value in setting.Show(Told)
        select (setting, value, FromOf(setting, value));

    /// <summary>The settings that are not the same there.</summary>
    public IEnumerable<(Setting Setting, string Name)> DifferencesTo(Configuration other) =>
        from pair in Values().Zip(other.Values())
        where pair.First.Value.Text != pair.Second.Value.Text
        select (pair.First.Setting, pair.First.Value.Name);

    private string? PathOfFile(ParseResult parsed, Options options) => parsed.GetValue(options.Config) ?? Variable(FileVariable);

    private Given? FromVariable(Setting setting)
    {
        var source = new Source(setting.Variable);
        return Variable(setting.Variable) is { } text ? new Given([.. setting.FromVariable(text).Select(value => new Said(value, source))], source) : null;
    }

    private static Given? FromFlag(Setting setting, ParseResult parsed, Options options) =>
        setting.FromFlag(parsed, options.Of(setting)) is { } values ? new Given([.. values.Select(value => new Said(value, setting.Flag))], setting.Flag) : null;

    /// <summary>The data has nowhere to be, where no folder is named and there is no home.</summary>
    private IEnumerable<SettingFault> Homelessness()
    {
        string? complaint = null;
        try
        {
            _ = ToServerOptions([]);
        }
        catch (CommandException e)
        {
            complaint = e.Message;
        }
        return complaint is null ? [] : [new SettingFault(null, complaint)];
    }

    /// <summary>Where the value of a setting was said that a mistake is in; the setting, if that cannot be told.</summary>
    private Source? SourceOf(ServerException fault)
    {
        if (fault.Setting is not { } name || Settings.Find(name) is not { } setting || !_given.TryGetValue(setting, out var given))
            return null;
        var values = given.SelectMany(one => one.Values);
        return values.LastOrDefault(value => value.Text == fault.Value || value.Text.StartsWith($"{fault.Value}=", StringComparison.Ordinal))?.Source
            ?? (setting.AddsUp ? null : given[^1].Source);
    }

    private string? FromOf(Setting setting, SettingValue value)
    {
        if (!_given.TryGetValue(setting, out var given))
            return null;
        if (!setting.AddsUp)
            return given[^1].Source.Name;
        var part = value.Name[(setting.Name.Length + 1)..];
        return given.SelectMany(one => one.Values).LastOrDefault(said => said.Text.StartsWith($"{part}=", StringComparison.Ordinal))?.Source.Name;
    }

    /// <summary>One that is there and empty says nothing, and whoever set it meant something.</summary>
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

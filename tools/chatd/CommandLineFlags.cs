using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chatd's flags: one for each setting, and those that are not settings.</summary>
internal sealed class CommandLineFlags
{
    private readonly Dictionary<Setting, Option> _settings = SettingDefinitions.All.ToDictionary(setting => setting, setting => setting.CreateOption());

    public Option<string?> Config { get; } = new("--config")
    {
        Description = "A JSON file with the same settings: listen, data, allow, legacy-charset and so on. Flags and CHATD_* variables go before it",
        HelpName = "FILE",
    };

    /// <summary>A flag only: it is for a single start, so neither the file nor a variable can set it.</summary>
    public Option<bool> AcceptLoss { get; } = new("--accept-loss")
    {
        Description = "Start although stored data is missing, and go on with the rest, with a new epoch for every room",
    };

    public Option Of(Setting setting) => _settings[setting];

    /// <summary>Adds the flags of the settings to a command.</summary>
    public TCommand AddTo<TCommand>(TCommand command)
        where TCommand : Command
    {
        command.Options.Add(Config);
        foreach (var setting in SettingDefinitions.All)
            command.Options.Add(Of(setting));
        return command;
    }
}

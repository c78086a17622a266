using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chatd's flags: one for each setting, and those that are none.</summary>
internal sealed class Options
{
    private readonly Dictionary<Setting, Option> _settings = Settings.All.ToDictionary(setting => setting, setting => setting.CreateOption());

    public Option<string?> Config { get; } = new("--config")
    {
        Description = "A JSON file with the same settings: listen, data, allow, legacy-charset and so on. Flags and CHATD_* variables go first",
        HelpName = "FILE",
    };

    /// <summary>For one start, and so in no file and no environment.</summary>
    public Option<bool> AcceptLoss { get; } = new("--accept-loss")
    {
        Description = "Start although something that was stored is missing, and go on with what is there, with a new epoch for every room",
    };

    public Option Of(Setting setting) => _settings[setting];

    /// <summary>Gives a command the flags that tell what the settings are.</summary>
    public TCommand AddTo<TCommand>(TCommand command)
        where TCommand : Command
    {
        command.Options.Add(Config);
        foreach (var setting in Settings.All)
            command.Options.Add(Of(setting));
        return command;
    }
}

using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl config: the settings of the running server, one method a command.</summary>
internal sealed class ConfigCommands(Target target)
{
    private static readonly ResultSchema<ServerSetting> Settings = new("chatctl.config.v1",
        Column<ServerSetting>.Text("name", s => s.Name),
        Column<ServerSetting>.Text("value", s => s.Value),
        Column<ServerSetting>.Text("source", s => Word(s.Origin)),
        Column<ServerSetting>.Text("place", s => s.Place),
        Column<ServerSetting>.Flag("restart", s => s.TakesRestart),
        Column<ServerSetting>.Text("next", s => s.Next));

    private static readonly ResultSchema<string?> Reloaded = new("chatctl.config.reload.v1", Column<string?>.Text("waiting", names => names));

    public Command Command => new Command("config", "Show the settings of the running server, or have it read them again; 'chatd config' checks a file without a server") { Show(), Reload() }
        .WithExamples("chatctl config show", "chatctl config reload");

    private Command Show()
    {
        var command = new Command("show", "Show each setting with the value that holds, where it comes from, whether a change takes a restart, and the value that waits for one");
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
            results.List(await client.Admin.SettingsAsync(stop).ToListAsync(stop), Settings), stop));
        return command.WithExamples("chatctl config show", "chatctl config show -o ndjson");
    }

    private Command Reload()
    {
        var command = new Command("reload", "Have the server read its configuration again, as SIGHUP does. With a mistake in it everything stays as it is");
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            await client.Admin.ReloadAsync(stop);
            var waiting = string.Join(", ", await client.Admin.SettingsAsync(stop).Where(setting => setting.Next is not null).Select(setting => setting.Name).ToListAsync(stop));
            results.Done(waiting.Length == 0 ? "the configuration was read again" : $"the configuration was read again; what has changed of {waiting} holds from the next start on",
                waiting.Length == 0 ? null : waiting, Reloaded);
        }, stop));
        return command.WithExamples("chatctl config reload");
    }

    private static string Word(SettingOrigin origin) => origin switch
    {
        SettingOrigin.Default => "default",
        SettingOrigin.File => "file",
        SettingOrigin.Environment => "environment",
        SettingOrigin.Flag => "flag",
        SettingOrigin.Reloaded => "reloaded",
        _ => $"{(int)origin}",
    };
}

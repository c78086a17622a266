using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>
/// chatd config: lists the settings, shows their values, and checks whether a server would start with them. No command needs
/// a server.
/// </summary>
internal static class ConfigCommands
{
    private const string HowItIsRead = "Flags, CHATD_* variables and the file are read as by a server that starts; nothing else is touched";

    public static Command Create(CommandLineFlags options) =>
        new Command("config", "Check, show or list the settings, without starting a server") { Check(options), Show(options), List() }.WithExamples(
            "chatd config list                               all settings with their defaults",
            "chatd config show                               their values, and where each was set",
            "chatd config check --config /etc/chatd.json     before a restart");

    private static Command Check(CommandLineFlags options)
    {
        var output = new OutputOption("text", "json");
        var command = options.AddTo(new Command("check", $"Print every mistake in the settings, and where it is. {HowItIsRead}") { output });
        command.SetAction(parsed =>
        {
            IReadOnlyList<SettingFault> faults = [.. MergedConfiguration.From(parsed, options).CheckAll(), .. MergedConfiguration.StrayVariables()];
            var (writer, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (output.IsForPrograms(parsed))
                WriteList(writer, faults, (json, fault) =>
                {
                    WriteTextOrNull(json, "where", fault.Source?.Name);
                    json.WriteText("error", fault.Text);
                });
            else if (faults.Count == 0)
                writer.WriteLine("the settings can be used");
            else
                foreach (var fault in faults)
                    CommandLine.WriteError(error, fault.Message);
            return faults.Count == 0 ? ExitCode.Done : ExitCode.Usage;
        });
        return command.WithExamples(
            "chatd config check --config /etc/chatd.json     before a restart",
            "chatd config check -o json                      a list of {where, error}, empty without a mistake");
    }

    private static Command Show(CommandLineFlags options)
    {
        var output = new OutputOption("text", "json");
        var command = options.AddTo(new Command("show", $"Print the value of each setting, and where it was set. {HowItIsRead}") { output });
        command.SetAction(parsed =>
        {
            var values = MergedConfiguration.From(parsed, options).OrRefuse().Values().ToList();
            var writer = parsed.InvocationConfiguration.Output;
            if (output.IsForPrograms(parsed))
                WriteList(writer, values, (json, row) =>
                {
                    json.WriteText("name", row.Value.Name);
                    json.WriteText("value", row.Value.Text);
                    WriteTextOrNull(json, "from", row.From?.Name);
                });
            else
            {
                var table = new Table("NAME", "VALUE", "FROM");
                foreach (var (_, value, from) in values)
                    table.Add(value.Name, value.Text, from?.Name ?? "-");
                table.WriteTo(writer, TerminalStyle.ForOutput());
            }
            return ExitCode.Done;
        });
        return command.WithExamples(
            "chatd config show --config /etc/chatd.json      the values with this file",
            "chatd config show -o json                       a list of {name, value, from}; from is null for a default");
    }

    private static Command List()
    {
        var output = new OutputOption("text", "json");
        var command = new Command("list", "Print all settings with their defaults") { output };
        command.SetAction(parsed =>
        {
            var rows = SettingDefinitions.All.SelectMany(setting => setting.Show(ChatdOptions.Default).Select(value => (Setting: setting, Value: value))).ToList();
            var writer = parsed.InvocationConfiguration.Output;
            if (output.IsForPrograms(parsed))
                WriteList(writer, rows, (json, row) =>
                {
                    json.WriteText("name", row.Value.Name);
                    json.WriteText("takes", row.Setting.HelpName);
                    json.WriteText("variable", row.Setting.Variable);
                    json.WriteText("default", row.Value.Text);
                    json.WriteText("help", row.Value.Help);
                    json.WriteBoolean("reloadable", row.Setting.IsReloadable);
                });
            else
            {
                var table = new Table("NAME", "DEFAULT", "VARIABLE");
                foreach (var (setting, value) in rows)
                    table.Add(value.Name, value.Text, setting.Variable);
                table.WriteTo(writer, TerminalStyle.ForOutput());
            }
            return ExitCode.Done;
        });
        return command.WithExamples("chatd config list -o json                       with the help of each");
    }

    private static void WriteList<T>(TextWriter writer, IEnumerable<T> items, Action<System.Text.Json.Utf8JsonWriter, T> write) => writer.WriteLine(Json.Write(json =>
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }));

    private static void WriteTextOrNull(System.Text.Json.Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
            json.WriteNull(name);
        else
            json.WriteText(name, text);
    }
}

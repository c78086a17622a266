using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>chatd config: what the settings are, what they were told to be, and whether a server would start so. None needs one.</summary>
internal static class ConfigCommands
{
    private const string HowItIsRead = "Flags, CHATD_* variables and the file are read as by a start; nothing else is touched";

    public static Command Create(Options options) =>
        new Command("config", "Say what the settings are, without starting a server") { Check(options), Show(options), List() }.WithExamples(
            "chatd config list                               what can be set",
            "chatd config show                               what is set, and where",
            "chatd config check --config /etc/chatd.json     before a restart");

    private static Command Check(Options options)
    {
        var output = new OutputOption("text", "json");
        var command = options.AddTo(new Command("check", $"Name every mistake in the settings, and where it is. {HowItIsRead}") { output });
        command.SetAction(parsed =>
        {
            IReadOnlyList<SettingFault> faults = [.. Configuration.From(parsed, options).CheckAll(), .. Configuration.StrayVariables()];
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
            "chatd config check -o json                      a list of {where, error}, empty if there is nothing to mend");
    }

    private static Command Show(Options options)
    {
        var output = new OutputOption("text", "json");
        var command = options.AddTo(new Command("show", $"Print each setting as it is, and where that was said. {HowItIsRead}") { output });
        command.SetAction(parsed =>
        {
            var values = Configuration.From(parsed, options).OrRefuse().Values().ToList();
            var writer = parsed.InvocationConfiguration.Output;
            if (output.IsForPrograms(parsed))
                WriteList(writer, values, (json, row) =>
                {
                    json.WriteText("name", row.Value.Name);
                    json.WriteText("value", row.Value.Text);
                    WriteTextOrNull(json, "from", row.From);
                });
            else
            {
                var table = new Table("NAME", "VALUE", "FROM");
                foreach (var (_, value, from) in values)
                    table.Add(value.Name, value.Text, from ?? "-");
                table.WriteTo(writer, Style.ForOutput());
            }
            return ExitCode.Done;
        });
        return command.WithExamples(
            "chatd config show --config /etc/chatd.json      what a start with this file would do",
            "chatd config show -o json                       a list of {name, value, from}; from is null where nobody said it");
    }

    private static Command List()
    {
        var output = new OutputOption("text", "json");
        var command = new Command("list", "Print what can be set, with its default") { output };
        command.SetAction(parsed =>
        {
            var rows = Settings.All.SelectMany(setting => setting.Show(ServerSettings.Default).Select(value => (Setting: setting, Value: value))).ToList();
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
                table.WriteTo(writer, Style.ForOutput());
            }
            return ExitCode.Done;
        });
        return command.WithExamples("chatd config list -o json                       with what each does");
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

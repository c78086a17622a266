using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>A setting of one value.</summary>
internal sealed class ValueSetting<T>(
    string name, string help, ValueFormat<T> format, Func<ChatdOptions, T> get, Func<ChatdOptions, T, ChatdOptions> set) : Setting(name, help)
{
    private static bool IsSwitch => typeof(T) == typeof(bool);

    public override string HelpName => format.HelpName;

    public override string JsonForm => format.JsonForm;

    public override Option CreateOption() => IsSwitch
        ? new Option<bool?>($"--{Name}") { Description = Help, Arity = ArgumentArity.Zero, CustomParser = _ => true }
        : new Option<string?>($"--{Name}") { Description = $"{Help}. Default: {Default}", HelpName = HelpName };

    public override IReadOnlyList<string>? FromFlag(ParseResult parsed, Option option) => option switch
    {
        Option<bool?> flag => parsed.GetValue(flag) == true ? ["true"] : null,
        Option<string?> value => parsed.GetValue(value) is { } text ? [text] : null,
        _ => throw new ArgumentException("not an option of this setting", nameof(option)),
    };

    public override IReadOnlyList<string> FromVariable(string text) => [text];

    public override IReadOnlyList<SourcedValue>? FromFile(FileNode node, Func<FileNode, SettingSource> place) =>
        format.Json.Contains(node.Kind) ? [new SourcedValue(node.Text, place(node))] : null;

    public override ChatdOptions Apply(ChatdOptions settings, IReadOnlyList<SourcedValue> values, ICollection<SettingFault> faults)
    {
        var (text, source) = values[^1];
        try
        {
            return set(settings, format.Parse(text));
        }
        catch (FormatException e)
        {
            faults.Add(new SettingFault(source, text.Length == 0 ? $"{Name} is empty: {e.Message}, or leave it out" : $"{Name} {text}: {e.Message}"));
            return settings;
        }
    }

    public override IEnumerable<SettingValue> Show(ChatdOptions settings)
    {
        var value = get(settings);
        yield return new SettingValue(Name, Help, DefaultInWords is not null && Equals(value, get(ChatdOptions.Default)) ? DefaultInWords : format.Show(value));
    }

    private string Default => Show(ChatdOptions.Default).Single().Text;
}

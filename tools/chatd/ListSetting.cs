using System.CommandLine;
using System.Text.Json;

namespace ChatProtocol.Tools;

/// <summary>A setting of several values, each of which the server checks.</summary>
/// <param name="name">The flag without its dashes.</param>
/// <param name="help">The setting's effect, in words.</param>
/// <param name="helpName">The placeholder of one value in the help.</param>
/// <param name="isSplit">Whether one flag may hold several values, separated by commas; false for paths, which may hold a comma.</param>
/// <param name="get">Reads the values from the settings.</param>
/// <param name="set">Returns the settings with other values.</param>
internal sealed class ListSetting(
    string name, string help, string helpName, bool isSplit,
    Func<ChatdOptions, IReadOnlyList<string>> get, Func<ChatdOptions, IReadOnlyList<string>, ChatdOptions> set) : Setting(name, help)
{
    public override string HelpName => helpName;

    public override string JsonForm => "a list of strings";

    public override Option CreateOption() => new Option<string[]>($"--{Name}")
    {
        Description = $"{Help}. Default: {Show(ChatdOptions.Default).Single().Text}",
        HelpName = HelpName,
    };

    public override IReadOnlyList<string>? FromFlag(ParseResult parsed, Option option) =>
        parsed.GetValue((Option<string[]>)option) is not { Length: > 0 } values ? null
        : isSplit ? [.. values.SelectMany(Split)]
        : values;

    public override IReadOnlyList<string> FromVariable(string text) => Split(text);

    public override IReadOnlyList<SourcedValue>? FromFile(FileNode node, Func<FileNode, SettingSource> place) =>
        node.Kind == JsonTokenType.StartArray && node.Children.All(item => item.Kind == JsonTokenType.String)
            ? [.. node.Children.Select(item => new SourcedValue(item.Text, place(item)))]
            : null;

    public override ChatdOptions Apply(ChatdOptions settings, IReadOnlyList<SourcedValue> values, ICollection<SettingFault> faults) =>
        set(settings, [.. values.Select(value => value.Text)]);

    public override IEnumerable<SettingValue> Show(ChatdOptions settings)
    {
        var values = get(settings);
        yield return new SettingValue(Name, Help, values.Count > 0 ? string.Join(',', values) : DefaultInWords ?? "none");
    }
}

using System.CommandLine;
using System.Text.Json;

namespace ChatProtocol.Tools;

/// <summary>
/// All limits in one setting: <c>NAME=VALUE</c> with a name of <see cref="LimitDefinitions"/>. Values from several sources add up, so
/// that a flag changes one limit of the file and leaves the others; of two values for one limit the later counts.
/// </summary>
internal sealed class LimitSetting(string name, string help, IReadOnlyList<LimitDefinition> rows) : Setting(name, help)
{
    public override bool AddsUp => true;

    public override string HelpName => "NAME=VALUE";

    public override string JsonForm => "an object such as { \"connections\": 64, \"posts\": \"5/s,50\" }";

    public override Option CreateOption() => new Option<string[]>($"--{Name}") { Description = Help, HelpName = HelpName };

    public override IReadOnlyList<string>? FromFlag(ParseResult parsed, Option option) =>
        parsed.GetValue((Option<string[]>)option) is { Length: > 0 } values ? [.. values.SelectMany(FromVariable)] : null;

    /// <summary>Splits a list at its commas, except at one inside a rate, as in <c>posts=5/s,50</c>.</summary>
    public override IReadOnlyList<string> FromVariable(string text)
    {
        var limits = new List<string>();
        foreach (var piece in Split(text))
            if (limits.Count > 0 && !piece.Contains('=', StringComparison.Ordinal))
                limits[^1] += $",{piece}";
            else
                limits.Add(piece);
        return limits;
    }

    public override IReadOnlyList<SourcedValue>? FromFile(FileNode node, Func<FileNode, SettingSource> place) =>
        node.Kind == JsonTokenType.StartObject && node.Children.All(row => row.Kind is JsonTokenType.String or JsonTokenType.Number)
            ? [.. node.Children.Select(row => new SourcedValue($"{row.Name}={row.Text}", place(row)))]
            : null;

    public override ChatdOptions Apply(ChatdOptions settings, IReadOnlyList<SourcedValue> values, ICollection<SettingFault> faults)
    {
        foreach (var (text, source) in values)
            try
            {
                settings = Apply(settings, text);
            }
            catch (FormatException e)
            {
                faults.Add(new SettingFault(source, $"{Name} {text}: {e.Message}"));
            }
        return settings;
    }

    public override IEnumerable<SettingValue> Show(ChatdOptions settings) =>
        rows.Select(row => new SettingValue($"{Name} {row.Name}", row.Help, row.Show(settings)));

    private ChatdOptions Apply(ChatdOptions settings, string limit)
    {
        var equals = limit.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            throw new FormatException("use NAME=VALUE, such as connections=64 or posts=5/s,50");
        var row = rows.FirstOrDefault(row => row.Name == limit[..equals]) ?? throw new FormatException($"there is no '{limit[..equals]}'; {LimitDefinitions.InWords(rows)}");
        return row.Apply(settings, limit[(equals + 1)..].Trim());
    }
}

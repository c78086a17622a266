using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>
/// A row of <see cref="SettingDefinitions"/>: a setting's name, effect, form and property. The flag, the variable, the key in the file,
/// the help and the manual's table all come from it. Immutable.
/// </summary>
internal abstract class Setting(string name, string help)
{
    /// <summary>The flag without its dashes, and the key in the file.</summary>
    public string Name => name;

    public string Help => help;

    public string Variable => "CHATD_" + name.ToUpperInvariant().Replace('-', '_');

    public SettingSource Flag => new($"--{name}");

    /// <summary>Whether a reload of the configuration changes the setting of a running server.</summary>
    public bool IsReloadable { get; init; }

    /// <summary>Whether the protocol prescribes the value: any other is for trying out only.</summary>
    public bool IsTheProtocols { get; init; }

    /// <summary>The default in words, if it depends on the machine.</summary>
    public string? DefaultInWords { get; init; }

    /// <summary>Whether values from several sources add up; otherwise a flag goes before the variable, and that before the file.</summary>
    public virtual bool AddsUp => false;

    /// <summary>The placeholder of a value in the help; empty for a setting that is only switched on.</summary>
    public abstract string HelpName { get; }

    /// <summary>The form of the value in the file, for the error about another form.</summary>
    public abstract string JsonForm { get; }

    /// <summary>Makes the flag; each command needs one of its own.</summary>
    public abstract Option CreateOption();

    /// <summary>The values given by the flag; null if it is absent.</summary>
    public abstract IReadOnlyList<string>? FromFlag(ParseResult parsed, Option option);

    /// <summary>The values in the variable's text.</summary>
    public abstract IReadOnlyList<string> FromVariable(string text);

    /// <summary>The values of the file's key; null if they have another form.</summary>
    public abstract IReadOnlyList<SourcedValue>? FromFile(FileNode node, Func<FileNode, SettingSource> place);

    /// <summary>
    /// Returns the settings with these values; a list may be empty. An invalid value is added to the faults and changes
    /// nothing.
    /// </summary>
    public abstract ChatdOptions Apply(ChatdOptions settings, IReadOnlyList<SourcedValue> values, ICollection<SettingFault> faults);

    /// <summary>The value in the form in which it is written, under its name; one for each part of a setting that has parts.</summary>
    public abstract IEnumerable<SettingValue> Show(ChatdOptions settings);

    /// <summary>Splits a list at its commas, as in variables and most flags.</summary>
    protected static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A setting's value at the moment.</summary>
/// <param name="Name">The setting's name, followed by a blank and the part's name if the setting has parts.</param>
/// <param name="Help">The setting's effect, in words.</param>
/// <param name="Text">The value in the form in which it is written.</param>
internal sealed record SettingValue(string Name, string Help, string Text);

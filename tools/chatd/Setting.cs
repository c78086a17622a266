using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>
/// A row of <see cref="Settings"/>: what a setting is called and does, how its value is read, and where it goes. The flag, the
/// variable, the key in the file, the help and the manual's table all come from it. Immutable.
/// </summary>
internal abstract class Setting(string name, string help)
{
    /// <summary>The flag without its dashes, and the key in the file.</summary>
    public string Name => name;

    public string Help => help;

    public string Variable => "CHATD_" + name.ToUpperInvariant().Replace('-', '_');

    public Source Flag => new($"--{name}");

    /// <summary>Whether it changes under a running server when the configuration is read again.</summary>
    public bool IsReloadable { get; init; }

    /// <summary>Whether the protocol says what it is: any other value is for trying out alone.</summary>
    public bool IsTheProtocols { get; init; }

    /// <summary>The default, where it depends on the machine.</summary>
    public string? DefaultInWords { get; init; }

    /// <summary>Whether what is said in several places adds up; otherwise flags go before variables, and these before the file.</summary>
    public virtual bool AddsUp => false;

    /// <summary>The placeholder of a value in the help; empty for a setting that is only switched on.</summary>
    public abstract string HelpName { get; }

    /// <summary>The form of the value in the file, for what is said of another.</summary>
    public abstract string JsonForm { get; }

    /// <summary>A flag of its own for each command that has it.</summary>
    public abstract Option CreateOption();

    /// <summary>The values that a flag was given; null if it was not.</summary>
    public abstract IReadOnlyList<string>? FromFlag(ParseResult parsed, Option option);

    /// <summary>The values that a variable names.</summary>
    public abstract IReadOnlyList<string> FromVariable(string text);

    /// <summary>The values that a key of the file has; null if they have another form.</summary>
    public abstract IReadOnlyList<Said>? FromFile(FileNode node, Func<FileNode, Source> place);

    /// <summary>Puts the values where they go; a list may be empty. A value that cannot be meant is named and changes nothing.</summary>
    public abstract ServerSettings Apply(ServerSettings settings, IReadOnlyList<Said> values, ICollection<SettingFault> faults);

    /// <summary>The value as it would be written, under its name; several where there are several in one.</summary>
    public abstract IEnumerable<SettingValue> Show(ServerSettings settings);

    /// <summary>A list as variables have it, and most flags.</summary>
    protected static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A setting's value at the moment.</summary>
/// <param name="Name">The setting's, and behind it a blank and a part's name where it has parts.</param>
/// <param name="Help">Its effect.</param>
/// <param name="Text">As it would be written.</param>
internal sealed record SettingValue(string Name, string Help, string Text);

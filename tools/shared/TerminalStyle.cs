namespace ChatProtocol.Tools;

/// <summary>Colours for a terminal; with colours off every text is returned unchanged.</summary>
internal sealed class TerminalStyle(bool colours)
{
    // Colours from the middle of the 256-colour cube, legible on dark and on light backgrounds.
    private static readonly int[] Palette = [33, 166, 64, 133, 37, 161, 136, 62, 168, 71, 97, 130, 31, 170, 100, 67];

    public static TerminalStyle Plain { get; } = new(false);

    public bool HasColours => colours;

    /// <summary>The style of standard output: colours on a terminal only, and not with NO_COLOR, without TERM or with TERM=dumb.</summary>
    public static TerminalStyle ForOutput() => new(!Console.IsOutputRedirected && AreColoursWanted());

    /// <summary>The style of standard error, by the same rules.</summary>
    public static TerminalStyle ForError() => new(!Console.IsErrorRedirected && AreColoursWanted());

    /// <summary>A name, made safe, in the colour of its principal.</summary>
    public string Name(ulong principal, string name) => PrincipalIds.IsServers(principal)
        // CP-NAM-018: no name has a space in it, so no user can have this one.
        ? Bold("** " + Escaped.Line(name))
        : Wrap($"38;5;{Palette[principal % (ulong)Palette.Length]}", Escaped.Line(name));

    /// <summary>For time stamps and notices.</summary>
    public string Dim(string text) => Wrap("2", text);

    public string Bold(string text) => Wrap("1", text);

    /// <summary>For a mention of the reader.</summary>
    public string Highlight(string text) => Wrap("1;7", text);

    public string Error(string text) => Wrap("31", text);

    /// <summary>A line of its own about an error, made safe.</summary>
    public string ErrorLine(string text) => Error("! " + Escaped.Line(text));

    private string Wrap(string code, string text) => colours ? $"\x1b[{code}m{text}\x1b[0m" : text;

    private static bool AreColoursWanted() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb");
}

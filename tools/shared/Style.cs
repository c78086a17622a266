namespace ChatProtocol.Tools;

/// <summary>Colours for a terminal; without colours every text comes back as it is.</summary>
internal sealed class Style(bool colours)
{
    // Of the 256-colour cube, in the middle of the scale: they can be read on dark and on light backgrounds.
    private static readonly int[] Palette = [33, 166, 64, 133, 37, 161, 136, 62, 168, 71, 97, 130, 31, 170, 100, 67];

    public static Style Plain { get; } = new(false);

    public bool HasColours => colours;

    /// <summary>For standard output: colours on a terminal only, never with NO_COLOR, and not without a TERM or with TERM=dumb.</summary>
    public static Style ForOutput() => new(!Console.IsOutputRedirected && AreColoursWanted());

    /// <summary>The same for standard error.</summary>
    public static Style ForError() => new(!Console.IsErrorRedirected && AreColoursWanted());

    /// <summary>A name, made safe, in the colour that this principal has everywhere.</summary>
    public string Name(ulong principal, string name) => PrincipalIds.IsServers(principal)
        // CP-NAM-018: no name has a space in it, so nobody can be called this.
        ? Bold("** " + Safe.Line(name))
        : Wrap($"38;5;{Palette[principal % (ulong)Palette.Length]}", Safe.Line(name));

    /// <summary>For time stamps and notices.</summary>
    public string Dim(string text) => Wrap("2", text);

    public string Bold(string text) => Wrap("1", text);

    /// <summary>For what the reader is meant by.</summary>
    public string Highlight(string text) => Wrap("1;7", text);

    public string Error(string text) => Wrap("31", text);

    private string Wrap(string code, string text) => colours ? $"\x1b[{code}m{text}\x1b[0m" : text;

    private static bool AreColoursWanted() =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb");
}

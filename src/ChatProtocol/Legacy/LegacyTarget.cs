using System.Globalization;
using System.Text.RegularExpressions;

namespace ChatProtocol;

/// <summary>The addressee of a text client's message given without a name: <c>IP:PORT</c>, a port, or the pair as Python prints it.</summary>
public static partial class LegacyTarget
{
    /// <summary>
    /// The address as servers list it, <c>127.0.0.1:54321</c> or <c>[::1]:54321</c>; <c>:54321</c> for a port alone; null if
    /// the text is no address (CP-LEG-016).
    /// </summary>
    public static string? ToAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.Length <= 5 && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return string.Create(CultureInfo.InvariantCulture, $":{port}");
        var match = PythonPair.Match(text);
        if (!match.Success)
            match = HostAndPort.Match(text);
        if (!match.Success)
            return null;
        var host = match.Groups["host"].Value;
        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{match.Groups["port"].Value}" : $"{host}:{match.Groups["port"].Value}";
    }

    [GeneratedRegex("""^\(\s*(?<quote>['"])(?<host>[0-9A-Fa-f.:]+)\k<quote>\s*,\s*(?<port>[0-9]{1,5})(\s*,\s*[0-9]+){0,2}\s*\)$""")]
    private static partial Regex PythonPair { get; }

    [GeneratedRegex(@"^(\[(?<host>[0-9A-Fa-f.:]+)\]|(?<host>[0-9.]+)):(?<port>[0-9]{1,5})$")]
    private static partial Regex HostAndPort { get; }
}

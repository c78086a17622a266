using System.Globalization;
using System.Text;

namespace ChatProtocol;

/// <summary>
/// The rules that user and room names share (CP-NAM-001): 1 to 64 bytes of UTF-8, no white space, control or format
/// characters, none of <c>: # % @</c>, and not digits alone. Only the server compares names and checks the further rules
/// for a newly taken name.
/// </summary>
public static class Names
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxLength = 64;

    /// <summary>The name of the room that always exists.</summary>
    public const string Lobby = "lobby";

    /// <summary>The name of the server as an author; like <c>admin</c> and <c>everyone</c> it is reserved.</summary>
    public const string Server = "server";

    /// <summary>The first character of a private room's address.</summary>
    public const char PrivateMark = '@';

    /// <summary>The fault of a name, in words for its user; null if the name is valid.</summary>
    public static string? Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
            return "a name cannot be empty";
        if (Encoding.UTF8.GetByteCount(name) > MaxLength)
            return $"a name has at most {MaxLength} bytes of UTF-8";
        if (name.All(char.IsAsciiDigit))
            return "a name cannot be digits alone";
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is ':' or '#' or '%' or '@')
                return "a name cannot contain : # % or @";
            if (Rune.IsWhiteSpace(rune))
                return "a name cannot contain white space";
            if (rune.Value == ZeroWidthJoiner)
                return "a name cannot contain emoji or letters that are joined to one by U+200D: take single ones";
            if (IsInvisible(rune))
                return $"a name cannot contain U+{rune.Value.ToString("X4", CultureInfo.InvariantCulture)}, which is no visible character";
        }
        return null;
    }

    private const int ZeroWidthJoiner = 0x200D;

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.PrivateUse or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value == 0xFFFD;
}

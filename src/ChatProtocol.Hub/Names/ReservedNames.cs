using System.Text;

namespace ChatProtocol.Hub;

/// <summary>Names that nobody may have, nor any name that looks like them (CP-NAM-013): here rn also counts as m, and 1 as l.</summary>
internal sealed class ReservedNames
{
    /// <summary>The reserved names of users (CP-NAM-003).</summary>
    public static readonly ReservedNames OfUsers = new(Names.Server, "admin", "everyone");

    /// <summary>The reserved names of rooms: the lobby, which exists from the start.</summary>
    public static readonly ReservedNames OfRooms = new(Names.Lobby);

    private readonly Dictionary<string, string> _byForm = [];

    private ReservedNames(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            foreach (var form in FormsOf(name).Concat(FormsOf(name.ToUpperInvariant())))
                _byForm[form] = name;
    }

    /// <summary>The reserved name that this one is or looks like; null if there is none.</summary>
    public string? Find(Name name)
    {
        foreach (var form in FormsOf(name.Text).Append(LettersOf(name.Canonical)))
            if (_byForm.TryGetValue(form, out var reserved))
                return reserved;
        return null;
    }

    /// <summary>
    /// The forms of a name by its letters and digits alone, for punctuation and marks make no other name of it; each letter that is
    /// derived from a Latin one counts as that one.
    /// </summary>
    private static HashSet<string> FormsOf(string name)
    {
        var compatible = NameSkeletons.Compatible(name);
        HashSet<string> forms = [];
        foreach (var start in (string[])[name, LettersOf(compatible), PlainOf(compatible)])
        {
            var (folded, skeleton, typedSkeleton, _) = NameSkeletons.Of(start);
            foreach (var form in (string[])[folded, skeleton, typedSkeleton])
                forms.UnionWith([LettersOf(form), LettersOf(PlainOf(form))]);
        }
        return forms;
    }

    private static string PlainOf(string text) => Ascii.IsValid(text) ? text : Normalization.Map(Normalization.Nfd(text), Characters.Plain);

    private static string LettersOf(string text)
    {
        if (text.All(char.IsAsciiLetterOrDigit))
            return text;
        var letters = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (IsLetter(rune) || Characters.ClassOf(rune.Value) == CharacterClass.Number)
                letters.Append(rune);
        return letters.ToString();
    }

    // Letters of no script, such as the raised comma, are signs that stand beside letters.
    private static bool IsLetter(Rune rune) =>
        Characters.ClassOf(rune.Value) == CharacterClass.Letter && Characters.ScriptOf(rune.Value) != 0;
}

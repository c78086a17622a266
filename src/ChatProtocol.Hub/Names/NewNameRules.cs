using System.Globalization;
using System.Text;

namespace ChatProtocol.Hub;

/// <summary>
/// The rules for a name that is newly taken, by a user or for a room. Names that were taken before are not validated again
/// (CP-NAM-016).
/// </summary>
internal static class NewNameRules
{
    /// <summary>The most marks on one character, as UTS 39 advises (5.4): no script's writing needs more.</summary>
    private const int MaxMarks = 4;

    /// <summary>Null if the name may be taken; otherwise the reason why not, for its user.</summary>
    public static string? Validate(string name)
    {
        if (Names.Validate(name) is { } complaint)
            return complaint;
        foreach (var rune in name.EnumerateRunes())
            if (Validate(rune) is { } wrong)
                return wrong;
        // CP-NAM-009: the mark would join the text shown before the name.
        if (Characters.ClassOf(Rune.GetRuneAt(name, 0).Value) == CharacterClass.Mark)
            return "a name cannot begin with a mark that belongs to the character before it";
        if (HasPile(Normalization.Nfd(name)))
            return $"a name cannot have more than {MaxMarks} marks on one character, or the same mark twice on one";
        if (!name.EnumerateRunes().Any(IsNameable))
            return "a name needs a letter, a digit or a picture: it cannot be punctuation and signs alone";
        if (Normalization.Nfkc(name).IndexOfAny([':', '#', '%', '@']) >= 0)
            return "a name cannot contain what stands for : # % or @";
        return ComplainOfWords(name);
    }

    private static string? Validate(Rune rune) => Characters.ClassOf(rune.Value) switch
    {
        CharacterClass.Unassigned => $"a name cannot contain {Code(rune)}, which is no character of Unicode {UnicodeTables.Version}",
        // CP-NAM-008
        CharacterClass.Invisible when rune.Value is >= 0xFE00 and <= 0xFE0F =>
            $"a name cannot contain {Code(rune)}, which is invisible and only chooses how the character before it is drawn: leave it out",
        CharacterClass.Control or CharacterClass.Invisible => $"a name cannot contain {Code(rune)}, of which nothing is to be seen",
        _ => null,
    };

    /// <summary>CP-NAM-021: piled marks reach into the lines above and below.</summary>
    private static bool HasPile(string decomposed)
    {
        var (marks, last) = (0, 0);
        foreach (var rune in decomposed.EnumerateRunes())
        {
            if (!Characters.IsNonspacingMark(rune.Value))
                (marks, last) = (0, 0);
            else if (rune.Value == last || ++marks > MaxMarks)
                return true;
            else
                last = rune.Value;
        }
        return false;
    }

    /// <summary>CP-NAM-010: a name needs more than punctuation or marks.</summary>
    private static bool IsNameable(Rune rune) =>
        Characters.ClassOf(rune.Value) is CharacterClass.Letter or CharacterClass.Number or CharacterClass.Symbol;

    /// <summary>CP-NAM-012: the letters of a word have a script in common.</summary>
    private static string? ComplainOfWords(string name)
    {
        var word = new List<Rune>();
        foreach (var rune in Normalization.Nfc(name).EnumerateRunes())
        {
            if (Characters.ClassOf(rune.Value) is CharacterClass.Letter or CharacterClass.Mark)
            {
                word.Add(rune);
                continue;
            }
            if (!IsOfOneScript(word))
                return Mixed(word);
            word.Clear();
        }
        return IsOfOneScript(word) ? null : Mixed(word);
    }

    private static bool IsOfOneScript(List<Rune> word)
    {
        var first = word.Find(rune => Characters.ScriptOf(rune.Value) != 0);
        foreach (var script in Characters.ScriptsOf(Characters.ScriptOf(first.Value)))
            if (word.TrueForAll(rune => MayBeOf(rune, script)))
                return true;
        return Characters.ScriptOf(first.Value) == 0;
    }

    private static bool MayBeOf(Rune rune, int script)
    {
        var own = Characters.ScriptsOf(Characters.ScriptOf(rune.Value));
        if (own.IsEmpty)
            return true;
        foreach (var one in own)
            if (one == script || (one <= UnicodeTables.LastOfTogether && script <= UnicodeTables.LastOfTogether))
                return true;
        return false;
    }

    private static string Mixed(List<Rune> word) =>
        $"the word {string.Concat(word)} mixes letters of several scripts, which can look like another name: write each word in one";

    private static string Code(Rune rune) => "U+" + rune.Value.ToString("X4", CultureInfo.InvariantCulture);
}

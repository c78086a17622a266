using System.Text;

namespace ChatProtocol.Hub;

/// <summary>What a name looks like (CP-NAM-014): two names with a form in common are easily taken for one another.</summary>
/// <param name="Folded">In compatible letters, upper and lower case being one.</param>
/// <param name="Skeleton">Of that the look-alike form of TS 39.</param>
/// <param name="TypedSkeleton">The same of the name as it was typed, since capitals look like others than small letters do.</param>
/// <param name="Scripts">The scripts of its letters and digits in their order, repeats left out.</param>
internal readonly record struct NameForms(string Folded, string Skeleton, string TypedSkeleton, string Scripts)
{
    private const string Latin = "\u0001";

    // Of each ASCII character the look; as most names have no other, this spares them nearly all of the work.
    private static readonly string[] Looks = [.. Enumerable.Range(0, 128).Select(c => LookOf(((char)c).ToString()))];

    public static NameForms Of(string name)
    {
        if (Ascii.IsValid(name))
            return OfAscii(name);
        var compatible = Compatible(name);
        var folded = Normalization.Nfkc(Fold(compatible));
        var look = LookOf(folded);
        return new NameForms(folded, look, folded == compatible ? look : LookOf(compatible), ScriptsOf(compatible));
    }

    /// <summary>In letters and digits for all that stands for them: full width, circled, raised, small capitals.</summary>
    public static string Compatible(string name) => Normalization.Map(Normalization.Nfkc(name), Characters.Styled);

    private static NameForms OfAscii(string name)
    {
        var folded = name.ToLowerInvariant();
        var look = string.Concat(folded.Select(c => Looks[c]));
        var typed = folded == name ? look : string.Concat(name.Select(c => Looks[c]));
        return new NameForms(folded, look, typed, name.Any(char.IsAsciiLetter) ? Latin : "");
    }

    /// <summary>Twice, for a prototype may be a capital that has another one: 0 is like O, and O is o.</summary>
    private static string LookOf(string text)
    {
        var look = Fold(SkeletonOf(text));
        return look == text ? look : Fold(SkeletonOf(look));
    }

    private static string Fold(string text) => Normalization.Map(text, Characters.Fold);

    /// <summary>The skeleton of TS 39.</summary>
    private static string SkeletonOf(string text)
    {
        var skeleton = new StringBuilder(text.Length * 2);
        foreach (var rune in Normalization.Nfd(text).EnumerateRunes())
        {
            var prototype = Characters.PrototypeOf(rune.Value);
            if (prototype.IsEmpty)
                skeleton.Append(rune);
            else
                skeleton.Append(prototype);
        }
        return Normalization.Nfd(skeleton.ToString());
    }

    private static string ScriptsOf(string text)
    {
        var single = new HashSet<byte>();
        foreach (var rune in text.EnumerateRunes())
            if (Characters.ScriptsOf(Characters.ScriptOf(rune.Value)) is [var script])
                single.Add(script);
        var scripts = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var script = Characters.ScriptOf(rune.Value);
            var several = Characters.ScriptsOf(script);
            // What several scripts use is of the one that stands beside it.
            if (several.IsEmpty || (several.Length > 1 && single.Overlaps(several.ToArray())))
                continue;
            if (scripts.Length == 0 || scripts[^1] != script)
                scripts.Append((char)script);
        }
        return scripts.ToString();
    }
}

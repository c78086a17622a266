using System.Text;

namespace ChatProtocol.Hub;

/// <summary>The forms by which a name is compared for its look (CP-NAM-014): two names with a form in common are easily mistaken.</summary>
/// <param name="Folded">The name in compatible letters, upper and lower case being the same.</param>
/// <param name="Skeleton">The skeleton of the folded form, as UTS 39 defines it.</param>
/// <param name="TypedSkeleton">The skeleton of the name as it was typed, since capitals look like other letters than small ones do.</param>
/// <param name="Scripts">The scripts of its letters and digits in order, without repeats.</param>
internal readonly record struct NameSkeletons(string Folded, string Skeleton, string TypedSkeleton, string Scripts)
{
    private const string Latin = "\u0001";

    // The skeleton of each ASCII character; as most names have only such characters, this saves nearly all of the work.
    private static readonly string[] Looks = [.. Enumerable.Range(0, 128).Select(c => LookOf(((char)c).ToString()))];

    public static NameSkeletons Of(string name)
    {
        if (Ascii.IsValid(name))
            return OfAscii(name);
        var compatible = Compatible(name);
        var folded = Normalization.Nfkc(Fold(compatible));
        var look = LookOf(folded);
        return new NameSkeletons(folded, look, folded == compatible ? look : LookOf(compatible), ScriptsOf(compatible));
    }

    /// <summary>The name with plain letters and digits in place of their variants: full width, circled, raised, small capitals.</summary>
    public static string Compatible(string name) => Normalization.Map(Normalization.Nfkc(name), Characters.Styled);

    private static NameSkeletons OfAscii(string name)
    {
        var folded = name.ToLowerInvariant();
        var look = string.Concat(folded.Select(c => Looks[c]));
        var typed = folded == name ? look : string.Concat(name.Select(c => Looks[c]));
        return new NameSkeletons(folded, look, typed, name.Any(char.IsAsciiLetter) ? Latin : "");
    }

    /// <summary>Mapped twice, for a prototype may be a capital that has a prototype itself: 0 is like O, and O is like o.</summary>
    private static string LookOf(string text)
    {
        var look = Fold(SkeletonOf(text));
        return look == text ? look : Fold(SkeletonOf(look));
    }

    private static string Fold(string text) => Normalization.Map(text, Characters.Fold);

    /// <summary>The skeleton of UTS 39.</summary>
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
            // A character that several scripts use belongs to the one of its neighbours.
            if (several.IsEmpty || (several.Length > 1 && single.Overlaps(several.ToArray())))
                continue;
            if (scripts.Length == 0 || scripts[^1] != script)
                scripts.Append((char)script);
        }
        return scripts.ToString();
    }
}

using System.Text;

namespace ChatProtocol.Hub;

/// <summary>
/// A text as it is compared by a search (CP-SEA-005): compatible characters are replaced by those they stand for, case is folded, and so are the
/// accents of Latin and Greek letters; invisible characters are left out, and white space is one space. It knows which bytes of the text each
/// part comes from.
/// </summary>
internal sealed class FoldedText
{
    /// <summary>The most characters that are folded together: nobody writes more marks on one letter.</summary>
    private const int MaxCluster = 32;

    private const int FirstAccent = 0x300;
    private const int LastAccent = 0x36F;
    private const int LastGreek = 0x3FF;

    private readonly StringBuilder _folded;
    private readonly List<(int Start, int End)>? _places;

    private FoldedText(int length, bool hasPlaces)
    {
        _folded = new StringBuilder(length);
        _places = hasPlaces ? new List<(int, int)>(length) : null;
    }

    /// <summary>Folds a text.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    /// <param name="hasPlaces">Whether <see cref="PlaceOf"/> will be asked.</param>
    public static FoldedText Of(ReadOnlySpan<byte> utf8, bool hasPlaces = false)
    {
        var folded = new FoldedText(utf8.Length, hasPlaces);
        folded.Fold(utf8);
        folded.Text = folded._folded.ToString();
        return folded;
    }

    /// <summary>The folded text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The bytes that a part of the folded text comes from.</summary>
    /// <param name="start">The part's first UTF-16 unit.</param>
    /// <param name="length">How many units it has; at least one.</param>
    public TextMark PlaceOf(int start, int length)
    {
        var (first, last) = (_places![start], _places[start + length - 1]);
        return new TextMark(first.Start, last.End - first.Start);
    }

    private void Fold(ReadOnlySpan<byte> utf8)
    {
        Span<char> units = stackalloc char[2];
        for (var at = 0; at < utf8.Length;)
        {
            Rune.DecodeFromUtf8(utf8[at..], out var rune, out var length);
            var end = at + length;
            var next = NextOf(utf8, end);
            if (!Joins(next) && SimplyFolded(rune.Value) is { } simple)
                Append(new Rune(simple), at, end, units);
            else
                end = FoldCluster(utf8, at, end, units);
            at = end;
        }
    }

    /// <summary>Folds a character with the marks behind it; returns where they end.</summary>
    private int FoldCluster(ReadOnlySpan<byte> utf8, int start, int end, Span<char> units)
    {
        for (var count = 1; count < MaxCluster && end < utf8.Length; count++)
        {
            Rune.DecodeFromUtf8(utf8[end..], out var rune, out var length);
            if (!Joins(rune.Value))
                break;
            end += length;
        }
        var cluster = Normalization.Map(Normalization.Nfkc(Encoding.UTF8.GetString(utf8[start..end])), Characters.Fold);
        foreach (var rune in Normalization.Nfc(WithoutAccents(Normalization.Nfd(cluster))).EnumerateRunes())
            Append(rune, start, end, units);
        return end;
    }

    private void Append(Rune rune, int start, int end, Span<char> units)
    {
        if (Rune.IsWhiteSpace(rune))
        {
            // Of white space in a row there is one.
            if (_folded.Length == 0 || _folded[^1] != ' ')
                Append(new Rune(' '), start, end, 1, units);
        }
        else if (!IsLeftOut(rune.Value))
            Append(rune, start, end, rune.Utf16SequenceLength, units);
    }

    private void Append(Rune rune, int start, int end, int count, Span<char> units)
    {
        rune.EncodeToUtf16(units);
        _folded.Append(units[..count]);
        for (var i = 0; i < count; i++)
            _places?.Add((start, end));
    }

    private static string WithoutAccents(string decomposed)
    {
        var kept = new StringBuilder(decomposed.Length);
        var isAccented = false;
        foreach (var rune in decomposed.EnumerateRunes())
        {
            if (rune.Value is >= FirstAccent and <= LastAccent && isAccented)
                continue;
            if (Characters.CombiningOf(rune.Value) == 0)
                isAccented = rune.Value <= LastGreek || rune.Value is >= 0x1E00 and <= 0x1FFF;
            kept.Append(rune);
        }
        return kept.ToString();
    }

    /// <summary>The folded form of a character that needs no table; null for others.</summary>
    private static int? SimplyFolded(int character) => character switch
    {
        < 0x80 => char.ToLowerInvariant((char)character),
        >= 0x3400 and <= 0x9FFF or >= 0xAC00 and <= 0xD7A3 or >= 0x3041 and <= 0x3096 or >= 0x30A1 and <= 0x30FA or 0x30FC or 0x3001 or 0x3002 => character,
        _ => null,
    };

    /// <summary>Whether a character is folded with the one before it: marks, the voiced marks of half-width kana, the later parts of a Hangul syllable.</summary>
    private static bool Joins(int character) =>
        character >= FirstAccent && (character is 0xFF9E or 0xFF9F or >= 0x1160 and <= 0x11FF || Characters.CombiningOf(character) > 0);

    private static int NextOf(ReadOnlySpan<byte> utf8, int at)
    {
        if (at >= utf8.Length)
            return 0;
        if (utf8[at] < 0x80)
            return utf8[at];
        Rune.DecodeFromUtf8(utf8[at..], out var next, out _);
        return next.Value;
    }

    /// <summary>Format and control characters, and private ones, which the index uses itself.</summary>
    private static bool IsLeftOut(int character) =>
        character >= 0x7F ? Characters.ClassOf(character) is CharacterClass.Invisible or CharacterClass.Control : character < 0x20;
}

/// <summary>A part of a text that a search has found.</summary>
/// <param name="Start">The first byte, counted from 0 in the text's UTF-8.</param>
/// <param name="Length">How many bytes; at least one.</param>
public readonly record struct TextMark(int Start, int Length);

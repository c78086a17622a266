using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The tables against Unicode's own files, as Debian has them, and against what the runtime and the system's ICU say.</summary>
[Spec("CP-NAM-017")]
public sealed class UnicodeTests
{
    private const string Data = "/usr/share/unicode/";

    private static readonly string[] Digits = ["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"];

    [Fact]
    public void The_normal_forms_are_those_of_Unicodes_own_test()
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var line in NormalizationTest().Where(line => line.Length > 0 && char.IsAsciiHexDigit(line[0])))
        {
            var forms = line.Split(';').Take(5).Select(TextOf).ToList();
            // What another version of Unicode has added is nothing to these tables.
            if (!forms[0].EnumerateRunes().All(IsAssigned))
                continue;
            count++;
            if (forms.Take(3).Any(form => Normalization.Nfc(form) != forms[1] || Normalization.Nfd(form) != forms[2])
                || forms.Skip(3).Any(form => Normalization.Nfc(form) != forms[3] || Normalization.Nfd(form) != forms[4])
                || forms.Any(form => Normalization.Nfkc(form) != forms[3]))
                wrong.Add(line);
        }

        Assert.Empty(wrong);
        Assert.True(count > 18_000, $"only {count} lines were read");
    }

    [Fact]
    public void The_canonical_form_is_the_runtimes_for_every_character_but_the_dotted_capital_I() =>
        Assert.Equal([0x130], [.. Assigned().Where(c => CanonicalName.Of(CharacterOf(c)) != RuntimesCanonical(CharacterOf(c)))]);

    [Fact]
    public void The_canonical_form_is_the_runtimes_for_every_character_with_a_mark_behind_it() =>
        // I with a dot behind it is the one character.
        AssertNone(Assigned().Where(c => c is not (0x130 or 'I') && "\u0301\u0307\u0323\u0345\u3099\u11a8\u093c"
            .Any(mark => CanonicalName.Of(CharacterOf(c) + mark) != RuntimesCanonical(CharacterOf(c) + mark))));

    [Fact]
    public void Lower_case_and_folding_are_UnicodeDatas_and_CaseFoldings()
    {
        var lower = Rows("UnicodeData.txt").Where(row => row[13].Length > 0).ToDictionary(row => Hex(row[0]), row => Hex(row[13]));
        var fold = Rows("CaseFolding.txt").Where(row => row[1] is "C" or "S").ToDictionary(row => Hex(row[0]), row => Hex(row[2]));

        AssertNone(Assigned().Where(c => Characters.Lower(c) != lower.GetValueOrDefault(c, c)));
        AssertNone(Assigned().Where(c => Characters.Fold(c) != fold.GetValueOrDefault(c, c)));
    }

    [Fact]
    public void Classes_are_those_of_the_categories()
    {
        var categories = Categories();
        AssertNone(Enumerable.Range(0, 0x110000).Where(c => !Agrees(Characters.ClassOf(c), categories.GetValueOrDefault(c, "Cn"))));
    }

    [Fact]
    public void What_is_invisible_by_its_properties_has_that_class()
    {
        var invisible = Spans("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point").Concat(Spans("PropList.txt", "Variation_Selector"));

        AssertNone(invisible.Where(c => IsAssigned(new Rune(c)) && Characters.ClassOf(c) != CharacterClass.Invisible));
        AssertNone(Spans("PropList.txt", "White_Space").Where(c => Characters.ClassOf(c) != CharacterClass.Control));
    }

    [Fact]
    public void Letters_and_marks_have_a_script_unless_they_go_with_any()
    {
        var script = Rows("Scripts.txt").SelectMany(row => Span(row[0]).Select(c => (c, row[1]))).ToDictionary(p => p.c, p => p.Item2);
        var several = Rows("ScriptExtensions.txt").SelectMany(row => Span(row[0]).Select(c => (c, row[1].Split(' ').Length))).ToDictionary(p => p.c, p => p.Length);
        var letters = Assigned().Where(c => Characters.ClassOf(c) is CharacterClass.Letter or CharacterClass.Mark).ToList();

        AssertNone(letters.Where(c => Characters.ScriptsOf(Characters.ScriptOf(c)).Length
            != several.GetValueOrDefault(c, script[c] is "Common" or "Inherited" ? 0 : 1)));
        var single = letters.Where(c => !several.ContainsKey(c) && Characters.ScriptOf(c) > 0);
        AssertNone(single.GroupBy(Characters.ScriptOf).Where(g => g.Select(c => script[c]).Distinct().Count() > 1).Select(g => g.Key));
        Assert.Equal(["Bopomofo", "Han", "Hangul", "Hiragana", "Katakana", "Latin"],
            single.Where(c => Characters.ScriptOf(c) <= UnicodeTables.LastOfTogether).Select(c => script[c]).Distinct().Order());
    }

    [Fact]
    public void Marks_that_take_no_room_are_those_of_the_categories_Mn_and_Me()
    {
        var categories = Categories();
        // Those that are invisible are no marks to a name: they are refused.
        AssertNone(Assigned().Where(c => Characters.ClassOf(c) != CharacterClass.Invisible
            && Characters.IsNonspacingMark(c) != (categories[c] is "Mn" or "Me")));
    }

    [Fact]
    public void Styled_and_plain_letters_are_those_that_Unicode_calls_so()
    {
        var rows = Rows("UnicodeData.txt").Where(row => !row[1].StartsWith('<')).ToList();
        // Characters that a normal form takes apart are met by their parts.
        var styled = rows.Where(row => row[5].Length == 0).ToDictionary(row => Hex(row[0]), row => row[1]);
        var plain = rows.Where(row => row[5].Length == 0 || row[5][0] == '<').ToDictionary(row => Hex(row[0]), row => row[1]);

        AssertNone(Assigned().Where(c => Characters.Styled(c) != (StyledBy(styled.GetValueOrDefault(c, "")) ?? c)));
        AssertNone(Assigned().Where(c => c > 0x7f && Characters.Plain(c) != (PlainBy(plain.GetValueOrDefault(c, "")) ?? c)));
    }

    [Theory]
    [InlineData("m", "rn"), InlineData("1", "l"), InlineData("I", "l"), InlineData("0", "O"), InlineData("\u0430", "a"), InlineData("\u30ab", "\u529b")]
    public void A_character_has_the_prototype_of_TS_39(string character, string prototype) =>
        Assert.Equal(prototype, Characters.PrototypeOf(char.ConvertToUtf32(character, 0)).ToString());

    [Fact]
    public void Half_a_surrogate_pair_has_a_canonical_form_too() => Assert.Equal("a\ufffdb", CanonicalName.Of("A\ud83dB"));

    private static void AssertNone(IEnumerable<int> wrong) =>
        Assert.Equal("", string.Join(' ', wrong.Take(20).Select(c => c.ToString("X4", CultureInfo.InvariantCulture))));

    private static string RuntimesCanonical(string text) =>
        text.Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);

    /// <summary>By the words of the name, as the spec has it.</summary>
    private static int? StyledBy(string name) => name.Split(' ') switch
    {
        ["LATIN", "LETTER", "SMALL", "CAPITAL", [var letter]] => letter,
        [.., "NEGATIVE", "CIRCLED" or "SQUARED", "LATIN", "CAPITAL", "LETTER", [var letter]] => letter,
        [.., "CIRCLED", "DIGIT", var digit] => '0' + Array.IndexOf(Digits, digit),
        [.., "CIRCLED", "SANS-SERIF", "DIGIT", var digit] => '0' + Array.IndexOf(Digits, digit),
        _ => null,
    };

    private static int? PlainBy(string name) => name.Split(" WITH ")[0].Split(' ') switch
    {
        ["REGIONAL", "INDICATOR", "SYMBOL", "LETTER", [var letter]] => char.ToLowerInvariant(letter),
        ["LATIN", .. var words, [var letter]] when words.Contains("LETTER") => char.ToLowerInvariant(letter),
        _ => null,
    };

    private static bool Agrees(CharacterClass found, string category) => found switch
    {
        CharacterClass.Unassigned => category == "Cn",
        CharacterClass.Letter => category[0] == 'L',
        CharacterClass.Mark => category[0] == 'M',
        CharacterClass.Number => category[0] == 'N',
        CharacterClass.Symbol => category == "So",
        CharacterClass.Punctuation => category[0] == 'P' || category is "Sc" or "Sk" or "Sm",
        CharacterClass.Control => category[0] is 'C' or 'Z' && category != "Cn",
        _ => category[0] is 'L' or 'M' || category is "So" or "Cf",
    };

    private static Dictionary<int, string> Categories()
    {
        var categories = new Dictionary<int, string>();
        var first = 0;
        foreach (var row in Rows("UnicodeData.txt"))
        {
            var last = Hex(row[0]);
            if (row[1].EndsWith(", First>", StringComparison.Ordinal))
                first = last;
            else
                first = row[1].EndsWith(", Last>", StringComparison.Ordinal) ? first : last;
            for (var c = first; c <= last; c++)
                categories[c] = row[2];
        }
        return categories;
    }

    private static IEnumerable<int> Assigned() => Enumerable.Range(0, 0x110000).Where(c => Rune.IsValid(c) && IsAssigned(new Rune(c)));

    private static bool IsAssigned(Rune rune) => Characters.ClassOf(rune.Value) != CharacterClass.Unassigned;

    private static string CharacterOf(int character) => new Rune(character).ToString();

    private static string TextOf(string codePoints) => string.Concat(codePoints.Split(' ').Select(c => CharacterOf(Hex(c))));

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Data + file).Select(line => line.Split('#')[0]).Where(line => line.Trim().Length > 0)
            .Select(line => line.Split(';').Select(field => field.Trim()).ToArray());

    private static IEnumerable<int> Spans(string file, string property) => Rows(file).Where(row => row[1] == property).SelectMany(row => Span(row[0]));

    private static IEnumerable<int> Span(string text)
    {
        var ends = text.Split("..").Select(Hex).ToList();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    /// <summary>Debian packs it in a form that the runtime cannot read.</summary>
    private static List<string> NormalizationTest()
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"import bz2, sys; sys.stdout.buffer.write(bz2.open('{Data}NormalizationTest.txt.bz2').read())");
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n').ToList();
        process.WaitForExit();
        return lines;
    }
}

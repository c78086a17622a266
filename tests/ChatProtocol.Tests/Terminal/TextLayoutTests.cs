using ChatProtocol.Tools;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class TextLayoutTests
{
    /// <summary>Rows of 10 columns, the first of which begins in column 4, the others in column 2.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("short", "short")]
    [InlineData("two words", "two|words")]
    [InlineData("one two three", "one|two|three")]
    [InlineData("ab cd ef gh ij", "ab cd|ef gh ij")]
    [InlineData("line\nline", "line|line")]
    [InlineData("\n\n", "||")]
    [InlineData("日本語漢字文章", "日本語|漢字文章")]
    [InlineData("日本語。", "日本|語。")]
    [InlineData("ab日本語", "ab日本|語")]
    [InlineData("「日本語」", "「日本|語」")]
    [InlineData("averyveryverylongword", "averyveryverylongword")]
    [InlineData("see averyveryverylongword it", "see|averyveryverylongword|it")]
    public void Words_stay_whole(string text, string rows) =>
        Assert.Equal(rows, string.Join('|', TextLayout.Break(text, 4, 2, 10).Select(row => text[row.Start..row.End])));

    [Fact]
    public void Where_nothing_is_to_be_broken_only_newlines_do() =>
        Assert.Equal(2, TextLayout.Break(new string('x', 1000) + " \n" + new string('y', 1000), 4, 2, null).Count);

    [Fact]
    public void Nothing_but_blanks_and_newlines_is_lost_and_no_row_of_short_words_is_too_long() =>
        Gen.String[Gen.Char["ab 日。\n👋é"], 0, 80].Sample(given =>
        {
            var text = Escaped.Block(given);
            var rows = TextLayout.Break(text, 4, 2, 14);
            Assert.Equal(
                text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal),
                string.Concat(rows.Select(row => text[row.Start..row.End])).Replace(" ", "", StringComparison.Ordinal));
            foreach (var row in rows)
                if (text[row.Start..row.End].TrimEnd(' ').Contains(' ') || row.Columns <= 14)
                    Assert.InRange(DisplayWidth.Of(text[row.Start..row.End].TrimEnd(' ')), 0, 14);
        });
}

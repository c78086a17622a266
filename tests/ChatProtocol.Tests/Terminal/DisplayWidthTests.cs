using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class DisplayWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("plain", 5)]
    [InlineData("naïve – “quoted”…", 17)]
    [InlineData("日本語", 6)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("ﾊﾝｶｸ", 4)]
    [InlineData("한국어", 6)]
    [InlineData("\u1112\u1161\u11ab", 2)]
    [InlineData("𠀀", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("か\u3099", 2)]
    [InlineData("\u0301", 0)]
    [InlineData("👋", 2)]
    [InlineData("👋🏽", 2)]
    [InlineData("👨‍👩‍👧", 2)]
    [InlineData("🏳️‍🌈", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("🇩🇪🇫🇷", 4)]
    [InlineData("1️⃣", 2)]
    [InlineData("❤", 1)]
    [InlineData("❤️", 2)]
    [InlineData("⌚", 2)]
    [InlineData("\U0001fadf", 2)]
    [InlineData("a\ufe0f", 1)]
    [InlineData("ｶﾞ", 2)]
    [InlineData("น้ำ", 2)]
    [InlineData("ภาษาไทย", 7)]
    [InlineData("ที่นี่", 2)]
    [InlineData("ສະບາຍດີ", 6)]
    [InlineData("कि", 1)]
    [InlineData("क्षत्रिय", 5)]
    [InlineData("தமிழ்", 3)]
    [InlineData("ಕನ್ನಡ", 4)]
    [InlineData("မြန်မာ", 3)]
    [InlineData("\U000105c0", 1)]
    public void Counts_columns_by_what_people_see_as_a_character(string text, int columns) =>
        Assert.Equal(columns, DisplayWidth.Of(text));

    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301…")]
    [InlineData("👨‍👩‍👧👨‍👩‍👧", 3, "👨‍👩‍👧…")]
    [InlineData("word", 1, "…")]
    [InlineData("word", 0, "")]
    public void Truncating_cuts_between_characters(string text, int columns, string truncated)
    {
        Assert.Equal(truncated, DisplayWidth.Truncate(text, columns));
        Assert.True(DisplayWidth.Of(truncated) <= columns);
    }

    [Theory]
    [InlineData("ab", "ab  |")]
    [InlineData("日", "日  |")]
    [InlineData("abcdef", "abcdef|")]
    public void Padding_fills_up_to_the_column(string text, string padded) =>
        Assert.Equal(padded, DisplayWidth.PadRight(text, 4) + "|");
}

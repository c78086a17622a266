using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class EscapedTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("red \x1b[31m", @"red \x1b[31m")]
    [InlineData("bell \a, null \0, delete \x7f", @"bell \x07, null \x00, delete \x7f")]
    [InlineData("C1 \u009b31m", @"C1 \x9b31m")]
    [InlineData("turned \u202eround", @"turned \u202eround")]
    [InlineData("zero\u200bwidth\ufeff", @"zero\u200bwidth\ufeff")]
    [InlineData("tag \U000e0041", @"tag \U000e0041")]
    [InlineData("separator \u2028", @"separator \u2028")]
    public void Escapes_what_could_change_the_terminal_or_hide(string text, string safe)
    {
        Assert.Equal(safe, Escaped.Line(text));
        Assert.Equal(safe, Escaped.Block(text));
    }

    [Theory]
    [InlineData("日本語 한국어 ภาษาไทย")]
    [InlineData("👨‍👩‍👧 ❤️ 🇩🇪 1️⃣ 👋🏽")]
    [InlineData("ne\u200cmi e\u0301")]
    public void Leaves_scripts_and_emoji_as_they_are(string text) => Assert.Equal(text, Escaped.Line(text));

    // Not as data of a theory: a test runner would not carry them over unharmed.
    [Fact]
    public void Shows_lone_surrogates()
    {
        Assert.Equal(@"a\ud83db", Escaped.Line("a\ud83db"));
        Assert.Equal(@"\udc00\ud800", Escaped.Line("\udc00\ud800"));
    }

    [Fact]
    public void A_line_stays_one_line() => Assert.Equal(@"a⏎b c⏎d\x0de", Escaped.Line("a\nb\tc\r\nd\re"));

    [Fact]
    public void A_block_keeps_newlines_and_tabs() => Assert.Equal("a\nb\tc\nd\\x0de", Escaped.Block("a\nb\tc\r\nd\re"));
}

using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class SlashPrefixTests
{
    [Theory]
    [InlineData("hello", "hello")]
    [InlineData(" hello", " hello")]
    [InlineData("1/2", "1/2")]
    [InlineData("//etc", "/etc")]
    [InlineData(" //etc", "/etc")]
    [InlineData("／／", "／")]
    [InlineData("one\n/two", "one\n/two")]
    public void A_text_is_said(string line, string said) => Assert.Equal((said, null), SlashPrefix.Read(line));

    [Theory]
    [InlineData("/msg bob secret", "/msg bob secret")]
    [InlineData(" \t\n/msg bob", "/msg bob")]
    [InlineData("\u3000／msg", "/msg")]
    [InlineData("\ufeff/msg", "/msg")]
    [InlineData("\u200b\u200e/msg", "/msg")]
    [InlineData("/", "/")]
    [InlineData("/ msg", "/ msg")]
    public void What_begins_with_a_slash_is_a_command(string line, string command) => Assert.Equal((null, command), SlashPrefix.Read(line));

    [Theory]
    [InlineData("/join")]
    [InlineData("/part")]
    [InlineData("/msg")]
    [InlineData("/block")]
    [InlineData("/unblock")]
    [InlineData("/blocks")]
    [InlineData("/nick")]
    [InlineData("/who")]
    [InlineData("/rooms")]
    [InlineData("/history")]
    [InlineData("/show")]
    [InlineData("/create")]
    [InlineData("/invite")]
    [InlineData("/topic")]
    [InlineData("/title")]
    [InlineData("/roles")]
    [InlineData("/role")]
    [InlineData("/mute")]
    [InlineData("/unmute")]
    [InlineData("/ban")]
    [InlineData("/unban")]
    [InlineData("/slow")]
    [InlineData("/moderated")]
    [InlineData("/archive")]
    [InlineData("/help")]
    [InlineData("/quit")]
    public void Every_command_of_chat_is_one_where_no_terminal_is(string command) => Assert.True(SlashPrefix.IsCommand(command + " x"));

    [Theory]
    [InlineData("/msg", "/msg", "")]
    [InlineData("/msg bob  two words ", "/msg", "bob  two words")]
    [InlineData("/msg\u3000bob\u3000悄悄话", "/msg", "bob\u3000悄悄话")]
    [InlineData("bob\nline", "bob", "line")]
    public void Any_blank_ends_a_word(string line, string word, string tail) => Assert.Equal((word, tail), SlashPrefix.Split(line));
}

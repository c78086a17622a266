using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class ChatCursorTests
{
    [Theory]
    [InlineData("0", 0, null)]
    [InlineData("1234", 1234, null)]
    [InlineData(" 77:1234\n", 1234, 77UL)]
    [InlineData("9007199254740991:9007199254740991", 9007199254740991, 9007199254740991UL)]
    public void A_cursor_is_read_from_its_text_and_written_back(string text, ulong seq, ulong? epoch)
    {
        var cursor = ChatCursor.Parse(text);

        Assert.Equal(ChatCursor.At(seq, epoch), cursor);
        Assert.Equal(text.Trim(), cursor.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("1:")]
    [InlineData("1:2:3")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("9007199254740992")]
    [InlineData("now")]
    public void A_text_that_is_no_cursor_is_refused_with_what_was_expected(string text) =>
        Assert.Equal($"'{text}' is not a cursor: expected EPOCH:SEQ or SEQ", Assert.Throws<FormatException>(() => ChatCursor.Parse(text)).Message);
}

using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class ResultPrinterTests
{
    [Theory]
    [InlineData(61, 61, GapReason.Damaged, "message 61 is missing: it is damaged on the server")]
    [InlineData(61, 62, GapReason.Damaged, "messages 61 to 62 are missing: they are damaged on the server")]
    [InlineData(61, 61, GapReason.Expired, "message 61 is missing: the server does not keep it any more")]
    [InlineData(61, 62, GapReason.Expired, "messages 61 to 62 are missing: the server does not keep them any more")]
    public void One_message_and_several_have_their_own_words(ulong first, ulong last, GapReason why, string told) =>
        Assert.Equal(told, ResultPrinter.InWords(first, last, why));
}

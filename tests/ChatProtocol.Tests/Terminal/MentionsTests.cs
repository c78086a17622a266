using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class MentionsTests
{
    [Theory]
    [InlineData("hi ann, and Ann!", "ann", 2)]
    [InlineData("ANN?", "ann", 1)]
    [InlineData("@ann: look", "ann", 1)]
    [InlineData("channel, annex, joann", "ann", 0)]
    [InlineData("ann-2 and 2ann and ann_x", "ann", 0)]
    [InlineData("ann\u0301", "ann", 0)]
    [InlineData("小李你好", "小李", 1)]
    [InlineData("请小李来", "小李", 1)]
    [InlineData("bobさん", "bob", 1)]
    [InlineData("민수야", "민수", 1)]
    [InlineData("สมชายครับ", "สมชาย", 1)]
    [InlineData("ПРИВЕТ, МАША", "маша", 1)]
    [InlineData("𠮷野さん", "𠮷野", 1)]
    [InlineData("", "ann", 0)]
    public void A_name_is_found_as_a_word_whatever_its_case(string text, string name, int times) =>
        Assert.Equal(times, Mentions.Find(text, name).Count);

    [Fact]
    public void It_is_told_where()
    {
        var (start, end) = Assert.Single(Mentions.Find("see Ann there", "ann"));

        Assert.Equal("Ann", "see Ann there"[start..end]);
    }
}

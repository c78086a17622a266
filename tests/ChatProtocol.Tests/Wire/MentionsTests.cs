using Xunit;

namespace ChatProtocol.Tests;

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
    [InlineData("e\u0301mile, E\u0301MILE and ÉMILE", "émile", 3)]
    [InlineData("émile", "E\u0301mile", 1)]
    [InlineData("emile", "émile", 0)]
    [InlineData("émile", "emile", 0)]
    [InlineData("emil\u00e9", "emil", 0)]
    [InlineData("\u1112\u1161\u11ab아", "한", 1)]
    [InlineData("\u1112\u1161\u11ab", "하", 0)]
    [InlineData("\u0130brahim", "ibrahim", 1)]
    [InlineData("\u212aarl", "karl", 1)]
    [InlineData("a\u0302\u0323n", "\u1eadn", 1)]
    [InlineData("", "ann", 0)]
    public void A_name_is_found_as_a_word_however_it_is_written(string text, string name, int times) =>
        Assert.Equal(times, Mentions.Find(text, name).Count);

    [Fact]
    public void It_is_told_where()
    {
        var (start, end) = Assert.Single(Mentions.Find("see Ann there", "ann"));

        Assert.Equal("Ann", "see Ann there"[start..end]);
    }

    [Fact]
    public void It_is_told_where_in_the_text_as_it_came()
    {
        const string Text = "n\u0303o, E\u0301mile!";

        var (start, end) = Assert.Single(Mentions.Find(Text, "émile"));

        Assert.Equal("E\u0301mile", Text[start..end]);
    }

    [Fact(Timeout = 10_000)]
    public Task A_text_of_marks_alone_is_looked_through_in_no_time()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 30_000));

        return Task.Run(() => Assert.Single(Mentions.Find("a" + marks + " ann", "ann")), TestContext.Current.CancellationToken);
    }
}

using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class LegacyWordsTests
{
    [Fact]
    public void A_sentence_with_a_number_is_right_for_one()
    {
        var words = LegacyWords.In(LegacyLanguage.English);

        Assert.Equal("messages missing here, damaged on the server: 1", words.Describe(new Gap(1, 5, 5, GapReason.Damaged)));
        Assert.Equal("messages missing here, no longer kept by the server: 1", words.Describe(new Gap(1, 5, 5, GapReason.Expired)));
        Assert.Equal("tea: present 1, messages 1", words.Describe(new RoomListItem(2, RoomKind.Public, "tea", 1, 1, 0)));
    }

    [Fact]
    public void A_ban_is_told_in_the_language_of_the_other_words_with_the_reason_as_the_admin_gave_it()
    {
        var banned = new Error(null, ErrorCode.Banned, "you are banned: spam");

        Assert.Equal("连接被关闭：你已被封禁（you are banned: spam）", LegacyWords.In(LegacyLanguage.Chinese).DescribeEnd(banned));
        Assert.Equal("the connection is closed: you are banned: spam", LegacyWords.In(LegacyLanguage.English).DescribeEnd(banned));
    }

    [Fact]
    public void An_end_is_told_with_its_reason_where_it_has_one()
    {
        var words = LegacyWords.In(LegacyLanguage.English);

        Assert.Equal("an admin has closed your connection: too loud", words.DescribeEnd(new Bye(ByeCode.Kicked, "too loud", null)));
        Assert.Equal("an admin has closed your connection", words.DescribeEnd(new Bye(ByeCode.Kicked, "", null)));
        Assert.Equal("服务器关闭", LegacyWords.In(LegacyLanguage.Chinese).DescribeEnd(new Bye(ByeCode.Shutdown, "", null)));
    }
}

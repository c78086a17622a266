using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class LegacyWordsTests
{
    [Fact]
    public void A_sentence_with_a_number_is_right_for_one()
    {
        var words = LegacyWords.In(LegacyLanguage.English);

        Assert.Equal("messages missing here, damaged on the server: 1", LegacyWords.Fill(words.Damaged, 1));
        Assert.Equal("messages missing here, no longer kept by the server: 1", LegacyWords.Fill(words.Expired, 1));
        Assert.Equal("tea: present 1, messages 1", LegacyWords.Fill(words.Room, "tea", 1, 1));
    }
}

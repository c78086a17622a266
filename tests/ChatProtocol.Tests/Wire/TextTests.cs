using Xunit;

namespace ChatProtocol.Tests;

public sealed class TextTests
{
    [Fact]
    public void The_length_is_in_bytes() => Assert.Equal(4, new Text("👋").Length);

    [Fact]
    public void Texts_with_the_same_bytes_are_equal()
    {
        Assert.True(Text.TryFromUtf8("héllo"u8.ToArray(), out var read));
        Assert.Equal(new Text("héllo"), read);
        Assert.Equal(new Text("héllo").GetHashCode(), read.GetHashCode());
        Assert.True(read != "hello");
    }

    [Fact]
    public void The_default_is_the_empty_text()
    {
        Assert.Equal(new Text(""), default);
        Assert.Equal("", default(Text).ToString());
    }

    [Theory, InlineData("c0af"), InlineData("eda080"), InlineData("e4b8"), InlineData("f4908080"), InlineData("ff")]
    [Spec("CP-ENC-005")]
    public void Bytes_that_are_no_UTF_8_are_no_text(string hex) => Assert.False(Text.TryFromUtf8(Convert.FromHexString(hex), out _));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() => Assert.Throws<System.Text.EncoderFallbackException>(() => new Text("\ud83d"));
}

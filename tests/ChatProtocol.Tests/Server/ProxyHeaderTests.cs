using System.Buffers;
using System.Text;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What a proxy says about whom a connection is for.</summary>
public sealed class ProxyHeaderTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 50000 9999\r\n", "192.0.2.7:50000")]
    [InlineData("PROXY TCP6 2001:db8::7 2001:db8::1 50000 9999\r\n", "[2001:db8::7]:50000")]
    [InlineData("PROXY UNKNOWN\r\n", null)]
    [InlineData("PROXY UNKNOWN ffff::1 whatever 1 2\r\n", null)]
    public void A_line_is_taken_with_its_end_and_nothing_behind_it(string line, string? source) =>
        AssertFound(Encoding.ASCII.GetBytes(line), source);

    [Theory]
    [InlineData("2111000CC0000207C6336401C350270F", "192.0.2.7:50000")]
    [InlineData("2111000FC0000207C6336401C350270F030000", "192.0.2.7:50000")]
    [InlineData("2121002420010DB800000000000000000000000720010DB8000000000000000000000001C350270F", "[2001:db8::7]:50000")]
    [InlineData("20000000", null)]
    [InlineData("2011000CC0000207C6336401C350270F", null)]
    [InlineData("21000000", null)]
    public void A_binary_one_is_taken_with_what_it_has_behind_the_addresses(string rest, string? source) =>
        AssertFound(Convert.FromHexString(Signature + rest), source);

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 50000\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 50000 9999 1\r\n")]
    [InlineData("PROXY TCP4 0xc0.2.7 198.51.100.1 50000 9999\r\n")]
    [InlineData("PROXY TCP4 2001:db8::7 198.51.100.1 50000 9999\r\n")]
    [InlineData("PROXY TCP6 192.0.2.7 2001:db8::1 50000 9999\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::1 50000 9999\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 050000 9999\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 65536 9999\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7 198.51.100.1 -1 9999\r\n")]
    [InlineData("PROXY UDP4 192.0.2.7 198.51.100.1 50000 9999\r\n")]
    [InlineData("PROXY \r\n")]
    public void A_line_that_is_wrong_is_not_believed(string line) =>
        Assert.Throws<ProxyHeaderException>(() => Parse(Encoding.ASCII.GetBytes(line)));

    [Fact]
    public void A_line_that_does_not_end_is_not_waited_for() =>
        Assert.Throws<ProxyHeaderException>(() => Parse(Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 93))));

    [Theory]
    [InlineData("1111000CC0000207C6336401C350270F")]
    [InlineData("2211000CC0000207C6336401C350270F")]
    [InlineData("21110008C0000207C6336401")]
    [InlineData("2112000CC0000207C6336401C350270F")]
    [InlineData("21110209")]
    public void A_binary_one_that_is_wrong_or_too_long_is_not_believed(string rest) =>
        Assert.Throws<ProxyHeaderException>(() => Parse(Convert.FromHexString(Signature + rest)));

    [Theory]
    [InlineData("00000007")]
    [InlineData("47455420")]
    [InlineData("50524F585A")]
    [InlineData("0D0A0D0A0A")]
    public void Anything_else_is_no_header_and_nothing_of_it_is_taken(string bytes) => AssertFound(Convert.FromHexString(bytes), null, length: 0);

    private static void AssertFound(byte[] header, string? source, int? length = null)
    {
        for (var i = 0; length is null && i < header.Length; i++)
            Assert.Null(Parse(header[..i]));
        var found = Parse([.. header, 0, 0, 0, 5])!.Value;
        Assert.Equal((length ?? header.Length, source), (found.Length, found.Source?.ToString()));
    }

    /// <summary>Null if more is needed.</summary>
    private static ProxyHeader.Found? Parse(byte[] bytes) =>
        ProxyHeader.TryParse(new ReadOnlySequence<byte>(bytes), out var found) ? found : null;
}

using System.Net;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class AddressRangeTests
{
    [Spec("CP-BAN-004")]
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7/32", "203.0.113.7")]
    [InlineData("203.0.113.7/24", "203.0.113.0/24")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7/120", "203.0.113.0/24")]
    [InlineData("64:ff9b::203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:3::4/128", "2001:db8:1:2:3::4/128")]
    [InlineData("2001:DB8::/33", "2001:db8::/33")]
    [InlineData("fe80::1", "fe80::1/128")]
    [InlineData("::/0", "::/0")]
    public void It_is_read_as_people_write_it_and_written_as_it_is_read(string text, string written)
    {
        var range = AddressRange.Parse(text);

        Assert.Equal(written, range.ToString());
        Assert.Equal(range, AddressRange.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("10.1")]
    [InlineData("0x0a.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0.1/+8")]
    [InlineData("10.0.0.1/8/8")]
    [InlineData("10.0.0.1:80")]
    [InlineData("[::1]")]
    [InlineData("::1%1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::ffff:10.0.0.1/64")]
    [InlineData("mallory")]
    [InlineData("a/b")]
    public void What_may_be_a_name_or_means_nothing_is_no_address(string text) => Assert.Null(AddressRange.Parse(text));

    [Theory]
    [InlineData("203.0.113.7:50000", "203.0.113.7")]
    [InlineData("[::ffff:203.0.113.7]:50000", "203.0.113.7")]
    [InlineData("[2001:db8::1]:50000", "2001:db8::1/128")]
    [InlineData("[fe80::1%3]:50000", "fe80::1/128")]
    public void A_connections_end_has_an_address(string endpoint, string address) => Assert.Equal(address, AddressRange.OfEndpoint(endpoint).ToString());

    [Theory]
    [InlineData("unix")]
    [InlineData("/run/chat.sock")]
    [InlineData("admin")]
    public void A_Unix_socket_has_none(string endpoint) => Assert.Null(AddressRange.OfEndpoint(endpoint));

    [Fact]
    public void A_range_has_what_begins_with_its_bits_and_nothing_of_the_other_family()
    {
        var all = AddressRange.Parse("::/0")!.Value;
        var some = AddressRange.Parse("203.0.112.0/23")!.Value;

        Assert.True(some.Contains(AddressRange.Of(IPAddress.Parse("203.0.113.255"))));
        Assert.False(some.Contains(AddressRange.Of(IPAddress.Parse("203.0.114.0"))));
        Assert.False(some.Contains(some.Cut(22)));
        Assert.False(all.Contains(some));
        Assert.Throws<ArgumentOutOfRangeException>(() => some.Cut(24));
    }
}

using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class ChatAddressTests
{
    [Fact]
    public void An_address_binds_from_the_text_of_a_setting_and_says_what_is_wrong_with_it()
    {
        var converter = TypeDescriptor.GetConverter(typeof(ChatAddress));
        Assert.Equal(ChatAddress.Parse("unix:/run/chat"), converter.ConvertFromInvariantString("unix:/run/chat"));
        Assert.Equal("chat://[::1]:5", converter.ConvertToInvariantString(ChatAddress.Parse("chat://[::1]:5")));
        Assert.Contains("'http://x' is not a server's address", Assert.Throws<FormatException>(() => converter.ConvertFromInvariantString("http://x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_is_parsable_like_any_value()
    {
        Assert.Equal(ChatAddress.Default, Parse<ChatAddress>("chat://127.0.0.1"));
        Assert.False(ChatAddress.TryParse(null, null, out _));
        Assert.False(ChatAddress.TryParse("nowhere", null, out _));
        Assert.True(ChatAddress.TryParse("chat://h:1", null, out var address));
        Assert.Equal(1, address.Port);

        static T Parse<T>(string text)
            where T : IParsable<T> => T.Parse(text, null);
    }

    [Fact(Timeout = 10_000)]
    public async Task Of_several_addresses_the_one_that_answers_is_taken_wherever_it_stands()
    {
        using var good = new TcpListener(IPAddress.Loopback, 0);
        good.Start();
        var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        var nobody = dead.LocalEndpoint;
        dead.Stop();

        var (socket, endpoint) = await AddressRace.RunAsync([nobody, good.LocalEndpoint], TimeProvider.System, TestContext.Current.CancellationToken);

        using (socket)
            Assert.Equal(good.LocalEndpoint, endpoint);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_address_that_does_not_answer_at_all_costs_a_quarter_of_a_second()
    {
        // Connections that wait to be accepted fill its backlog, and further ones hang.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using var filling = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await filling.ConnectAsync(full.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var good = new TcpListener(IPAddress.Loopback, 0);
        good.Start();
        var time = new FakeTimeProvider();

        var racing = AddressRace.RunAsync([full.LocalEndPoint!, good.LocalEndpoint], time, TestContext.Current.CancellationToken);
        Assert.False(good.Pending());
        time.Advance(TimeSpan.FromMilliseconds(250));
        var (socket, endpoint) = await racing;

        using (socket)
            Assert.Equal(good.LocalEndpoint, endpoint);
    }

    [Fact(Timeout = 10_000)]
    public async Task If_none_can_be_reached_the_first_ones_reason_is_told()
    {
        var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start();
        var nobody = dead.LocalEndpoint;
        dead.Stop();

        var e = await Assert.ThrowsAsync<SocketException>(() => AddressRace.RunAsync([nobody, nobody], TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
    }

    [Theory]
    [InlineData("chat://127.0.0.1:9999", "127.0.0.1", 9999, "chat://127.0.0.1:9999")]
    [InlineData("chat://example.org", "example.org", 9999, "chat://example.org:9999")]
    [InlineData("CHAT://example.org:1/", "example.org", 1, "chat://example.org:1")]
    [InlineData("chat://[::1]", "::1", 9999, "chat://[::1]:9999")]
    [InlineData("chat://[fe80::1]:65535", "fe80::1", 65535, "chat://[fe80::1]:65535")]
    [InlineData("chats://example.org", "example.org", 9999, "chats://example.org:9999")]
    [InlineData("legacy://127.0.0.1", "127.0.0.1", 9999, "legacy://127.0.0.1:9999")]
    public void A_host_and_port_is_read_and_shown_in_full(string text, string host, int port, string shown)
    {
        var address = ChatAddress.Parse(text);

        Assert.Equal((host, port, null, shown), (address.Host, address.Port, address.Path, address.ToString()));
    }

    [Fact]
    public void A_unix_path_is_taken_as_it_is()
    {
        var address = ChatAddress.Parse("unix:/run/chat:d/a b.sock");

        Assert.Equal((null, "/run/chat:d/a b.sock", "unix:/run/chat:d/a b.sock"), (address.Host, address.Path, address.ToString()));
    }

    [Theory]
    [InlineData("", "expected chats://HOST:PORT")]
    [InlineData("localhost:9999", "expected chats://HOST:PORT")]
    [InlineData("http://localhost", "expected chats://HOST:PORT")]
    [InlineData("chat://", "the host is missing")]
    [InlineData("chat://:80", "the host is missing")]
    [InlineData("chat://host:0", "'0' is not a number from 1 to 65535")]
    [InlineData("chat://host:65536", "'65536'")]
    [InlineData("chat://host:", "the port ''")]
    [InlineData("chat://host:+1", "'+1'")]
    [InlineData("chat://::1", "brackets")]
    [InlineData("chat://[::1", "not closed")]
    [InlineData("chat://[::1]9999", "only a port")]
    [InlineData("chat://[1.2.3.4]", "not an IPv6 address")]
    [InlineData("chat://ann@host", "is not a host")]
    [InlineData("chat://host/room", "is not a host")]
    [InlineData("unix:relative", "begin with /")]
    [InlineData("unix:", "begin with /")]
    public void What_is_no_address_is_refused_with_the_reason(string text, string reason)
    {
        var e = Assert.Throws<FormatException>(() => ChatAddress.Parse(text));

        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains($"'{text}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void A_socket_path_is_as_long_as_the_system_takes_it(int length, bool fits) =>
        Assert.Equal(fits, ChatAddress.TryParse("unix:/" + new string('x', length - 1), out _, out _));

    [Fact]
    public void The_default_is_port_9999_on_loopback() => Assert.Equal(ChatAddress.Parse("chat://127.0.0.1"), ChatAddress.Default);
}

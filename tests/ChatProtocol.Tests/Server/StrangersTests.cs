using System.Net;
using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Those who are not near, whom one machine has where loopback is not near either, and those whom a proxy speaks for.</summary>
public sealed class StrangersTests
{
    [Fact(Timeout = 20_000)]
    public async Task One_connection_too_many_of_an_address_is_told_so_in_what_it_speaks_and_others_get_in()
    {
        await using var server = await TestServer.StartAsync(o => o with { NearAddresses = ["unix"], Far = new GuestBounds { Connections = 1 } });
        await server.LogInAsync("ann");

        var native = await server.ConnectAsync();
        await native.SendAsync(native.Hello());
        var error = await native.ReceiveAsync<Error>();
        Assert.Equal((ErrorCode.TooManyConnections, "127.0.0.1 has 1 connections already, and may have no more; close some, or come back later"), (error.Reason, error.Text));
        Assert.NotNull(error.RetryAfter);
        await native.ClosedAsync();
        await using var text = await TextClient.ConnectAsync(server.Tcp);
        await text.SendAsync("hello\n");
        Assert.Equal(["*** 来自你的地址的连接太多，请关闭一些，或稍后再来"], await text.ReadToEndAsync());
        var browser = await server.ConnectAsync();
        await browser.SendBytesAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 429 ", Encoding.ASCII.GetString(await browser.ReadToEndAsync()), StringComparison.Ordinal);

        await (await server.OpenAsync(server.AdminSocket)).LogInAsAdminAsync();
    }

    [Fact(Timeout = 20_000)]
    public async Task Whoever_logs_in_makes_room_among_those_who_have_not()
    {
        await using var server = await TestServer.StartAsync(o => o with { NearAddresses = ["none"], Far = new GuestBounds { Pending = 1 } });
        var first = await server.ConnectAsync();
        await first.SendAsync(first.Hello());
        await first.ReceiveAsync<Welcome>();
        var second = await server.ConnectAsync();
        await second.SendAsync(second.Hello());
        Assert.Contains("not logged in", (await second.ReceiveAsync<Error>()).Text, StringComparison.Ordinal);

        await first.SendAsync(first.LoginOf("ann"));
        await first.ReceiveAsync<LoggedIn>();

        await server.LogInAsync("bob");
    }

    [Fact(Timeout = 20_000)]
    public async Task Silent_ones_of_one_address_leave_those_of_others_their_places()
    {
        await using var server = await TestServer.StartAsync(o => o with { Proxies = ["127.0.0.1"], Far = new GuestBounds { Silent = 1 } });
        await using var first = await TextBehindAsync(server, "192.0.2.1");
        await first.UntilAsync("*** 欢迎");

        await using var second = await TextBehindAsync(server, "192.0.2.1");
        Assert.Equal(["*** 服务器的连接已满，请稍后再来"], await second.ReadToEndAsync());
        await using var other = await TextBehindAsync(server, "192.0.2.2");
        await other.UntilAsync("*** 欢迎");
    }

    [Fact(Timeout = 20_000)]
    public async Task Admins_see_whom_a_proxy_speaks_for()
    {
        await using var server = await TestServer.StartAsync(o => o with { Proxies = ["127.0.0.0/8"] });
        var admin = await server.AdminAsync();
        var client = await server.ConnectAsync();

        // In two pieces, as networks have it.
        await client.SendBytesAsync("PROXY TCP6 2001:db8:1:"u8.ToArray());
        await client.SendBytesAsync("2::7 ::1 50000 9999\r\n"u8.ToArray());
        await client.LogInAsync("ann");

        var items = (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items;
        Assert.Equal("[2001:db8:1:2::7]:50000", items.Single(item => item.Name == "ann").Address);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_header_from_anybody_but_a_proxy_is_another_protocols_greeting()
    {
        await using var server = await TestServer.StartAsync(o => o with { Proxies = ["192.0.2.9"] });
        await using var text = await TextClient.ConnectAsync(server.Tcp);

        await text.SendAsync("PROXY TCP4 192.0.2.7 198.51.100.1 50000 9999\r\n");

        Assert.DoesNotContain(await text.ReadToEndAsync(), line => line.Contains("guest-", StringComparison.Ordinal));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_proxys_header_that_is_wrong_closes_the_connection_and_is_logged()
    {
        await using var server = await TestServer.StartAsync(o => o with { Proxies = ["127.0.0.1"] });
        server.Log.Expect("a connection of the proxy 127.0.0.1");
        var client = await server.ConnectAsync();

        await client.SendBytesAsync("PROXY TCP4 nobody\r\n"u8.ToArray());

        Assert.Empty(await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.2", "127.0.0.2", false)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("64:ff9b::c000:207", "192.0.2.7", false)]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", false)]
    [InlineData("fe80::1", "fe80::1", false)]
    public void What_is_counted_as_one_address_and_what_is_near(string address, string key, bool isNear)
    {
        var origins = new OriginResolver(AddressSet.Parse(["unix", "127.0.0.1", "::1"], "near"), AddressSet.Parse([], "proxy"), TimeProvider.System);

        Assert.Equal(new Origin(key, isNear), origins.Of(new IPEndPoint(IPAddress.Parse(address), 1)));
        Assert.Equal(new Origin(key, IsNear: false), origins.Behind(new IPEndPoint(IPAddress.Parse(address), 1)));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.1.2.3", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("none", "127.0.0.1", false)]
    public void Prefixes_are_named_too(string name, string address, bool isIn) =>
        Assert.Equal(isIn, AddressSet.Parse([name], "near").Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("localhost", "near localhost: use addresses")]
    [InlineData("10.0.0.0/33", "near 10.0.0.0/33: that is no prefix")]
    [InlineData("1", "near 1: use addresses")]
    [InlineData("none,unix", "near none,unix: none stands by itself")]
    public void What_names_no_address_is_refused(string names, string sentence) =>
        Assert.StartsWith(sentence, Assert.Throws<ServerException>(() => AddressSet.Parse(names.Split(','), "near")).Message, StringComparison.Ordinal);

    private static async Task<TextClient> TextBehindAsync(TestServer server, string address)
    {
        var client = await TextClient.ConnectAsync(server.Tcp);
        await client.SendAsync($"PROXY TCP4 {address} 198.51.100.1 50000 9999\r\n");
        return client;
    }
}

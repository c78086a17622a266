using System.Text;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Whom HTTP believes: the connection, and no header.</summary>
public sealed class HttpBanTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n", Forbidden = "HTTP/1.1 403 Forbidden\r\n";

    [Spec("CP-BAN-003")]
    [Fact(Timeout = 60_000)]
    public async Task A_banned_address_gets_no_page_whatever_its_request_says_of_itself()
    {
        using var folder = new TemporaryFolder();
        // The runtime has a switch by which everything in a process would believe the header.
        await using var chatd = await ChatdProcess.StartAsync(
            new Dictionary<string, string> { ["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true" },
            "--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--near", "unix", "--proxy", "127.0.0.1");
        await using var admin = await (await RawClient.ConnectAsync(chatd.Admin)).LogInAsAdminAsync();
        await admin.AskAsync<BanList>(new Ban(admin.NextId(), null, "192.0.2.7", null, 3_600_000, "spam", DryRun: false, Force: false));

        Assert.StartsWith(Ok, await GetAsync(chatd, "192.0.2.8", "X-Forwarded-For: 192.0.2.7\r\n"), StringComparison.Ordinal);
        var refused = await GetAsync(chatd, "192.0.2.7", "X-Forwarded-For: 192.0.2.8\r\nForwarded: for=192.0.2.8\r\nX-Real-IP: 192.0.2.8\r\n");

        Assert.StartsWith(Forbidden, refused, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", refused, StringComparison.Ordinal);
        Assert.Matches("\r\nRetry-After: 3[56]\\d\\d\r\n", refused);
        Assert.Contains("you are banned: spam\n", refused, StringComparison.Ordinal);
        await admin.AskAsync<Ok>(new Unban(admin.NextId(), null, null, "192.0.2.7"));
        Assert.StartsWith(Ok, await GetAsync(chatd, "192.0.2.7", ""), StringComparison.Ordinal);
    }

    [Spec("CP-BAN-003")]
    [Fact(Timeout = 60_000)]
    public async Task A_ban_holds_from_the_next_request_of_a_connection_that_was_there_before()
    {
        await using var server = await TestServer.StartAsync(o => o with { NearAddresses = ["unix"] });
        var browser = await server.ConnectAsync();
        await browser.SendBytesAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.StartsWith(Ok, await browser.ReadUntilAsync("</html>"), StringComparison.Ordinal);

        var admin = await server.AdminAsync();
        await admin.AskAsync<BanList>(new Ban(admin.NextId(), null, "127.0.0.1", null, null, "", DryRun: false, Force: true));
        await browser.SendBytesAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        Assert.StartsWith(Forbidden, Encoding.UTF8.GetString(await browser.ReadToEndAsync()), StringComparison.Ordinal);
    }

    /// <summary>By way of a proxy that says whom it speaks for.</summary>
    private static async Task<string> GetAsync(ChatdProcess chatd, string from, string headers)
    {
        await using var browser = await RawClient.ConnectAsync(chatd.Tcp);
        await browser.SendBytesAsync(Encoding.ASCII.GetBytes($"PROXY TCP4 {from} 198.51.100.1 50000 9999\r\nGET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"));
        return Encoding.UTF8.GetString(await browser.ReadToEndAsync());
    }
}

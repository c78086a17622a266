using ChatProtocol.Server;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ChatProtocol.Tests;

[Spec("CP-WSK-002", "CP-WSK-003")]
public sealed class WebOriginsTests
{
    private static readonly WebOrigins Origins = new(["https://chat.example.org", "http://10.0.0.5:8080", "https://bücher.example"], name => name is "certified.example");

    [Theory]
    [InlineData("127.0.0.1:9999")]
    [InlineData("192.168.1.7")]
    [InlineData("[fe80::1]:9999")]
    [InlineData("localhost:80")]
    [InlineData("LOCALHOST")]
    [InlineData("chat.example.org:1234")]
    [InlineData("certified.example")]
    [InlineData("xn--bcher-kva.example")]
    public void The_server_goes_by_its_addresses_and_by_names_that_are_its_own(string host) => Assert.Null(Refusal(host, "/"));

    [Theory]
    [InlineData("evil.example")]
    [InlineData("chat.example.org.evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("other.certified.example")]
    [InlineData("")]
    public void It_goes_by_no_other_name_and_says_what_to_do(string host)
    {
        Assert.Contains("does not go by the name", Refusal(host, "/"), StringComparison.Ordinal);
        Assert.Contains("--allow-origin", Refusal(host, "/ws"), StringComparison.Ordinal);
    }

    [Fact]
    public void This_machines_name_is_its_own()
    {
        Assert.Null(Refusal(System.Net.Dns.GetHostName(), "/"));
        Assert.Null(Refusal($"{System.Net.Dns.GetHostName()}.local:9999", "/"));
    }

    [Theory]
    [InlineData("http", "127.0.0.1:9999", "http://127.0.0.1:9999")]
    [InlineData("http", "127.0.0.1", "http://127.0.0.1")]
    [InlineData("https", "certified.example", "https://certified.example")]
    [InlineData("http", "localhost:9999", "https://chat.example.org")]
    [InlineData("http", "chat.example.org", "https://chat.example.org")]
    [InlineData("http", "localhost:9999", "http://10.0.0.5:8080")]
    [InlineData("http", "localhost:9999", "https://xn--bcher-kva.example")]
    [InlineData("http", "localhost:9999", null)]
    public void Its_own_page_those_that_are_allowed_and_programs_may_open_a_WebSocket(string scheme, string host, string? origin) =>
        Assert.Null(Refusal(host, "/ws", origin, scheme));

    [Theory]
    [InlineData("http://localhost:9998")]
    [InlineData("https://localhost:9999")]
    [InlineData("http://127.0.0.1:9999")]
    [InlineData("http://localhost:9999/")]
    [InlineData("http://localhost:9999@evil.example")]
    [InlineData("http://chat.example.org")]
    [InlineData("https://chat.example.org:8443")]
    [InlineData("https://sub.chat.example.org")]
    [InlineData("ftp://localhost:9999")]
    [InlineData("null")]
    [InlineData("nonsense")]
    public void No_other_page_may(string origin)
    {
        Assert.NotNull(Refusal("localhost:9999", "/ws", origin));
        Assert.Null(Refusal("localhost:9999", "/", origin));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("chat.example.org")]
    [InlineData("https://chat.example.org/")]
    [InlineData("https://chat.example.org/chat")]
    [InlineData("https://user@chat.example.org")]
    [InlineData("wss://chat.example.org")]
    [InlineData("null")]
    public void An_origin_that_is_none_is_no_setting(string origin)
    {
        var fault = Assert.Single(WebOrigins.FaultsOf([origin]));
        Assert.StartsWith($"allow-origin {origin}: use the beginning of a page's address", fault.Message, StringComparison.Ordinal);
    }

    private static string? Refusal(string host, string path, string? origin = null, string scheme = "http")
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Path) = (scheme, new HostString(host), path);
        if (origin is not null)
            request.Headers.Origin = origin;
        return Origins.FindRefusal(request);
    }
}

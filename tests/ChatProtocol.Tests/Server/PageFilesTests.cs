using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The page as a browser gets it, over real sockets.</summary>
public sealed partial class PageFilesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task The_page_and_all_that_it_names_come_from_here_with_their_types_and_nothing_inline_may_run()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);

        using var page = await browser.GetAsync("/", Stop);
        var html = await page.Content.ReadAsStringAsync(Stop);
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType!.ToString());
        Assert.True(page.Headers.CacheControl!.NoCache);
        var named = Named().Matches(html).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.StartsWith("./", file, StringComparison.Ordinal));
        Assert.DoesNotMatch("<script[^>]*>[^<]|<style|style=|onload=", html);
        foreach (var file in named)
        {
            using var response = await browser.GetAsync(file[1..], Stop);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal(TypeOf(file), response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(file.StartsWith("./assets/", StringComparison.Ordinal), response.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_is_packed_for_browsers_that_say_so_and_is_not_sent_again_while_it_is_the_same()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);
        var html = await browser.GetByteArrayAsync("/", Stop);
        browser.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));

        using var packed = await browser.GetAsync("/", Stop);
        await using var unpacked = new GZipStream(await packed.Content.ReadAsStreamAsync(Stop), CompressionMode.Decompress);
        using var content = new MemoryStream();
        await unpacked.CopyToAsync(content, Stop);
        browser.DefaultRequestHeaders.IfNoneMatch.Add(packed.Headers.ETag!);
        using var again = await browser.GetAsync("/", Stop);

        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.Equal(html, content.ToArray());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Stop));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("HEAD", "/", 200)]
    [InlineData("POST", "/", 405)]
    [InlineData("DELETE", "/index.html", 405)]
    [InlineData("GET", "/index.html", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/assets/", 404)]
    [InlineData("GET", "/assets/../../../etc/passwd", 404)]
    [InlineData("GET", "/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("GET", "/ws", 426)]
    public async Task Only_what_is_there_can_be_read(string method, string path, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await browser.SendAsync(request, Stop);

        Assert.Equal(status, (int)response.StatusCode);
        if (method == "HEAD")
            Assert.Empty(await response.Content.ReadAsByteArrayAsync(Stop));
        else
            Assert.EndsWith("\n", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private static HttpClient Browser(TestServer server) => new() { BaseAddress = new Uri($"http://{server.Tcp}/") };

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".js" => "text/javascript",
        ".css" => "text/css",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        ".webmanifest" => "application/manifest+json",
        var other => other,
    };

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Named();
}

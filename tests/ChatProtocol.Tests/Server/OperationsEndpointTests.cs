using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Health and metrics of the real chatd, at the endpoint of <c>--metrics</c>.</summary>
public sealed class OperationsEndpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 40_000)]
    public async Task There_is_no_such_endpoint_unless_it_is_wanted_and_never_at_the_chat_port()
    {
        await using var without = await ChatdProcess.StartAsync("--data", _folder.File("a"), "--listen", "tcp://127.0.0.1:0");
        Assert.Equal(["tcp", "admin"], without.Endpoints.Select(endpoint => endpoint.Split(':')[0]));

        await using var with = await StartAsync();
        foreach (var chatd in (ChatdProcess[])[without, with])
            foreach (var path in (string[])["metrics", "livez", "readyz"])
                Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"http://{chatd.Tcp}/{path}", Stop)).StatusCode);
        await with.SaysAsync($"health and metrics at {with.Metrics}");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_scraped_under_load_is_well_formed_grows_and_agrees_with_what_was_done()
    {
        await using var chatd = await StartAsync();
        var clients = new List<RawClient>();
        for (var i = 0; i < 4; i++)
            clients.Add(await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync($"load{i}"));
        var room = 0UL;
        foreach (var client in clients)
            room = (await client.JoinAsync("tea")).Room;
        var loads = clients.Select(client => Task.Run(() => PostAsync(client, room, 500), Stop)).ToList();
        var (posts, turns) = (0.0, 0.0);
        while (!Task.WhenAll(loads).IsCompleted)
        {
            var scraped = await ScrapeAsync(chatd);
            Assert.InRange(scraped["chatd_posts_total"], posts, 2000);
            Assert.True(scraped["chatd_hub_turn_seconds_count"] >= turns, "turns grow");
            (posts, turns) = (scraped["chatd_posts_total"], scraped["chatd_hub_turn_seconds_count"]);
        }
        await Task.WhenAll(loads);
        await clients[0].AskAsync<Error>(new Join(clients[0].NextId(), "tea", PresenceMode.None, null, null));

        await Eventually.TrueAsync(async () => (await ScrapeAsync(chatd))["chatd_entries_sent_total"] == 4 * 2000, "every member was sent every entry");
        var last = await ScrapeAsync(chatd);
        Assert.Equal(2000, last["chatd_posts_total"]);
        Assert.Equal(4, last["chatd_sessions"]);
        Assert.Equal(4, last["""chatd_connections{transport="tcp"}"""]);
        Assert.Equal(2, last["chatd_rooms"]);
        Assert.Equal(1, last["""chatd_refusals_total{code="already-joined"}"""]);
        Assert.Equal(4, last["""chatd_logins_total{kind="guest-key",result="ok"}"""]);
        Assert.Equal(("histogram", "counter", "gauge"), (last.TypeOf("chatd_commit_seconds"), last.TypeOf("chatd_posts_total"), last.TypeOf("chatd_sessions")));
        Assert.InRange(last["chatd_commit_seconds_count"], 1, 2010);
        Assert.InRange(last["process_resident_memory_bytes"], 1 << 20, 1 << 30);
        Assert.InRange(last["chatd_disk_free_bytes"], 1, double.MaxValue);
        foreach (var client in clients)
            await client.DisposeAsync();
        await Eventually.TrueAsync(async () => (await ScrapeAsync(chatd))["""chatd_connections{transport="tcp"}"""] == 0, "connections that have ended are counted no more");
    }

    [Fact(Timeout = 40_000)]
    public async Task Refused_logins_and_errors_without_a_request_are_counted()
    {
        await using var chatd = await StartAsync();
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
        await using var other = await RawClient.ConnectAsync(chatd.Tcp);
        await other.SendAsync(other.Hello());
        await other.ReceiveAsync<Welcome>();
        Assert.Equal(ErrorCode.NameTaken, (await other.AskAsync<Error>(new Login(other.NextId(), "ann", CredentialKind.GuestKey, new byte[32], null, false, null))).Reason);
        await using var rude = await RawClient.ConnectAsync(chatd.Tcp);
        await rude.SendBytesAsync(new byte[] { 0, 0, 0, 3, 0x93, 0xc1, 0xc1 });
        await rude.ReadToEndAsync();

        var scraped = await ScrapeAsync(chatd);
        Assert.Equal(1, scraped["""chatd_logins_total{kind="guest-key",result="refused"}"""]);
        Assert.Equal(1, scraped["""chatd_logins_total{kind="guest-key",result="ok"}"""]);
        Assert.Equal(1, scraped["""chatd_refusals_total{code="malformed"}"""]);
        Assert.Equal(1, scraped["""chatd_refusals_total{code="name-taken"}"""]);
    }

    [Fact(Timeout = 40_000)]
    public async Task Tls_has_its_handshakes_and_the_end_of_its_certificate()
    {
        await using var chatd = await StartWithTlsAsync();
        await using var ann = await (await RawClient.ConnectTlsAsync(chatd.Tls)).LogInAsync("ann");
        await using var plain = await RawClient.ConnectAsync(chatd.Tls);
        await plain.SendBytesAsync(new byte[] { 0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0 });
        await plain.ReadToEndAsync();

        await Eventually.TrueAsync(async () => (await ScrapeAsync(chatd))["""chatd_handshakes_total{result="failed"}"""] == 1, "the failed handshake is counted");
        var scraped = await ScrapeAsync(chatd);
        Assert.Equal(1, scraped["""chatd_handshakes_total{result="ok"}"""]);
        Assert.Equal(1, scraped["""chatd_connections{transport="tls"}"""]);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds((long)scraped["chatd_certificate_expiry_timestamp_seconds"]), DateTimeOffset.UtcNow.AddYears(9), DateTimeOffset.UtcNow.AddYears(11));
    }

    [Fact(Timeout = 40_000)]
    public async Task A_server_lives_and_is_ready()
    {
        await using var chatd = await StartAsync();
        foreach (var path in (string[])["livez", "readyz"])
            Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync(chatd, path));
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(chatd, "")).Status);
        using var post = await _http.PostAsync($"{chatd.Metrics}/metrics", new StringContent("x"), Stop);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);
        using var head = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"{chatd.Metrics}/livez"), Stop);
        Assert.Equal((HttpStatusCode.OK, ""), (head.StatusCode, await head.Content.ReadAsStringAsync(Stop)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_drains_is_not_ready_before_anybody_is_told_and_lives()
    {
        await using var chatd = await StartAsync("--stop-grace", "4s");
        await using var stalled = await (await RawClient.ConnectAsync(chatd.Tcp, receiveBuffer: 2048)).LogInAsync("stalled");
        // What it does not read holds the end up.
        var sending = Record.ExceptionAsync(() => stalled.SendAsync(Enumerable.Range(1, 200_000).Select(n => new Ping((ulong)n)))).AsTask();
        await Eventually.TrueAsync(async () => (await ScrapeAsync(chatd))["chatd_queued_bytes"] > 10_000, "it owes much");

        chatd.Signal(PosixSignal.SIGTERM);

        await Eventually.TrueAsync(async () => await AskAsync(chatd, "readyz") == (HttpStatusCode.ServiceUnavailable, "the server is stopping\n"), "it is not ready");
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync(chatd, "livez"));
        Assert.Equal(0, await chatd.ExitAsync());
        await sending;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_whose_disk_is_almost_full_lives_and_is_ready_again_once_there_is_room()
    {
        void Write(string floor) => File.WriteAllText(_folder.File("c.json"), $$"""{ "disk-floor": "{{floor}}" }""");
        Write("1000000G");
        await using var chatd = await StartAsync("--config", _folder.File("c.json"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the disk is almost full, and posts are refused\n"), await AskAsync(chatd, "readyz"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync(chatd, "livez"));

        Write("0");
        chatd.Signal(PosixSignal.SIGHUP);
        await Eventually.TrueAsync(async () => await AskAsync(chatd, "readyz") == (HttpStatusCode.OK, "ok\n"), "it is ready again");
    }

    [Fact(Timeout = 60_000)]
    public async Task Whatever_strangers_send_there_is_bounded_and_holds_up_nobody_else()
    {
        await using var chatd = await StartAsync();
        var place = IPEndPoint.Parse(new Uri(chatd.Metrics).Authority);
        Assert.StartsWith("HTTP/1.1 431 ", await SayAsync(place, $"GET /metrics HTTP/1.1\r\nHost: x\r\nA: {new string('a', 10_000)}\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 431 ", await SayAsync(place, $"GET /metrics HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"A{i}: a\r\n"))}\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 414 ", await SayAsync(place, $"GET /{new string('a', 3000)} HTTP/1.1\r\nHost: x\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await SayAsync(place, "\0\0\0\u0005hello\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await SayAsync(place, "GET /metrics/../livez%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

        // Half requests have a deadline, however many there are, and what they are promised is not waited for.
        var halves = Enumerable.Range(0, 20).Select(i => SayAsync(place, i % 2 == 0 ? "GET /met" : "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\nabc")).ToList();
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await AskAsync(chatd, "livez"));
        Assert.All(await Task.WhenAll(halves), answer => Assert.Matches(@"\AHTTP/1\.1 (408|405) ", answer));

        await ScrapeAsync(chatd);
    }

    [Fact(Timeout = 60_000)]
    public async Task More_connections_than_there_may_be_are_closed_and_those_that_end_make_room()
    {
        await using var chatd = await StartAsync();
        var place = IPEndPoint.Parse(new Uri(chatd.Metrics).Authority);
        var idle = new List<Socket>();
        for (var i = 0; i < 64; i++)
        {
            idle.Add(new Socket(SocketType.Stream, ProtocolType.Tcp));
            await idle[^1].ConnectAsync(place, Stop);
            await idle[^1].SendAsync("G"u8.ToArray(), Stop);
        }
        await Eventually.TrueAsync(async () => await SayAsync(place, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "", "one more is closed");

        idle.ForEach(socket => socket.Dispose());
        await Eventually.TrueAsync(
            async () => (await SayAsync(place, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal), "there is room again");
    }

    [Fact(Timeout = 40_000)]
    public async Task The_dashboard_names_no_metric_that_there_is_not()
    {
        await using var chatd = await StartWithTlsAsync();
        var scraped = await ScrapeAsync(chatd);
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.PathOf("tools", "chatd", "grafana", "chatd.json"), Stop));
        var asked = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)
            .SelectMany(expression => Regex.Matches(expression, "[a-z_]+(?=\\{)").Select(name => name.Value)).ToHashSet();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(name, scraped.Names));
    }

    [Fact(Timeout = 40_000)]
    public async Task The_manuals_table_is_what_there_is_to_scrape()
    {
        await using var chatd = await StartWithTlsAsync();
        var scraped = await ScrapeAsync(chatd);
        var rows = scraped.Families.Select(family => $"| `{family}` | {string.Join(", ", scraped.LabelsOf(family).Select(label => $"`{label}`"))} | {scraped.TypeOf(family)} | {scraped.HelpOf(family)} |").ToList();

        var path = Repository.PathOf("tools", "chatd", "README.md");
        var manual = (await File.ReadAllLinesAsync(path, Stop)).ToList();
        var first = manual.IndexOf("<!-- as /metrics has it: metrics -->") + 3;
        var shown = manual.Skip(first).TakeWhile(line => line.StartsWith('|')).ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            manual.RemoveRange(first, shown.Count);
            manual.InsertRange(first, rows);
            await File.WriteAllLinesAsync(path, manual, Stop);
        }
        else
            Assert.Equal(rows, shown);
    }

    [Theory(Timeout = 40_000)]
    [InlineData("127.0.0.1:9464")]
    [InlineData("https://127.0.0.1:9464")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:70000")]
    [InlineData("http://example.org:9464")]
    [InlineData("http://::1:9464")]
    [InlineData("http://127.0.0.1:9464/metrics")]
    public async Task A_url_that_is_wrong_is_said_with_one_that_is_right(string url)
    {
        var (exit, error) = await ChatdProcess.RunAsync("--data", _folder.File("data"), "--metrics", url);

        Assert.Equal(2, exit);
        Assert.StartsWith($"chatd: metrics {url}: use http://ADDRESS:PORT, with an IP address and a port from 0 to 65535, such as http://127.0.0.1:9464", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 40_000)]
    public async Task A_url_that_is_wrong_is_found_by_the_check_with_its_place()
    {
        File.WriteAllText(_folder.File("c.json"), """{ "metrics": "http://nowhere" }""");
        var (exit, error) = await ChatdProcess.RunAsync("config", "check", "--data", _folder.File("data"), "--config", _folder.File("c.json"));

        Assert.Equal(2, exit);
        Assert.Contains($"{_folder.File("c.json")}:1: metrics http://nowhere: use http://ADDRESS:PORT", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 40_000)]
    public async Task A_port_that_is_taken_ends_the_start_in_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (exit, error) = await ChatdProcess.RunAsync("--data", _folder.File("data"), "--listen", "tcp://127.0.0.1:0", "--metrics", $"http://{other.LocalEndpoint}");

        Assert.Equal(1, exit);
        Assert.EndsWith($"chatd: metrics cannot be served at http://{other.LocalEndpoint}: it is in use. Choose another port with --metrics\n", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private Task<ChatdProcess> StartAsync(params string[] more) =>
        ChatdProcess.StartAsync(["--data", _folder.File("data"), "--listen", "tcp://127.0.0.1:0", "--metrics", "http://127.0.0.1:0", .. more]);

    private Task<ChatdProcess> StartWithTlsAsync() =>
        ChatdProcess.StartAsync("--data", _folder.File("data"), "--listen", "tls://127.0.0.1:0", "--metrics", "http://127.0.0.1:0");

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(ChatdProcess chatd, string path)
    {
        using var answer = await _http.GetAsync($"{chatd.Metrics}/{path}", Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private async Task<PrometheusText> ScrapeAsync(ChatdProcess chatd)
    {
        using var answer = await _http.GetAsync($"{chatd.Metrics}/metrics", Stop);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return PrometheusText.Parse(await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>Sends bytes and gives all that comes until the connection ends.</summary>
    private static async Task<string> SayAsync(IPEndPoint place, string bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var answer = new StringBuilder();
        try
        {
            await socket.ConnectAsync(place, Stop);
            await socket.SendAsync(Encoding.Latin1.GetBytes(bytes), Stop);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, Stop) is > 0 and var count)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // It was reset: what had come counts.
        }
        return answer.ToString();
    }

    private static async Task PostAsync(RawClient client, ulong room, int posts)
    {
        for (var i = 0; i < posts; i++)
            await client.AskAsync<Posted>(client.PostOf(room, "on and on"));
    }
}

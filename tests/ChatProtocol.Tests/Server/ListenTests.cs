using System.Net;
using System.Net.Sockets;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class ListenTests
{
    [Spec("CP-TRA-001")]
    [Fact(Timeout = 20_000)]
    public async Task Several_listeners_lead_to_the_same_rooms_and_are_all_named()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(
            o => o with { Listen = ["tcp://127.0.0.1:0", "tcp://localhost:0", "tcp://[::1]:0", $"unix:{folder.File("s")}"] });

        Assert.Equal(5, server.Endpoints.Count);
        Assert.All(server.Endpoints.Take(3), endpoint => Assert.NotEqual(0, IPEndPoint.Parse(endpoint["tcp://".Length..]).Port));
        Assert.Equal([$"unix:{folder.File("s")}", $"admin:{server.AdminSocket}"], server.Endpoints.Skip(3));
        EndPoint[] places = [.. server.Endpoints.Take(3).Select(e => IPEndPoint.Parse(e["tcp://".Length..])), new UnixDomainSocketEndPoint(folder.File("s"))];
        var rooms = new List<ulong>();
        for (var i = 0; i < places.Length; i++)
            rooms.Add((await (await (await server.OpenAsync(places[i])).LogInAsync($"guest{i}")).JoinAsync("tea")).Room);
        Assert.Single(rooms.Distinct());
    }

    [Theory(Timeout = 20_000)]
    [InlineData("tcp://0.0.0.0:0", "", "plaintext,guests")]
    [InlineData("tcp://*:0", "guests", "plaintext")]
    [InlineData("tcp://[::]:0", "plaintext", "guests")]
    [InlineData("tcp://192.0.2.1:0", "legacy", "plaintext,guests")]
    public async Task Other_machines_are_kept_out_until_each_risk_is_allowed_by_name(string url, string allowed, string missing)
    {
        var message = await TestServer.RefusedAsync(o => o with { Listen = [url], Allow = allowed.Split(',', StringSplitOptions.RemoveEmptyEntries) });

        Assert.EndsWith($"--allow {missing}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls://0.0.0.0:0", "", false, false)]
    [InlineData("tls://[::]:0", "guests", true, false)]
    [InlineData("tls://[::]:0", "legacy", false, true)]
    [InlineData("tls://127.0.0.1:0", "", true, true)]
    public void Over_TLS_other_machines_need_an_account_unless_more_is_allowed(string url, string allowed, bool letsGuestsIn, bool servesLegacy)
    {
        var endpoints = Endpoint.Parse(url, allowed.Split(',', StringSplitOptions.RemoveEmptyEntries)).Cast<Endpoint.Tcp>();

        Assert.All(endpoints, endpoint => Assert.Equal((letsGuestsIn, servesLegacy), (endpoint.LetsGuestsIn, endpoint.ServesLegacy)));
    }

    [Fact(Timeout = 20_000)]
    public async Task Other_machines_are_let_in_once_it_is_allowed()
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://0.0.0.0:0"], Allow = ["plaintext", "guests"] });

        await (await server.OpenAsync(new IPEndPoint(IPAddress.Loopback, server.Tcp.Port))).LogInAsync("ann");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("tcp://[::]:PORT", "tcp://0.0.0.0:PORT")]
    [InlineData("tcp://127.0.0.1:PORT", "legacy://[::]:PORT")]
    public async Task All_of_IPv6_stands_beside_IPv4_at_one_port(params string[] urls)
    {
        var port = FreePort();
        await using var server = await TestServer.StartAsync(
            o => o with { Listen = [.. urls.Select(url => url.Replace("PORT", $"{port}", StringComparison.Ordinal))], Allow = ["plaintext", "guests", "legacy"] });

        Assert.Equal(urls.Select(url => url.Replace("PORT", $"{port}", StringComparison.Ordinal)), server.Endpoints.SkipLast(1));
        await (await server.OpenAsync(new IPEndPoint(IPAddress.Loopback, port))).LogInAsync("ann");
        using var six = new TcpClient(AddressFamily.InterNetworkV6);
        await six.ConnectAsync(IPAddress.IPv6Loopback, port, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 20_000)]
    public async Task All_of_IPv6_alone_takes_IPv4_along()
    {
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tcp://[::]:0"], Allow = ["plaintext", "guests"] });

        await (await server.OpenAsync(new IPEndPoint(IPAddress.Loopback, server.Tcp.Port))).LogInAsync("ann");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_place_that_is_named_twice_is_not_said_to_be_anothers()
    {
        var port = FreePort();

        Assert.Equal(
            $"cannot listen at legacy://127.0.0.1:{port} twice: leave one of tcp://127.0.0.1:{port} and legacy://127.0.0.1:{port} out",
            await TestServer.RefusedAsync(o => o with { Listen = [$"tcp://127.0.0.1:{port}", $"legacy://127.0.0.1:{port}"] }));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("http://127.0.0.1:0", "use tls://HOST:PORT, tcp://HOST:PORT, legacy://HOST:PORT or unix:/path")]
    [InlineData("127.0.0.1:9999", "use tls://HOST:PORT, tcp://HOST:PORT, legacy://HOST:PORT or unix:/path")]
    [InlineData("", "use tls://HOST:PORT, tcp://HOST:PORT, legacy://HOST:PORT or unix:/path")]
    [InlineData("tcp://127.0.0.1", "a port from 0 to 65535")]
    [InlineData("tcp://127.0.0.1:65536", "a port from 0 to 65535")]
    [InlineData("tcp://127.0.0.1:-1", "a port from 0 to 65535")]
    [InlineData("tcp://:9", "a port from 0 to 65535")]
    [InlineData("tcp://no-such-host.invalid:0", "the host no-such-host.invalid is not known")]
    [InlineData("legacy://127.0.0.1", "use legacy://HOST:PORT with a port from 0 to 65535")]
    [InlineData("unix:", "1 to 107 bytes")]
    [InlineData("unix:relative.sock", "cannot listen at unix:relative.sock: the path has to begin with /")]
    public async Task What_is_no_endpoint_is_refused_with_what_would_be_one(string url, string hint) =>
        Assert.Contains(hint, await TestServer.RefusedAsync(o => o with { Listen = [url] }), StringComparison.Ordinal);

    [Fact(Timeout = 20_000)]
    public async Task An_unknown_permission_is_refused_with_those_that_exist() => Assert.Equal(
        "allow nonsense: there is only plaintext, guests, legacy",
        await TestServer.RefusedAsync(o => o with { Allow = ["nonsense"] }));

    [Theory(Timeout = 20_000)]
    [InlineData("tcp://192.0.2.1:5", "this machine has no such address")]
    [InlineData("tcp://[2001:db8::1]:5", "this machine has no such address")]
    [InlineData("legacy://192.0.2.1:5", "this machine has no such address")]
    [InlineData("unix:/nonexist/dir/s", "the folder /nonexist/dir does not exist")]
    [InlineData("unix:/etc/passwd", "a file is there that is no socket")]
    [InlineData("unix:/etc", "a file is there that is no socket")]
    public async Task A_place_that_cannot_be_had_is_named_as_it_was_written(string url, string reason) => Assert.Equal(
        $"cannot listen at {url}: {reason}",
        await TestServer.RefusedAsync(o => o with { Listen = ["tcp://127.0.0.1:0", url], Allow = ["plaintext", "guests", "legacy"] }));

    [Theory(Timeout = 20_000)]
    [InlineData("tcp")]
    [InlineData("legacy")]
    public async Task A_port_in_use_is_refused_with_what_to_do(string scheme)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var message = await TestServer.RefusedAsync(o => o with { Listen = ["tcp://127.0.0.1:0", $"{scheme}://{other.LocalEndpoint}"] });

        Assert.Equal($"cannot listen at {scheme}://{other.LocalEndpoint}: it is in use. Is another chatd running? Stop it, or choose another place with --listen.", message);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

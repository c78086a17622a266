using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// The real server in this process, at a free port and with a folder of its own. At its end it checks that nothing is
/// left: the port, the threads, the folder, and no warning or error in the log that was not expected.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    private static readonly string[] ItsThreads = ["hub", "log writer", "log reader", "log maintenance", "log checkpoint", "log search"];

    private static int _alive;

    private readonly ChatServer _server;
    private readonly TemporaryFolder? _ownFolder;
    private readonly List<RawClient> _clients = [];

    private TestServer(ChatServer server, ServerOptions options, RecordedLog log, TemporaryFolder? ownFolder)
    {
        _server = server;
        _ownFolder = ownFolder;
        Options = options;
        Log = log;
    }

    public RecordedLog Log { get; }

    /// <summary>Whether the test makes the server give up.</summary>
    public bool MayFail { get; init; }

    public ServerOptions Options { get; }

    public IReadOnlyList<string> Endpoints => _server.Endpoints;

    /// <summary>The first TCP endpoint.</summary>
    public IPEndPoint Tcp => IPEndPoint.Parse(Endpoints.First(e => e.StartsWith("tcp://", StringComparison.Ordinal))["tcp://".Length..]);

    /// <summary>The first TLS endpoint.</summary>
    public IPEndPoint Tls => IPEndPoint.Parse(Endpoints.First(e => e.StartsWith("tls://", StringComparison.Ordinal))["tls://".Length..]);

    public CertificatePin? Certificate => _server.Certificate;

    public string? ReloadCertificate() => _server.ReloadCertificate();

    private List<int> TcpPorts =>
        [.. Endpoints.Where(e => e.StartsWith("tcp://", StringComparison.Ordinal)).Select(e => IPEndPoint.Parse(e["tcp://".Length..]).Port)];

    public UnixDomainSocketEndPoint AdminSocket => new(Path.Combine(Options.DataFolder, "admin.sock"));

    public string Database => Path.Combine(Options.DataFolder, "chat.db");

    /// <summary>Starts one; in <paramref name="folder"/>, which then is the test's to remove, if it is given.</summary>
    public static async Task<TestServer> StartAsync(Func<ServerOptions, ServerOptions>? with = null, TemporaryFolder? folder = null, bool mayFail = false)
    {
        var own = folder is null ? new TemporaryFolder() : null;
        var options = new ServerOptions { DataFolder = (folder ?? own!).Path, Listen = ["tcp://127.0.0.1:0"] };
        options = with?.Invoke(options) ?? options;
        // What a proxy says comes before any handshake.
        var isHandshaking = TestHandshake.IsWanted && options.Proxies.Count == 0;
        if (isHandshaking && !TestHandshake.IsWebSocket)
            options = options with { Secure = TestHandshake.AnswerAsync };
        var log = new RecordedLog();
        Interlocked.Increment(ref _alive);
        try
        {
            var server = new TestServer(await ChatServer.StartAsync(options, log, TestContext.Current.CancellationToken), options, log, own) { MayFail = mayFail };
            if (isHandshaking)
                server.TcpPorts.ForEach(TestHandshake.Serve);
            return server;
        }
        catch
        {
            Interlocked.Decrement(ref _alive);
            await NoThreadIsLeftAsync();
            own?.Dispose();
            throw;
        }
    }

    /// <summary>A start that has to fail, leaving nothing behind; gives the sentence.</summary>
    public static async Task<string> RefusedAsync(Func<ServerOptions, ServerOptions>? with = null, TemporaryFolder? folder = null)
    {
        var refused = await Assert.ThrowsAsync<ServerException>(() => StartAsync(with, folder));
        return refused.Message;
    }

    /// <summary>A connection that has said nothing yet.</summary>
    public Task<RawClient> ConnectAsync(int receiveBuffer = 0) => OpenAsync(Tcp, receiveBuffer);

    public async Task<RawClient> LogInAsync(string name, int receiveBuffer = 0, byte[]? publisher = null) =>
        await (await ConnectAsync(receiveBuffer)).LogInAsync(name, publisher);

    public async Task<RawClient> AdminAsync() => await (await OpenAsync(AdminSocket)).LogInAsAdminAsync();

    public async Task<RawClient> OpenAsync(EndPoint endpoint, int receiveBuffer = 0)
    {
        var client = await RawClient.ConnectAsync(endpoint, receiveBuffer);
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    /// <summary>A TLS connection that has said nothing inside yet.</summary>
    public async Task<RawClient> ConnectTlsAsync(Action<SslClientAuthenticationOptions>? with = null, string? from = null)
    {
        var client = await RawClient.ConnectTlsAsync(Tls, with, from);
        lock (_clients)
            _clients.Add(client);
        return client;
    }

    public Task<ShutdownOrder> WaitForEndAsync() => _server.WaitForEndAsync(TestContext.Current.CancellationToken);

    public Task StopAsync(TimeSpan grace, ByeCode why = ByeCode.Restart, ulong? back = 1000) =>
        _server.StopAsync(new ShutdownOrder(grace, new Bye(why, "that is all", back)));

    public async ValueTask DisposeAsync()
    {
        var endpoints = Endpoints;
        foreach (var client in _clients)
            await client.DisposeAsync();
        var end = _server.WaitForEndAsync(CancellationToken.None);
        if (end.IsFaulted && !MayFail)
            await end;
        await _server.DisposeAsync();
        TcpPorts.ForEach(TestHandshake.Forget);
        Interlocked.Decrement(ref _alive);
        await NoThreadIsLeftAsync();
        foreach (var endpoint in endpoints)
            CanBeBoundAgain(endpoint);
        _ownFolder?.Dispose();
        Log.Check();
    }

    private static void CanBeBoundAgain(string endpoint)
    {
        if (!endpoint.StartsWith("tcp://", StringComparison.Ordinal) && !endpoint.StartsWith("tls://", StringComparison.Ordinal))
        {
            Assert.False(File.Exists(endpoint[(endpoint.IndexOf(':', StringComparison.Ordinal) + 1)..]), $"{endpoint} is left");
            return;
        }
        using var again = new TcpListener(IPEndPoint.Parse(endpoint["tcp://".Length..]));
        again.Start();
    }

    /// <summary>Other tests may have servers of their own, so there may be one thread of each name for every server alive.</summary>
    private static Task NoThreadIsLeftAsync() => Eventually.TrueAsync(
        () => ItsThreads.All(name => NamesOfThreads().Count(n => n == name) <= Volatile.Read(ref _alive)),
        "the threads of a server that has stopped end");

    private static List<string> NamesOfThreads()
    {
        var names = new List<string>();
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                names.Add(File.ReadAllText(Path.Combine(task, "comm")).TrimEnd());
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
        }
        return names;
    }
}

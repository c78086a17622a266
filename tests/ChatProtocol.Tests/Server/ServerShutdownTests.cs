using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class ServerShutdownTests
{
    [Spec("CP-SES-013")]
    [Fact(Timeout = 20_000)]
    public async Task Everybody_is_told_why_and_when_to_come_back()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        var stranger = await server.ConnectAsync();
        await stranger.SendAsync(stranger.Hello());
        await stranger.ReceiveAsync<Welcome>();

        await server.StopAsync(TimeSpan.FromSeconds(10), ByeCode.Restart, back: 2500);

        foreach (var (client, back) in (IEnumerable<(RawClient, ulong)>)[(ann, 2500), (stranger, 2502)])
        {
            Assert.Equal(new Bye(ByeCode.Restart, "that is all", back), await client.ReceiveAsync());
            await client.ClosedAsync();
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task Whoever_has_said_nothing_yet_does_not_hold_it_up()
    {
        await using var server = await TestServer.StartAsync(o => o with { Limits = Limits.Default with { HelloTimeout = 60_000 } });
        var silent = await server.ConnectAsync();
        var ann = await server.LogInAsync("ann");

        var stopping = server.StopAsync(TimeSpan.FromMinutes(1));
        await ann.UntilAsync<Bye>();
        await ann.DisposeAsync();
        await stopping;

        Assert.Empty(await silent.ReadToEndAsync());
    }

    [Spec("CP-ADM-008")]
    [Theory(Timeout = 30_000)]
    [InlineData(null, ByeCode.Shutdown)]
    [InlineData(5000UL, ByeCode.Restart)]
    public async Task An_admin_may_order_it_under_load_and_what_was_acknowledged_is_stored(ulong? back, ByeCode code)
    {
        using var folder = new TemporaryFolder();
        ulong acknowledged;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var admin = await server.AdminAsync();
            var loads = await LoadAsync(server.Tcp, 4);

            await admin.AskAsync<Ok>(new Shutdown(admin.NextId(), 10_000, "enough for today", back));
            var order = await server.WaitForEndAsync();
            var stopping = server.StopAsync(order.Grace, order.Last.Why, order.Last.Back);
            acknowledged = await EndOfAsync(loads, bye => AssertIs(code, back, bye));
            await admin.DisposeAsync();
            await stopping;
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        await AssertHeadAsync(again, acknowledged);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_grace_time_that_no_clock_can_measure_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();

        var error = await admin.AskAsync<Error>(new Shutdown(admin.NextId(), (long)Limits.MaxInteger, "", null));

        Assert.Equal((ErrorCode.InvalidValue, "grace"), (error.Reason, error.Field));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_peer_that_does_not_read_holds_it_up_no_longer_than_the_grace_time()
    {
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        var stalled = await server.LogInAsync("stalled", receiveBuffer: 4096);
        var sending = stalled.SendAsync(Enumerable.Range(1, 200_000).Select(i => new Ping((ulong)i)));
        await Eventually.TrueAsync(async () =>
            (await admin.AskAsync<SessionList>(new Sessions(admin.NextId(), 0))).Items.Single(s => s.Name == "stalled").Queued > 10_000, "it owes much");
        await admin.DisposeAsync();

        // It ends at all: what is owed would be given fifteen minutes otherwise.
        await server.StopAsync(TimeSpan.FromSeconds(1));

        await Record.ExceptionAsync(() => sending);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_browser_that_keeps_its_connection_does_not_hold_it_up()
    {
        await using var server = await TestServer.StartAsync();
        var browser = await server.ConnectAsync();
        await browser.SendBytesAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await browser.ReadUntilAsync("</html>");

        await server.StopAsync(TimeSpan.FromMinutes(1));
    }

    [Fact(Timeout = 60_000)]
    public async Task Whatever_connections_are_in_the_middle_of_a_signal_ends_it_before_it_would_be_killed()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "none");
        var clients = new List<RawClient>();
        var sending = new List<Task>();
        async Task OpenAsync(params byte[] said)
        {
            clients.Add(await RawClient.ConnectAsync(chatd.Tcp));
            await clients[^1].SendBytesAsync(said);
        }
        for (var i = 0; i < 100; i++)
        {
            var stalled = await (await RawClient.ConnectAsync(chatd.Tcp, receiveBuffer: 2048)).LogInAsync($"stalled{i}");
            clients.Add(stalled);
            sending.Add(Record.ExceptionAsync(() => stalled.SendAsync(Enumerable.Range(1, 20_000).Select(n => new Ping((ulong)n)))).AsTask());
        }
        for (var i = 0; i < 10; i++)
        {
            await OpenAsync(0, 0, 0);
            await OpenAsync(0, 0, 1, 0, 0x96);
            await OpenAsync([.. "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8]);
            await OpenAsync([.. "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc"u8]);
            await OpenAsync([.. "GET / HTTP/1.1\r\nHo"u8]);
            await OpenAsync([.. "hello\n"u8]);
            await OpenAsync();
        }
        await clients[0].DisposeAsync();

        chatd.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await chatd.ExitAsync());
        foreach (var client in clients)
            await client.DisposeAsync();
        await Task.WhenAll(sending);
    }

    [Spec("CP-ADM-008")]
    [Fact(Timeout = 30_000)]
    public async Task A_disk_that_does_not_answer_holds_it_up_little_longer_than_the_grace_time_and_that_is_said()
    {
        await using var server = await TestServer.StartAsync(mayFail: true);
        await server.LogInAsync("ann");
        using (var other = new SqliteConnection($"Data Source={server.Database};Pooling=False"))
        {
            // The log's writer waits for five seconds where another program writes.
            other.Open();
            using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();

            var began = Stopwatch.GetTimestamp();
            await Assert.ThrowsAsync<Server.ServerException>(() => server.StopAsync(TimeSpan.FromSeconds(0.2)));

            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4.9));
        }
        await Eventually.TrueAsync(() => !File.Exists(server.AdminSocket.ToString()), "the server ends once the log has answered");
    }

    [Fact(Timeout = 20_000)]
    public async Task Stopping_twice_is_stopping_once()
    {
        await using var server = await TestServer.StartAsync();

        await Task.WhenAll(server.StopAsync(TimeSpan.FromSeconds(5)), server.StopAsync(TimeSpan.FromSeconds(1)));
    }

    [Theory(Timeout = 40_000)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_under_load_ends_it_in_good_order(PosixSignal signal)
    {
        using var folder = new TemporaryFolder();
        System.Net.IPEndPoint endpoint;
        ulong acknowledged;
        await using (var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0"))
        {
            endpoint = chatd.Tcp;
            var loads = await LoadAsync(endpoint, 4);

            chatd.Signal(signal);

            acknowledged = await EndOfAsync(loads, bye => AssertIs(ByeCode.Restart, 1000, bye));
            Assert.Equal(0, await chatd.ExitAsync());
        }

        // The same port, at once.
        await using var again = await TestServer.StartAsync(o => o with { Listen = [$"tcp://{endpoint}"] }, folder);
        await AssertHeadAsync(again, acknowledged);
    }

    [Fact(Timeout = 40_000)]
    public async Task Killed_under_load_it_has_every_post_that_was_acknowledged()
    {
        using var folder = new TemporaryFolder();
        ulong acknowledged;
        await using (var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0"))
        {
            var loads = await LoadAsync(chatd.Tcp, 4);
            chatd.Kill();
            acknowledged = (await Task.WhenAll(loads.Select(load => load.AcknowledgedAsync(_ => { })))).Max();
        }

        Assert.True(File.Exists(folder.File("admin.sock")), "a killed server leaves its socket");
        await using var again = await TestServer.StartAsync(folder: folder);
        var client = await again.LogInAsync("reader");
        Assert.True((await client.JoinAsync("load")).Head >= acknowledged);
    }

    /// <summary>The sessions, fewer than ten, are told to come back at the time named, or some milliseconds later (CP-SES-029).</summary>
    private static void AssertIs(ByeCode code, ulong? back, Bye bye)
    {
        Assert.Equal((code, back is null), (bye.Why, bye.Back is null));
        if (back is { } time)
            Assert.InRange(bye.Back!.Value, time, time + 20);
    }

    private static async Task<List<Load>> LoadAsync(System.Net.IPEndPoint server, int clients)
    {
        var loads = new List<Load>();
        for (var i = 0; i < clients; i++)
            loads.Add(await Load.StartAsync(server, $"load{i}"));
        foreach (var load in loads)
            await load.UnderWay;
        return loads;
    }

    /// <summary>The highest seq that anybody was told; everybody has to have been told bye.</summary>
    private static async Task<ulong> EndOfAsync(List<Load> loads, Action<Bye> check)
    {
        var byes = 0;
        var acknowledged = await Task.WhenAll(loads.Select(load => load.AcknowledgedAsync(bye =>
        {
            check(bye);
            Interlocked.Increment(ref byes);
        })));
        Assert.Equal(loads.Count, byes);
        return acknowledged.Max();
    }

    private static async Task AssertHeadAsync(TestServer server, ulong acknowledged)
    {
        var client = await server.LogInAsync("reader");
        Assert.Equal(acknowledged, (await client.JoinAsync("load")).Head);
    }

    /// <summary>A client that posts without end, a few hundred ahead of the answers.</summary>
    private sealed class Load
    {
        private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RawClient _client;
        private readonly ulong _room;
        private ulong _highest;
        private Bye? _bye;

        private Load(RawClient client, ulong room)
        {
            _client = client;
            _room = room;
        }

        public Task UnderWay => _underWay.Task;

        private Task Done { get; set; } = Task.CompletedTask;

        public static async Task<Load> StartAsync(System.Net.IPEndPoint server, string name)
        {
            var client = await (await RawClient.ConnectAsync(server)).LogInAsync(name);
            var load = new Load(client, (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "load", Create: true))).Room);
            load.Done = load.RunAsync();
            return load;
        }

        public async Task<ulong> AcknowledgedAsync(Action<Bye> check)
        {
            await Done;
            if (_bye is not null)
                check(_bye);
            await _client.DisposeAsync();
            return _highest;
        }

        private async Task RunAsync()
        {
            try
            {
                await SendAsync(300);
                while (await _client.ReceiveAsync() is { } frame)
                {
                    if (frame is Bye bye)
                    {
                        _bye = bye;
                        return;
                    }
                    if (frame is not Posted posted)
                        continue;
                    _highest = Math.Max(_highest, posted.Seq!.Value);
                    if (_highest > 2000)
                        _underWay.TrySetResult();
                    await SendAsync(1);
                }
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                // The server has gone.
            }
        }

        private Task SendAsync(int posts) => _client.SendAsync(Enumerable.Range(0, posts).Select(_ => _client.PostOf(_room, "on and on")));
    }
}

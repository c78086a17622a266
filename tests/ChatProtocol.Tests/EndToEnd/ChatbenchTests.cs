using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

public sealed class ChatbenchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Publish_posts_exactly_as_many_as_were_asked_for()
    {
        await using var installation = await Installation.StartAsync();
        var report = (await BenchAsync(installation, "publish", "--clients", "3", "--window", "7", "--size", "33", "--messages", "1000", "--room", "load")).Done().Objects.Single();
        Assert.Equal((1000, "load", "publish"), (Number(report, "posts"), Word(report, "room"), Word(report, "command")));
        Assert.Equal(1000, await StoredAsync(installation, "load"));
        AssertPositive(report, "time_seconds", "posts_per_second", "texts_mb_per_second", "server_cpu_seconds", "server_memory_bytes");
        AssertAscending(report, "ack_p50_ms", "ack_p90_ms", "ack_p99_ms", "ack_p99_9_ms", "ack_max_ms");
    }

    [Fact(Timeout = 60_000)]
    public async Task Publish_counts_what_it_posts_in_a_time_and_all_of_it_is_stored()
    {
        await using var installation = await Installation.StartAsync();
        var report = (await BenchAsync(installation, "publish", "--clients", "2", "--seconds", "1", "--room", "#load")).Done().Objects.Single();
        AssertPositive(report, "posts");
        Assert.Equal(Number(report, "posts"), await StoredAsync(installation, "load"));
        Assert.InRange(Number(report, "time_seconds"), 1, 30);
    }

    [Fact(Timeout = 60_000)]
    public async Task Subscribers_count_what_a_publisher_posts()
    {
        await using var installation = await Installation.StartAsync();
        await using var subscribe = Start(installation, "subscribe", "--members", "5", "--messages", "400", "--room", "load");
        await Eventually.TrueAsync(async () => await RoomAsync(installation, "load", "present") == 5, () => "Waiting for five members");
        (await BenchAsync(installation, "publish", "--clients", "2", "--size", "50", "--messages", "500", "--room", "load")).Done();

        var report = (await subscribe.EndAsync()).Done().Objects.Single();
        Assert.Equal((2000, 0, 0), (Number(report, "deliveries"), Number(report, "missing"), Number(report, "misplaced")));
        AssertPositive(report, "deliveries_per_second", "deliveries_to_each_per_second", "texts_mb_per_second", "server_memory_bytes");
    }

    [Fact(Timeout = 60_000)]
    public async Task Latency_is_told_for_every_delivery()
    {
        await using var installation = await Installation.StartAsync();
        var report = (await BenchAsync(installation, "latency", "--members", "4", "--rate", "150", "--seconds", "1")).Done().Objects.Single();
        Assert.Equal((150, 600), (Number(report, "posts"), Number(report, "deliveries")));
        AssertAscending(report, "delivery_p50_ms", "delivery_p90_ms", "delivery_p99_ms", "delivery_p99_9_ms", "delivery_max_ms");
        Assert.False(report.TryGetProperty("stalled_deliveries", out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task Members_that_stall_get_every_entry_afterwards()
    {
        await using var installation = await Installation.StartAsync();
        // Far more than the kernel and the server hold for one of them.
        var report = (await BenchAsync(installation, "latency", "--members", "2", "--stalled", "3", "--rate", "1000", "--seconds", "1", "--size", "2000")).Done().Objects.Single();
        Assert.Equal((1000, 2000, 3000), (Number(report, "posts"), Number(report, "deliveries"), Number(report, "stalled_deliveries")));
        Assert.Equal((0, 0), (Number(report, "missing"), Number(report, "misplaced")));
        AssertPositive(report, "stalled_caught_up_seconds");
    }

    [Fact(Timeout = 60_000)]
    public async Task Connections_that_are_cut_come_back_and_get_what_they_missed()
    {
        await using var installation = await Installation.StartAsync();
        var report = (await BenchAsync(installation, "connect", "--connections", "40", "--concurrency", "8", "--resume", "--missed", "6")).Done().Objects.Single();
        Assert.Equal((40, 40, 480), (Number(report, "connections"), Number(report, "resumed"), Number(report, "deliveries")));
        Assert.Equal((0, 0), (Number(report, "missing"), Number(report, "misplaced")));
        AssertAscending(report, "connect_p50_ms", "connect_p99_ms", "connect_max_ms");
        AssertPositive(report, "connections_per_second", "connections_time_seconds", "caught_up_seconds", "resume_p50_ms");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_unix_socket_takes_more_at_once_than_it_queues()
    {
        await using var installation = await Installation.StartAsync();
        var report = (await BenchAsync(installation, "connect", "--connections", "1000", "--concurrency", "1000", "--server", installation.SocketAddress)).Done().Objects.Single();
        Assert.Equal((1000, installation.SocketAddress), (Number(report, "connections"), Word(report, "server")));
        AssertPositive(report, "server_memory_bytes");
    }

    [Fact(Timeout = 60_000)]
    public async Task Idle_tells_the_servers_memory()
    {
        await using var installation = await Installation.StartAsync();
        var report = (await BenchAsync(installation, "idle", "--connections", "300", "--seconds", "1")).Done().Objects.Single();
        Assert.Equal(300, Number(report, "connections"));
        AssertPositive(report, "server_memory_before_bytes", "server_memory_after_bytes", "server_cpu_seconds");
        Assert.True(report.TryGetProperty("per_connection_bytes", out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task People_get_a_table()
    {
        await using var installation = await Installation.StartAsync();
        var lines = (await RunAsync("publish", "--server", installation.Address, "--messages", "1234", "--room", "load")).Done().Lines;
        Assert.Equal("MEASURED       VALUE", lines[0]);
        Assert.Contains("posts          1,234", lines);
        Assert.Matches(@"^ack p99        \d+\.\d\d ms$", lines.Single(line => line.StartsWith("ack p99 ", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Interrupted_it_tells_what_was_measured_so_far()
    {
        await using var installation = await Installation.StartAsync();
        await using var publish = Start(installation, "publish", "--seconds", "3600", "--room", "load");
        await Eventually.TrueAsync(async () => await RoomAsync(installation, "load", "messages") > 0, () => "Waiting for posts");
        publish.Signal(PosixSignal.SIGINT);
        var result = await publish.EndAsync();
        Assert.Equal((130, ""), (result.ExitCode, result.Error));
        AssertPositive(result.Objects.Single(), "posts", "posts_per_second", "ack_max_ms");
    }

    [Fact(Timeout = 60_000)]
    public async Task Progress_is_told_on_standard_error_only_where_it_is_wanted()
    {
        await using var installation = await Installation.StartAsync();
        var result = await BenchAsync(installation, "latency", "--members", "1", "--seconds", "1", "--progress");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("of 2 connected\n", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Error);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_leaves_entries_out_and_repeats_others_is_told_so()
    {
        await using var server = new ScriptedServer();
        var measuring = RunAsync("subscribe", "--server", $"{server.Address}", "--room", "tea", "--members", "1", "--messages", "4", "-o", "json");
        await (await server.AcceptAsync()).WelcomeAsync(Limits.Default);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(Limits.Default);
        await peer.LogInAsync();
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, 0, 0, null));
        await peer.SendAsync(new Ping(77));
        Assert.Equal(77UL, (await peer.ReceiveAsync<Pong>()).Id);
        await peer.SendAsync(ScriptedPeer.Entry(1), ScriptedPeer.Entry(4), ScriptedPeer.Entry(4), ScriptedPeer.Entry(5));

        var result = await measuring;
        Assert.Equal((1, 1), (result.ExitCode, result.ErrorObject.GetProperty("exit").GetInt32()));
        Assert.Equal("the server broke its promise: members missed 2 entries, and 1 came twice or out of order", Word(result.ErrorObject, "error"));
        Assert.Equal((4, 2, 1), (Number(result.Objects.Single(), "deliveries"), Number(result.Objects.Single(), "missing"), Number(result.Objects.Single(), "misplaced")));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_server_would_not_take_is_said_beforehand()
    {
        await using var installation = await Installation.StartAsync();
        (await RunAsync("publish", "--server", installation.Address, "--size", "65537")).Failed(2, "--size 65537 is more than the 65536 bytes that this server takes for a text");
        (await RunAsync("publish", "--server", installation.Address, "--window", "1025")).Failed(2, "--window 1025 is more than the 1024 requests");
        (await RunAsync("latency", "--server", installation.Address, "--stalled", "1", "--seconds", "901")).Failed(2, "--seconds 901 is more than the 900 s for which this server lets a member read nothing");
        (await RunAsync("idle", "--server", installation.Address, "--server-pid", "2147483647")).Failed(3, "there is no process 2147483647");
        (await RunAsync("connect", "--server", installation.Address, "--connections", "2000000000")).Failed(1, "open files, and this shell allows");
        var error = (await BenchAsync(installation, "publish", "--size", "65537")).ErrorObject;
        Assert.Equal(2, error.GetProperty("exit").GetInt32());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("command was not provided")]
    [InlineData("--clients takes a whole number, 1 or more, and not '0'. See 'chatbench publish --help'.", "publish", "--clients", "0")]
    [InlineData("--messages takes a whole number, 1 or more, and not '-5'.", "publish", "--messages", "-5")]
    [InlineData("--rate takes a whole number, 1 or more, and not 'many'.", "latency", "--rate", "many")]
    [InlineData("--size takes a whole number, 16 or more, and not '15'.", "latency", "--size", "15")]
    [InlineData("--connections takes a whole number, 1 or more, and not '99999999999'.", "idle", "--connections", "99999999999")]
    [InlineData("subscribe needs a --room", "subscribe")]
    [InlineData("white space", "subscribe", "--room", "a b")]
    [InlineData("Did you mean 'chat://localhost:9999'?", "publish", "--server", "localhost:9999")]
    [InlineData("chatbench measures the chat protocol", "publish", "--server", "legacy://localhost")]
    [InlineData("'ndjson' not recognized", "idle", "-o", "ndjson")]
    public async Task What_cannot_be_meant_is_wrong_usage(string because, params string[] arguments) =>
        Assert.Equal("", (await RunAsync(arguments)).Failed(2, because).Output);

    [Fact(Timeout = 60_000)]
    public async Task Without_a_server_it_is_unreachable()
    {
        (await RunAsync("publish", "--server", "unix:/nowhere/chat.sock")).Failed(7, "no server can be reached at unix:/nowhere/chat.sock: there is no such socket");
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"chat://{other.LocalEndpoint}";
        var measuring = RunAsync("connect", "--server", address);
        using (var connection = await other.AcceptTcpClientAsync(Stop))
        {
            await connection.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), Stop);
            (await measuring).Failed(7, $"what listens at {address} does not speak the chat protocol");
        }
        other.Stop();
        (await RunAsync("connect", "--server", address)).Failed(7, $"no server can be reached at {address}: Connection refused");
    }

    private static Task<ToolResult> BenchAsync(Installation installation, params string[] arguments) => RunAsync(WithServer(installation, arguments));

    private static ToolProcess Start(Installation installation, params string[] arguments) =>
        ToolProcess.Start(ToolProcess.Program("chatbench"), WithServer(installation, arguments), new Dictionary<string, string>());

    private static string[] WithServer(Installation installation, string[] arguments) =>
        [.. arguments, .. arguments.Contains("--server") ? Array.Empty<string>() : ["--server", installation.Address], "-o", "json"];

    private static Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolProcess.RunAsync(ToolProcess.Program("chatbench"), arguments, new Dictionary<string, string> { ["NO_COLOR"] = "1" });

    private static Task<double> StoredAsync(Installation installation, string room) => RoomAsync(installation, room, "messages");

    /// <summary>What the operator sees of a room; 0 if it is not there.</summary>
    private static async Task<double> RoomAsync(Installation installation, string room, string field)
    {
        var rooms = (await installation.ChatctlAsync("rooms", "-o", "json")).Done().Objects.Single().EnumerateArray();
        return rooms.Where(r => Word(r, "room") == room).Select(r => Number(r, field)).SingleOrDefault();
    }

    private static double Number(JsonElement report, string name) => report.GetProperty(name).GetDouble();

    private static string? Word(JsonElement report, string name) => report.GetProperty(name).GetString();

    private static void AssertPositive(JsonElement report, params string[] names) =>
        Assert.All(names, name => Assert.True(Number(report, name) > 0, $"{name} in {report}"));

    private static void AssertAscending(JsonElement report, params string[] names)
    {
        AssertPositive(report, names);
        Assert.Equal(names.Select(name => Number(report, name)).Order(), names.Select(name => Number(report, name)));
    }
}

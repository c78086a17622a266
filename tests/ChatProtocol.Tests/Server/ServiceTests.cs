using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>chatd in the hands of a service manager, a container, or a shell that closed everything.</summary>
public sealed class ServiceTests
{
    /// <summary>Listens at three places and becomes what stands behind, as systemd does.</summary>
    private const string Activate = """
        import os, socket, sys
        host, path, names = sys.argv[1:4]
        def bound(family, where):
            s = socket.socket(family); s.bind(where); s.listen(); return s
        sockets = [bound(socket.AF_INET, ("127.0.0.1", 0)), bound(socket.AF_UNIX, path), bound(socket.AF_INET, (host, 0))]
        high = [os.dup(s.fileno()) for s in sockets]
        high = [os.dup2(fd, 100 + i) for i, fd in enumerate(high)]
        for i, fd in enumerate(high): os.dup2(fd, 3 + i, inheritable=True)
        os.environ.update(LISTEN_FDS=str(len(high)), LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=names)
        os.execv(sys.argv[4], sys.argv[4:])
        """;

    [Fact(Timeout = 40_000)]
    public async Task Sockets_that_a_service_manager_made_are_served_and_left_to_it()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartByAsync(
            null, ["python3", "-c", Activate, "127.0.0.1", folder.File("s"), "chat:sock:legacy"], "--data", folder.File("data"));

        // Nothing else is listened at, for there is no --listen.
        Assert.Equal(["tcp", "unix", "legacy", "admin"], chatd.Endpoints.Select(endpoint => endpoint.Split(':')[0]));
        Assert.Equal($"unix:{folder.File("s")}", chatd.Endpoints[1]);
        foreach (var (place, name) in new (EndPoint, string)[] { (chatd.Tcp, "ann"), (new UnixDomainSocketEndPoint(folder.File("s")), "bob") })
        {
            await using var client = await RawClient.ConnectAsync(place);
            await client.LogInAsync(name);
        }
        chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await chatd.ExitAsync());
        Assert.True(File.Exists(folder.File("s")));
    }

    [Fact(Timeout = 40_000)]
    public async Task A_socket_of_the_service_managers_that_others_reach_has_to_be_allowed_as_any()
    {
        using var folder = new TemporaryFolder();
        var (exit, error) = await ChatdProcess.RunByAsync(["python3", "-c", Activate, "0.0.0.0", folder.File("s"), ""], "--data", folder.File("data"));

        Assert.Equal(2, exit);
        Assert.Contains("--allow plaintext,guests", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 40_000)]
    public async Task A_descriptor_that_is_no_listening_socket_is_named()
    {
        using var folder = new TemporaryFolder();
        var (exit, error) = await ChatdProcess.RunByAsync(["sh", "-c", "exec 3</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" \"$@\""], "--data", folder.File("data"));

        Assert.Equal((1, "chatd: the inherited descriptor 3 (LISTEN_FDS) is no TCP or Unix stream socket that listens\n"), (exit, error));
    }

    [Theory(Timeout = 40_000)]
    [InlineData("<&-", 0)]
    [InlineData("2>&-", 2)]
    [InlineData("<&- 2>&-", 0)]
    public async Task A_closed_standard_stream_is_nothing_that_chatd_opens(string closing, int descriptor)
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartByAsync(
            null, ["sh", "-c", $"exec \"$0\" \"$@\" {closing}"], "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        Assert.Equal("/dev/null", chatd.Descriptor(descriptor));
        await using var client = await RawClient.ConnectAsync(chatd.Tcp);
        await client.LogInAsync("ann");
    }

    [Fact(Timeout = 40_000)]
    public async Task A_hang_up_reads_the_configuration_again_and_ends_nothing()
    {
        using var folder = new TemporaryFolder();
        void Write(string json) => File.WriteAllText(folder.File("c.json"), json);
        Write("""{ "log-level": "information" }""");
        await using var chatd = await ChatdProcess.StartAsync("--config", folder.File("c.json"), "--data", folder.File("data"), "--listen", "tcp://127.0.0.1:0");

        Write("""{ "log-level": "debug", "legacy-history": 7 }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("the configuration was read again; log-level is Debug, and what has changed of legacy-history holds from the next start on");
        Write("""{ "log-level": "loud" }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("c.json:1: log-level loud: use trace, debug");
        Write("[]");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("it has to be an object");
        // Settings that only the server can judge are judged, too, and every mistake is told.
        Write("""{ "allow": ["all"], "proxy": ["nowhere"], "limit": { "welcome:dead-after": 2000 } }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync($"so everything stays as it is: {folder.File("c.json")}:1: allow all: there is only plaintext, guests, legacy; {folder.File("c.json")}:1: proxy nowhere: use addresses");
        await chatd.SaysAsync($"; {folder.File("c.json")}:1: limit welcome:dead-after is 2000: it has to be more than ping-after");
        Write("""{ "log-level": "information", "limit": { "posts": "1/s,1" } }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("log-level is Information, and what has changed of limit posts holds from the next start on");

        await using var client = await RawClient.ConnectAsync(chatd.Tcp);
        await client.LogInAsync("ann");
    }

    [Fact(Timeout = 40_000)]
    public async Task A_hang_up_does_not_let_in_a_place_to_listen_that_is_wrong_or_not_allowed()
    {
        using var folder = new TemporaryFolder();
        void Write(string json) => File.WriteAllText(folder.File("c.json"), json);
        Write("""{ "listen": ["tcp://127.0.0.1:0"] }""");
        await using var chatd = await ChatdProcess.StartAsync("--config", folder.File("c.json"), "--data", folder.File("data"));

        Write("""{ "listen": ["tcp://0.0.0.0:0"], "log-level": "debug" }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync($"so everything stays as it is: {folder.File("c.json")}:1: tcp://0.0.0.0:0 can be reached from other machines");
        Write("""{ "listen": ["nonsense"] }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync($"so everything stays as it is: {folder.File("c.json")}:1: cannot listen at nonsense");
        Write("""{ "listen": ["tcp://127.0.0.1:1"] }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("log-level is Information, and what has changed of listen holds from the next start on");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hang_up_changes_the_disk_floor_at_once()
    {
        using var folder = new TemporaryFolder();
        void Write(string json) => File.WriteAllText(folder.File("c.json"), json);
        Write("""{ "disk-floor": "0" }""");
        await using var chatd = await ChatdProcess.StartAsync("--config", folder.File("c.json"), "--data", folder.File("data"), "--listen", "tcp://127.0.0.1:0");
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
        var room = (await ann.JoinAsync("tea")).Room;

        Write("""{ "disk-floor": "1000000G" }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("nothing is posted until there is more");
        Assert.Equal(ErrorCode.LogUnavailable, (await ann.AskAsync<Error>(ann.PostOf(room, "hello"))).Reason);
        Write("""{ "disk-floor": "0" }""");
        chatd.Signal(PosixSignal.SIGHUP);
        await chatd.SaysAsync("posts are taken");
        await ann.AskAsync<Posted>(ann.PostOf(room, "hello"));
    }

    [Theory(Timeout = 40_000)]
    [InlineData("relative", "it is neither a path that begins with / nor an abstract socket that begins with @")]
    [InlineData("/", "it is neither a path")]
    [InlineData(null, "it has more than 107 bytes")]
    public async Task A_service_manager_that_cannot_be_told_is_said_and_no_reason_to_end(string? path, string reason)
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path ?? "@" + new string('x', 200) };
        await using var chatd = await ChatdProcess.StartAsync(environment, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        await chatd.SaysAsync("the service manager cannot be told READY=1 at NOTIFY_SOCKET");
        await chatd.SaysAsync(reason);
        await using var client = await RawClient.ConnectAsync(chatd.Tcp);
        await client.LogInAsync("ann");
    }

    [Fact(Timeout = 40_000)]
    public async Task A_service_manager_at_an_abstract_socket_is_told()
    {
        using var folder = new TemporaryFolder();
        var name = $"chatd-test-{Guid.NewGuid():N}";
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint('\0' + name));
        await using var chatd = await ChatdProcess.StartAsync(
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = '@' + name }, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        Assert.Equal("READY=1", await ReceiveAsync());
        chatd.Signal(PosixSignal.SIGHUP);
        Assert.Matches(@"\ARELOADING=1\nMONOTONIC_USEC=\d+\z", await ReceiveAsync());
        Assert.Equal("READY=1", await ReceiveAsync());
        chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal("STOPPING=1", await ReceiveAsync());

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[200];
            return System.Text.Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        }
    }

    [Theory(Timeout = 40_000)]
    [InlineData(null)]
    [InlineData("1")]
    public async Task A_service_manager_that_watches_this_process_is_told_that_it_lives_for_as_long_as_it_does(string? watched)
    {
        using var folder = new TemporaryFolder();
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(folder.File("notify")));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = folder.File("notify"), ["WATCHDOG_USEC"] = "200000" };
        if (watched is not null)
            environment["WATCHDOG_PID"] = watched;
        await using var chatd = await ChatdProcess.StartAsync(environment, "--data", folder.File("data"), "--listen", "tcp://127.0.0.1:0");

        Assert.Equal("READY=1", await ReceiveAsync());
        for (var i = 0; i < 3 && watched is null; i++)
            Assert.Equal("WATCHDOG=1", await ReceiveAsync());
        chatd.Signal(PosixSignal.SIGTERM);
        var rest = new List<string>();
        do
            rest.Add(await ReceiveAsync());
        while (rest[^1] != "STOPPING=1");
        // Another process is watched: this one says nothing of its life.
        Assert.All(rest[..^1], told => Assert.Equal(watched is null ? "WATCHDOG=1" : "", told));
        Assert.Equal(0, await chatd.ExitAsync());

        async Task<string> ReceiveAsync()
        {
            var buffer = new byte[200];
            return System.Text.Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        }
    }

    [Fact(Timeout = 40_000)]
    public async Task The_unit_is_one_that_systemd_and_chatd_take_and_leaves_a_stop_its_time()
    {
        using var folder = new TemporaryFolder();
        var unit = await File.ReadAllLinesAsync(Repository.PathOf("tools", "chatd", "systemd", "chatd.service"), TestContext.Current.CancellationToken);
        string Value(string key) => Assert.Single(unit, line => line.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];
        var command = Value("ExecStart").Split(' ');

        Assert.Equal((0, ""), await ChatdProcess.RunAsync(["config", "check", .. command[1..]]));
        Assert.True(int.Parse(Value("TimeoutStopSec"), System.Globalization.CultureInfo.InvariantCulture) > new Server.ServerOptions { DataFolder = "" }.StopGrace.TotalSeconds + 2.5);
        // Where there is no systemd its own check cannot be asked.
        if (File.Exists("/usr/bin/systemd-analyze"))
        {
            await File.WriteAllLinesAsync(folder.File("chatd.service"), unit.Select(line => line.Replace(command[0], ChatdProcess.Program, StringComparison.Ordinal)), TestContext.Current.CancellationToken);
            var verified = await ToolProcess.RunAsync("/usr/bin/systemd-analyze", ["verify", "--man=no", folder.File("chatd.service")], new Dictionary<string, string>());
            Assert.Equal((0, ""), (verified.ExitCode, verified.Error));
        }
    }

    [Fact(Timeout = 40_000)]
    public async Task A_watchdog_time_that_is_none_is_said()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync(
            new Dictionary<string, string> { ["WATCHDOG_USEC"] = "soon" }, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");

        await chatd.SaysAsync("WATCHDOG_USEC is 'soon', and no time in microseconds");
    }

    [Fact(Timeout = 40_000)]
    public async Task What_happens_to_a_session_is_logged_by_its_number_without_names_or_texts()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "debug", "--log-format", "json");
        await using (var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("rosalind"))
        {
            var room = (await ann.JoinAsync("tea")).Room;
            await ann.AskAsync<Posted>(ann.PostOf(room, "hush hush"));
            Assert.Equal(ErrorCode.TextEmpty, (await ann.AskAsync<Error>(ann.PostOf(room, ""))).Reason);
        }
        await chatd.SaysAsync("ended");
        chatd.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await chatd.ExitAsync());

        var error = await chatd.Error;
        var lines = error.TrimEnd('\n').Split('\n').Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        var told = lines.Where(line => line.GetProperty("Category").GetString() == "chatd.connection").Select(line => line.GetProperty("State")).ToList();
        Assert.All(told, state => Assert.Equal(1, state.GetProperty("Session").GetInt64()));
        var refused = Assert.Single(told, state => state.TryGetProperty("Request", out _));
        Assert.Equal("TextEmpty", refused.GetProperty("Code").GetString());
        Assert.Equal("tcp", Assert.Single(told, state => state.TryGetProperty("Transport", out _)).GetProperty("Transport").GetString());
        Assert.DoesNotContain("hush", error, StringComparison.Ordinal);
        Assert.DoesNotContain("rosalind", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 40_000)]
    public async Task What_others_say_does_nothing_to_a_terminal_that_shows_the_log()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        await using (var admin = await RawClient.ConnectAsync(new UnixDomainSocketEndPoint(folder.File("admin.sock"))))
        {
            await admin.LogInAsAdminAsync();
            await admin.AskAsync<Ok>(new Shutdown(admin.NextId(), 5000, "\x1b[2J\u202e\r\n2026-01-01 info: chatd[9] forged", null));
        }

        Assert.Equal(0, await chatd.ExitAsync());
        var error = await chatd.Error;
        Assert.Contains(@"stopping: \x1b[2J\u202e⏎2026-01-01 info: chatd[9] forged", error, StringComparison.Ordinal);
        Assert.DoesNotContain(error, c => char.IsControl(c) && c != '\n');
    }
}

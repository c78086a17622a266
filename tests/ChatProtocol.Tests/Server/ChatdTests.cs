using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>chatd as a process: what it is told, what it prints, how it ends.</summary>
public sealed class ChatdTests
{
    [Fact(Timeout = 20_000)]
    public async Task The_ready_line_names_every_endpoint()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync(
            "--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--listen", $"unix:{folder.File("s")}");

        Assert.Equal([$"tcp://{chatd.Tcp}", $"unix:{folder.File("s")}", $"admin:{folder.File("admin.sock")}"], chatd.Endpoints);
        await using var client = await RawClient.ConnectAsync(chatd.Tcp);
        await client.LogInAsync("ann");
    }

    [Fact(Timeout = 40_000)]
    public async Task A_limit_of_a_flag_changes_one_of_the_file_and_leaves_the_others()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("chatd.json"), """{ "near": ["none"], "limit": { "connections": 2, "near:pending": 7, "posts": "5/s,50" } }""");
        await using var chatd = await ChatdProcess.StartAsync(
            new Dictionary<string, string> { ["CHATD_LIMIT"] = "posts=1/s,10,pending=64" },
            "--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--config", folder.File("chatd.json"), "--limit", "connections=1");
        await using var ann = await RawClient.ConnectAsync(chatd.Tcp);
        await ann.LogInAsync("ann");

        await using var bob = await RawClient.ConnectAsync(chatd.Tcp);
        await bob.SendAsync(bob.Hello());

        Assert.StartsWith("127.0.0.1 has 1 connections already", (await bob.ReceiveAsync<Error>()).Text, StringComparison.Ordinal);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("connections", "limit connections: use NAME=VALUE, such as connections=64 or posts=5/s,50")]
    [InlineData("conections=1", "limit conections=1: there is no 'conections'; there are connections, pending, silent, logins, principals, passwords, account-passwords, rooms, renames, correspondents, blocks, amendments, room-changes, reports, posts, post-bytes, address-posts, address-post-bytes, each with near: before it for the same machine; and welcome:frame, welcome:text, ")]
    [InlineData("connections=0", "limit connections=0: use a number above 0, or none")]
    [InlineData("near:posts=5", "limit near:posts=5: use a rate and what may be used at once, such as 5/s,50 or 60/h,100 or 256K/s,1M, or none")]
    [InlineData("posts=5/d,5", "limit posts=5/d,5: use a rate and what may be used at once, such as 5/s,50 or 60/h,100 or 256K/s,1M, or none")]
    [InlineData("post-bytes=KK/s", "limit post-bytes=KK/s: 'KK' is no number above 0, with K or M behind it or not")]
    public async Task A_limit_that_cannot_be_meant_is_wrong_usage(string limit, string sentence)
    {
        var (exitCode, error) = await ChatdProcess.RunAsync("--limit", limit);

        Assert.Equal(2, exitCode);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 40_000)]
    public async Task A_flag_goes_before_the_environment_and_that_before_the_file()
    {
        using var folder = new TemporaryFolder();
        var flag = $"unix:{folder.File("flag")}";
        var variable = $"unix:{folder.File("variable")}";
        var file = $"unix:{folder.File("file")}";
        File.WriteAllText(folder.File("chatd.json"), $$"""
            // Comments are allowed.
            { "listen": ["{{file}}"], "data": "{{folder.File("data")}}", "log-level": "none", }
            """);
        string[] configured = ["--config", folder.File("chatd.json")];
        var environment = new Dictionary<string, string> { ["CHATD_LISTEN"] = variable };

        Assert.Equal(file, await FirstEndpointAsync(null, configured));
        Assert.Equal(variable, await FirstEndpointAsync(environment, configured));
        Assert.Equal(flag, await FirstEndpointAsync(environment, [.. configured, "--listen", flag]));
        Assert.True(File.Exists(folder.File("data/chat.db")));
    }

    [Fact(Timeout = 20_000)]
    public async Task The_file_may_be_named_by_the_environment_and_lists_are_separated_by_commas()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("chatd.json"), $$"""{ "data": "{{folder.File("data")}}" }""");
        await using var chatd = await ChatdProcess.StartAsync(new Dictionary<string, string>
        {
            ["CHATD_CONFIG"] = folder.File("chatd.json"),
            ["CHATD_LISTEN"] = $"tcp://0.0.0.0:0, unix:{folder.File("s")}",
            ["CHATD_ALLOW"] = "plaintext,guests",
        });

        Assert.Equal(3, chatd.Endpoints.Count);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("""{ "listne": ["tcp://127.0.0.1:0"] }""", "unknown setting 'listne'; there are listen, data, allow, tls-certificate, tls-key, registration, near, proxy, allow-origin, max-connections, limit, disk-floor, legacy-charset, ")]
    [InlineData("{\n\"listen\": ", "chatd.json:2: this is no JSON")]
    [InlineData("[]", "it has to be an object")]
    [InlineData("""{ "listen": 5 }""", "listen has to be a list of strings")]
    [InlineData("""{ "allow": [null] }""", "allow has to be a list of strings")]
    [InlineData("""{ "data": 5 }""", "data has to be a string")]
    [InlineData("""{ "legacy-history": 1.5 }""", "chatd.json:1: legacy-history 1.5: use a whole number from 0 to 1000")]
    [InlineData("""{ "legacy-echo": "yes" }""", "legacy-echo has to be true or false")]
    [InlineData("""{ "listen": ["nonsense"] }""", "chatd.json:1: cannot listen at nonsense: use tls://HOST:PORT")]
    [InlineData("""{ "log-level": "loud" }""", "chatd.json:1: log-level loud: use trace, debug")]
    public async Task A_mistake_in_the_file_is_named_and_ends_it(string json, string named)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("chatd.json"), json);

        await MisusedAsync(named, null, "--config", folder.File("chatd.json"), "--data", folder.File("data"));
    }

    [Theory(Timeout = 20_000)]
    [InlineData("LOG_LEVEL", "loud", "CHATD_LOG_LEVEL: log-level loud: use trace, debug")]
    [InlineData("LISTEN", "", "CHATD_LISTEN is empty: give it a value, or unset it")]
    [InlineData("CONFIG", "", "CHATD_CONFIG is empty")]
    [InlineData("ALLOW", "everything", "CHATD_ALLOW: allow everything: there is only plaintext, guests, legacy")]
    [InlineData("LEGACY_CHARSET", "utf-7", "legacy-charset utf-7: use gbk, gb18030 or utf-8")]
    [InlineData("LEGACY_LANGUAGE", "la", "legacy-language la: use zh or en")]
    [InlineData("LEGACY_HISTORY", "many", "CHATD_LEGACY_HISTORY: legacy-history many: use a whole number from 0 to 1000")]
    [InlineData("LEGACY_HISTORY", "1001", "legacy-history 1001: use a whole number from 0 to 1000")]
    [InlineData("LEGACY_ECHO", "maybe", "CHATD_LEGACY_ECHO: legacy-echo maybe: use true or false")]
    public async Task A_mistake_in_the_environment_is_named_and_ends_it(string variable, string value, string named)
    {
        using var folder = new TemporaryFolder();
        await MisusedAsync(named, new Dictionary<string, string> { [$"CHATD_{variable}"] = value }, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
    }

    [Theory(Timeout = 20_000)]
    [InlineData("--log-level", "loud", "log-level loud")]
    [InlineData("--log-level", "", "--log-level is given nothing, and needs a value")]
    [InlineData("--listen", "", "--listen is given nothing")]
    [InlineData("--config", "", "--config is given nothing")]
    [InlineData("--allow", "everything", "chatd: allow everything: there is only")]
    [InlineData("--legacy-history", "many", "chatd: legacy-history many: use a whole number from 0 to 1000")]
    [InlineData("--listen", "nonsense", "cannot listen at nonsense")]
    [InlineData("--listen", "unix:relative.sock", "cannot listen at unix:relative.sock: the path has to begin with /")]
    public async Task A_mistake_in_a_flag_is_named_and_ends_it(string flag, string value, string named)
    {
        using var folder = new TemporaryFolder();
        await MisusedAsync(named, null, "--data", folder.Path, flag, value);
    }

    [Fact(Timeout = 20_000)]
    public async Task Beside_a_running_server_a_mistake_is_still_what_is_told()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder: folder);

        await MisusedAsync("cannot listen at nonsense", null, "--data", folder.Path, "--listen", "nonsense");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_file_that_is_missing_is_named() =>
        await MisusedAsync("the configuration /no/such/chatd.json cannot be used: it does not exist", null, "--config", "/no/such/chatd.json");

    [Fact(Timeout = 20_000)]
    public async Task A_port_in_use_is_named_and_ends_it()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await RefusedAsync("Is another chatd running? Stop it, or choose another place with --listen.",
            "--data", folder.Path, "--listen", $"tcp://{other.LocalEndpoint}");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_listener_beyond_this_machine_is_refused_with_what_to_allow()
    {
        using var folder = new TemporaryFolder();
        await MisusedAsync("--allow plaintext,guests", null, "--data", folder.Path, "--listen", "tcp://0.0.0.0:0");
    }

    [Fact(Timeout = 20_000)]
    public async Task A_folder_that_cannot_be_written_is_named() => await RefusedAsync("chatd: the data folder /proc/chatd cannot be created\n", "--data", "/proc/chatd");

    [Fact(Timeout = 20_000)]
    public async Task An_unknown_flag_is_a_mistake_of_use()
    {
        var (exit, error) = await ChatdProcess.RunAsync("--lissten", "tcp://127.0.0.1:0");

        Assert.Equal(2, exit);
        Assert.Contains("--lissten", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 40_000)]
    public async Task A_shutdown_by_an_admin_ends_it_with_0()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        await using (var admin = await RawClient.ConnectAsync(new UnixDomainSocketEndPoint(folder.File("admin.sock"))))
        {
            await admin.LogInAsAdminAsync();
            await admin.AskAsync<Ok>(new Shutdown(admin.NextId(), 5000, "good night", null));
            Assert.Equal(new Bye(ByeCode.Shutdown, "good night", null), await admin.UntilAsync<Bye>());
        }

        Assert.Equal(0, await chatd.ExitAsync());
        Assert.False(File.Exists(folder.File("admin.sock")));
        // Each kind of line has a number that stays, for those who look for it by a program.
        Assert.Contains("chatd[2] stopping: good night", await chatd.Error, StringComparison.Ordinal);
    }

    private static async Task<string> FirstEndpointAsync(IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        await using var chatd = await ChatdProcess.StartAsync(environment, arguments);
        return chatd.Endpoints[0];
    }

    /// <summary>One sentence for the operator, no stack, and exit 1.</summary>
    private static Task<string> RefusedAsync(string named, params string[] arguments) => EndedAsync(1, named, null, arguments);

    /// <summary>The same for what can never be meant: exit 2, and where to read what can.</summary>
    private static async Task MisusedAsync(string named, IReadOnlyDictionary<string, string>? environment, params string[] arguments) =>
        Assert.EndsWith(". See 'chatd --help'.\n", await EndedAsync(2, named, environment, arguments), StringComparison.Ordinal);

    private static async Task<string> EndedAsync(int exitCode, string named, IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        var (exit, error) = await ChatdProcess.RunAsync(environment, arguments);

        Assert.Equal(exitCode, exit);
        Assert.StartsWith("chatd: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        return error;
    }
}

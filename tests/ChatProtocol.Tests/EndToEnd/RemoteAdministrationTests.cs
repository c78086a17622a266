using System.Diagnostics;
using System.Globalization;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chatctl over TLS, by a token.</summary>
public sealed class RemoteAdministrationTests
{
    private const string Password = "correct horse";
    private const string Everything = "read,observe,moderate,announce,operate,accounts";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-ACC-021", "CP-ACC-022")]
    [Fact(Timeout = 180_000)]
    public async Task An_operator_does_the_work_of_a_day_from_another_machine()
    {
        await using var installation = await StartAsync();
        var token = await TokenAsync(installation, Everything);
        (await RunAsync(installation, token + "\n", "context", "add", "day", "--server", AddressOf(installation), "--pin", installation.Chatd.Pin)).Done();
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "bob")).Done();
        await using var bob = await ConnectAsync(installation, ChatClientOptions.ForAccount(ChatAddress.Parse(AddressOf(installation)), "bob", Password));
        await bob.JoinAsync("lobby", cancellationToken: Stop);

        // Looking.
        Assert.Contains("bob", (await AskAsync(installation, "list")).Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(installation.Chatd.Pin, (await AskAsync(installation, "status")).Single().GetProperty("certificate").GetString());
        Assert.Contains("disk", (await AskAsync(installation, "check", "--commit", "1h,2h")).Select(one => one.GetProperty("check").GetString()));
        Assert.Equal(["olga", "bob"], (await AskAsync(installation, "accounts", "list")).Select(one => one.GetProperty("name").GetString()));

        // Keeping order, told on standard error where it changes something.
        await ChangeAsync(installation, "broadcast", "good morning");
        await ChangeAsync(installation, "ban", "203.0.113.0/24");
        Assert.Equal("203.0.113.0/24", (await AskAsync(installation, "bans")).Single().GetProperty("banned").GetString());
        await ChangeAsync(installation, "unban", "203.0.113.0/24");
        await EndsAsync(installation, bob, "kick", "bob", "--context", "day");

        // Accounts are changed by a person, on the server's own machine, or by a token that was made for it.
        var refused = await RunAsync(installation, "", "accounts", "disable", "bob", "--context", "day", "-o", "json");
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("the admin socket on the server's own machine", refused.Error, StringComparison.Ordinal);
        await using var again = await ConnectAsync(installation, ChatClientOptions.ForAccount(ChatAddress.Parse(AddressOf(installation)), "bob", Password));
        await EndsAsync(installation, again, "accounts", "disable", "bob", "--data", installation.Data);
        (await installation.ChatctlAsync("accounts", "enable", "bob")).Done();

        // A token that has got about.
        var lost = (await BobsTokenAsync(installation)).Trim();
        await using var thief = await ConnectAsync(installation, ChatClientOptions.ForToken(ChatAddress.Parse(AddressOf(installation)), lost));
        var id = (await AskAsync(installation, "tokens", "list", "bob")).Single().GetProperty("id").GetUInt64().ToString(CultureInfo.InvariantCulture);
        await EndsAsync(installation, thief, "tokens", "revoke", "bob", id, "--context", "day");

        await ChangeAsync(installation, "shutdown", "--announce", "good night");
        Assert.Equal(0, await installation.Chatd.ExitAsync());
    }

    [Spec("CP-ACC-022", "CP-ACC-030", "CP-ACC-032", "CP-ACC-033")]
    [Fact(Timeout = 180_000)]
    public async Task Accounts_are_managed_from_another_machine_by_a_token_made_for_that()
    {
        await using var installation = await StartAsync();
        var token = await TokenAsync(installation, "manage");
        (await RunAsync(installation, token + "\n", "context", "add", "day", "--server", AddressOf(installation), "--pin", installation.Chatd.Pin)).Done();

        (await RunAsync(installation, Password + "\n", "accounts", "create", "bob", "--admin", "--context", "day")).Done("context day");
        (await RunAsync(installation, "better horse\n", "accounts", "password", "bob", "--context", "day")).Done("context day");
        await ChangeAsync(installation, "accounts", "role", "bob", "member");
        await using var bob = await ConnectAsync(installation, ChatClientOptions.ForAccount(ChatAddress.Parse(AddressOf(installation)), "bob", "better horse"));
        await EndsAsync(installation, bob, "accounts", "disable", "bob", "--context", "day");
        Assert.Equal([("olga", "owner"), ("bob", "member")],
            (await AskAsync(installation, "accounts", "list")).Select(one => (one.GetProperty("name").GetString(), one.GetProperty("role").GetString())));
        await ChangeAsync(installation, "accounts", "delete", "bob", "--yes");

        var environment = With("CHAT_TOKEN", token);
        string[] server = ["--server", AddressOf(installation), "--pin", installation.Chatd.Pin];
        (await RunAsync(installation, Password + "\n", environment, ["accounts", "create", "eve", "--owner", .. server])).Failed(4, "the admin socket");
        (await RunAsync(installation, Password + "\n", environment, ["accounts", "password", "olga", .. server])).Failed(4, "olga");
        (await RunAsync(installation, "", environment, ["accounts", "delete", "olga", "--yes", .. server])).Failed(4, "olga");
        (await RunAsync(installation, "", "list", "--context", "day")).Failed(4, "a token with other scopes");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_is_named_by_an_option_before_the_environment_and_that_before_the_file()
    {
        await using var installation = await StartAsync();
        var token = await TokenAsync(installation, "observe");
        var (server, pin) = (AddressOf(installation), installation.Chatd.Pin);
        (await RunAsync(installation, token + "\n", "context", "add", "good", "--server", server, "--pin", pin)).Done();
        (await RunAsync(installation, token + "\n", "context", "add", "gone", "--server", "chats://127.0.0.2:1")).Done();
        (await RunAsync(installation, "", "context", "use", "gone")).Done();

        (await RunAsync(installation, "", "list")).Failed(7, "127.0.0.2:1");
        (await RunAsync(installation, With("CHATCTL_CONTEXT", "good"), "list")).Done();
        (await RunAsync(installation, With("CHATCTL_CONTEXT", "gone"), "list", "--context", "good")).Done();
        (await RunAsync(installation, With("CHATCTL_CONTEXT", "gone"), "list", "--data", installation.Data)).Done();
        (await RunAsync(installation, With("CHAT_TOKEN", token), "list", "--server", server, "--pin", pin)).Done();
        (await RunAsync(installation, With("CHATCTL_CONTEXT", "nowhere"), "list")).Failed(3, "there is no context nowhere");
        (await RunAsync(installation, "", "list", "--context", "good", "--data", installation.Data)).Failed(2, "one server is administered");
        (await RunAsync(installation, "", "list", "--data", installation.Data, "--accept-new")).Failed(2, "go with --server");
        (await RunAsync(installation, "", "list", "--server", server)).Failed(2, "CHAT_TOKEN");

        (await RunAsync(installation, "", "context", "remove", "gone")).Done();
        (await RunAsync(installation, "", "context", "use", "gone")).Failed(3, "there is no context gone");
        (await RunAsync(installation, token + "\n", "context", "add", "good", "--server", server)).Failed(5, "already");
    }

    [Fact(Timeout = 120_000)]
    public async Task Contexts_and_their_tokens_are_files_of_their_users_own()
    {
        await using var installation = await StartAsync();
        var token = await TokenAsync(installation, "observe");
        var folder = Path.Combine(installation.User("operator").Home, "config", "chatctl");
        var file = Path.Combine(installation.Data, "token");
        await File.WriteAllTextAsync(file, token + "\n", Stop);
        (await RunAsync(installation, "", "context", "add", "good", "--server", AddressOf(installation), "--token-file", file)).Done();

        Assert.DoesNotContain("chat_t_", await File.ReadAllTextAsync(Path.Combine(folder, "contexts"), Stop), StringComparison.Ordinal);
        Assert.Equal($"good {token}\n", await File.ReadAllTextAsync(Path.Combine(folder, "tokens"), Stop));
        foreach (var name in (string[])["contexts", "tokens"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, name)));
        Assert.DoesNotContain("chat_t_", (await RunAsync(installation, "", "context", "list")).Done().Output, StringComparison.Ordinal);

        (await RunAsync(installation, "", "context", "add", "bad", "--server", AddressOf(installation), "--token-file", "/nowhere")).Failed(1, "/nowhere");
        (await RunAsync(installation, "", "context", "add", "bad")).Failed(2, "--server is missing");
        (await RunAsync(installation, "x\n", "context", "add", "a b", "--server", AddressOf(installation))).Failed(2, "'a b'");
        (await RunAsync(installation, "", "context", "remove", "good")).Done();
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(folder, "tokens"), Stop));
    }

    [Spec("CP-TLS-006")]
    [Fact(Timeout = 120_000)]
    public async Task A_server_that_is_not_known_gets_no_token_and_one_that_is_gets_no_more_than_it_may()
    {
        await using var installation = await StartAsync();
        var token = await TokenAsync(installation, "observe");
        var environment = With("CHAT_TOKEN", token);
        string[] server = ["--server", AddressOf(installation)];

        (await RunAsync(installation, environment, ["list", .. server])).Failed(4, installation.Chatd.Pin);
        (await RunAsync(installation, environment, ["list", .. server, "--accept-new"])).Done();
        (await RunAsync(installation, environment, ["list", .. server])).Done();
        using var another = new TestCertificate("localhost");
        (await RunAsync(installation, environment, ["list", .. server, "--pin", another.Pin.ToString()])).Failed(4, installation.Chatd.Pin);

        (await RunAsync(installation, environment, ["broadcast", "hi", .. server])).Failed(4, "a token with other scopes");
        (await RunAsync(installation, environment, ["backup", "/var/backups/chat.db", .. server])).Failed(4, "the admin socket");
        (await RunAsync(installation, environment, ["wait", "stopped", .. server])).Failed(2, "on its own machine");
        (await RunAsync(installation, environment, ["wait", "sessions", "0", .. server])).Done();
        (await RunAsync(installation, With("CHAT_TOKEN", token[..^1] + "x"), ["list", .. server])).Failed(4, "token");
    }

    // Nobody but the Unix sockets is near, so that this address counts as another machine's.
    private static Task<Installation> StartAsync() => Installation.StartAsync("--listen", "tls://127.0.0.2:0", "--near", "unix", "--registration", "invitation");

    private static string AddressOf(Installation installation) => $"chats://{installation.Chatd.Tls}";

    /// <summary>Makes the first owner over the admin socket, and a token of hers over TLS.</summary>
    private static async Task<string> TokenAsync(Installation installation, string scopes)
    {
        (await installation.PipeChatctlAsync(Password + "\n", "accounts", "create", "olga", "--owner")).Done();
        return await TokenAsync(installation, "olga", scopes);
    }

    private static Task<string> BobsTokenAsync(Installation installation) => TokenAsync(installation, "bob", "read,post");

    private static async Task<string> TokenAsync(Installation installation, string name, string scopes) =>
        (await installation.User(name).PipeAsync(Password + "\n", "account", "token", "create", "chatctl", "--scopes", scopes, "--server", AddressOf(installation), "--pin", installation.Chatd.Pin, "-o", "ndjson"))
            .Done().Objects.Single().GetProperty("token").GetString()!;

    private static Task<ChatClient> ConnectAsync(Installation installation, ChatClientOptions options) => ChatClient.ConnectAsync(options with
    {
        Pin = CertificatePin.TryParse(installation.Chatd.Pin, out var pin) ? pin : null,
        ReconnectFor = TimeSpan.Zero,
    }, Stop);

    private static async Task<System.Text.Json.JsonElement[]> AskAsync(Installation installation, params string[] command) =>
        (await RunAsync(installation, "", [.. command, "--context", "day", "-o", "ndjson"])).Done().Objects;

    /// <summary>Runs a command that changes something, which tells on standard error at which server.</summary>
    private static async Task ChangeAsync(Installation installation, params string[] command)
    {
        var result = (await RunAsync(installation, "", [.. command, "--context", "day", "-o", "ndjson"])).Done($"context day: {AddressOf(installation)}");
        Assert.Empty(JsonSchema.FaultsOf(result.ErrorObject));
        Assert.All(result.Objects, one => Assert.Empty(JsonSchema.FaultsOf(one)));
    }

    /// <summary>Ends a client's session by a command, within a second of when that could begin.</summary>
    private static async Task EndsAsync(Installation installation, ChatClient client, params string[] command)
    {
        var begun = Stopwatch.GetTimestamp();
        (await RunAsync(installation, "", "--version")).Done();
        var toStart = Stopwatch.GetElapsedTime(begun);
        var ended = EndOfAsync(client);
        begun = Stopwatch.GetTimestamp();
        Assert.Equal(0, (await RunAsync(installation, "", command)).ExitCode);
        var whole = await ended - begun;
        var took = TimeSpan.FromSeconds((double)whole / Stopwatch.Frequency);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{string.Join(' ', command.Take(2))}: the session had ended {took.TotalMilliseconds:F0} ms after the command's start, of which {toStart.TotalMilliseconds:F0} ms are the program's own"));
        Assert.InRange(took - toStart, TimeSpan.MinValue, TimeSpan.FromSeconds(1));
    }

    private static async Task<long> EndOfAsync(ChatClient client)
    {
        await foreach (var _ in client.EventsAsync(Stop))
        {
        }
        return Stopwatch.GetTimestamp();
    }

    private static Dictionary<string, string> With(string variable, string value) => new() { [variable] = value };

    private static Task<ToolResult> RunAsync(Installation installation, string input, params string[] arguments) => RunAsync(installation, input, [], arguments);

    private static Task<ToolResult> RunAsync(Installation installation, Dictionary<string, string> environment, params string[] arguments) => RunAsync(installation, "", environment, arguments);

    private static Task<ToolResult> RunAsync(Installation installation, string input, Dictionary<string, string> environment, string[] arguments) => ToolProcess.RunAsync(
        ToolProcess.Program("chatctl"), arguments, new Dictionary<string, string>([.. installation.User("operator").Environment, .. environment]), System.Text.Encoding.UTF8.GetBytes(input));
}

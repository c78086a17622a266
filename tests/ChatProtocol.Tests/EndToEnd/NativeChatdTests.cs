using System.Runtime.InteropServices;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The native chatd: what tests/run.sh has published for all tests, or one that is published for these.</summary>
public sealed class NativeChatd : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal string Program { get; private set; } = "";

    public async ValueTask InitializeAsync() =>
        Program = ChatdProcess.Native ?? Path.Combine(await Dotnet.PublishAsync("chatd", _folder), "chatd");

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The server that users install, and the one that <c>dotnet run</c> starts: the same server.</summary>
[Collection(nameof(PublishingTests))]
public sealed class NativeChatdTests(NativeChatd native) : IClassFixture<NativeChatd>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Publishing_gives_one_program_and_two_libraries() =>
        Assert.Equal(["chatd", "libe_sqlite3.so", "libsodium.so"], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(native.Program)!).Select(Path.GetFileName).Order());

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Native_clients_text_clients_and_browsers_are_served_at_one_port_and_a_restart_loses_nothing(bool isNative)
    {
        using var folder = new TemporaryFolder();
        var program = isNative ? native.Program : ChatdProcess.Built;
        await using (var chatd = await ChatdProcess.StartThisAsync(program, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0"))
        {
            await using var text = await TextClient.EnterAsync(chatd.Tcp);
            await using var ann = await ConnectAsync(chatd);
            await (await ann.JoinAsync("lobby", cancellationToken: Stop)).PostAsync("你好", Stop);
            Assert.Equal("ann: 你好", await text.UntilAsync("ann: "));

            using var browser = new HttpClient();
            Assert.Contains("<title>Chat</title>", await browser.GetStringAsync($"http://{chatd.Tcp}/", Stop), StringComparison.Ordinal);

            chatd.Signal(PosixSignal.SIGTERM);
            Assert.Equal(0, await chatd.ExitAsync());
        }
        await using (var chatd = await ChatdProcess.StartThisAsync(program, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0"))
        {
            await using var ann = await ConnectAsync(chatd);
            var page = await (await ann.OpenAsync("lobby", cancellationToken: Stop)).HistoryAsync(10, cancellationToken: Stop);
            Assert.Equal(["你好"], page.Entries.Select(entry => entry.ToMessage()!.Text.ToString()));
        }
    }

    /// <summary>A promise of the manual. The runtime's heap is small then, so what is left is the program itself.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_idle_server_holds_34_MiB_of_memory_at_most()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartThisAsync(native.Program, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        await using (var ann = await ConnectAsync(chatd))
            await (await ann.JoinAsync("lobby", cancellationToken: Stop)).PostAsync("hello", Stop);

        Assert.InRange(chatd.ResidentMemory, 1, 34 * 1024 * 1024);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("libe_sqlite3.so", "SQLite")]
    [InlineData("libsodium.so", "libsodium")]
    public async Task Without_a_library_it_says_so_and_ends(string missing, string name)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(native.Program)!).Where(file => Path.GetFileName(file) != missing))
            File.Copy(file, folder.File(Path.GetFileName(file)));

        var result = await ToolProcess.RunAsync(folder.File("chatd"), ["--data", folder.File("data")], new Dictionary<string, string>());

        Assert.Equal((1, $"chatd: {name} is missing: {missing} has to lie beside chatd ({folder.Path}/)\n"), (result.ExitCode, result.Error));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_OpenSSL_it_says_so_and_ends(bool isNative)
    {
        using var folder = new TemporaryFolder();
        // In a view of the file system of its own, in which the library is empty.
        const string script = """
            for library in $(ldconfig -p | sed -n 's/.*libssl\.so\.[13].* => //p'); do mount --bind /dev/null "$(readlink -f "$library")"; done
            exec "$@"
            """;
        var result = await ToolProcess.RunAsync("unshare",
            ["--map-root-user", "--mount", "sh", "-c", script, "sh", isNative ? native.Program : ChatdProcess.Built, "--data", folder.File("data")], new Dictionary<string, string>());

        Assert.Equal((1, "chatd: OpenSSL is missing: install libssl.so.3 (libssl3 of Debian, openssl-libs of Fedora)\n"), (result.ExitCode, result.Error));
    }

    private static Task<ChatClient> ConnectAsync(ChatdProcess chatd) =>
        ChatClient.ConnectAsync(new ChatClientOptions { Address = ChatAddress.Parse($"chat://{chatd.Tcp}"), Name = "ann", Secret = new byte[32] }, Stop);
}

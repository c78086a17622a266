using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The memory of the native server whose clients do nothing. Nothing else runs meanwhile.</summary>
[Collection(nameof(PublishingTests))]
public sealed class IdleMemoryTests(NativeChatd native) : IClassFixture<NativeChatd>
{
    private const long KiB = 1024;

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_nobody_has_reached_holds_40_MiB_at_most()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder);

        Assert.InRange(chatd.ResidentMemory, 1, 40 * KiB * KiB);
    }

    [Fact(Timeout = 120_000)]
    public Task An_idle_member_over_TLS_costs_60_KiB_at_most() =>
        CostsAsync(60, chatd => RawClient.ConnectTlsAsync(chatd.Tls));

    [Fact(Timeout = 120_000)]
    public Task An_idle_member_over_WebSocket_costs_20_KiB_at_most() =>
        CostsAsync(20, chatd => RawClient.ConnectWebSocketAsync(chatd.Tcp));

    private async Task CostsAsync(int most, Func<ChatdProcess, Task<RawClient>> connect)
    {
        const int Members = 1000;
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder);
        var members = new RawClient[Members];
        // What the first ones bring in for all is not theirs.
        await using var first = await EnterAsync(connect(chatd), "first");
        var before = chatd.ResidentMemory;
        try
        {
            await Parallel.ForAsync(0, Members, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
                async (i, _) => members[i] = await EnterAsync(connect(chatd), $"member-{i}"));

            long Each() => (chatd.ResidentMemory - before) / Members;
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before / KiB} KiB before, {Each() / (double)KiB:F1} KiB each"));
            // What their handshakes have left behind is given back a little later.
            await Eventually.TrueAsync(() => Each() <= most * KiB, $"a member costs {most} KiB");
        }
        finally
        {
            foreach (var member in members)
                await (member?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static async Task<RawClient> EnterAsync(Task<RawClient> connecting, string name)
    {
        var client = await (await connecting).LogInAsync(name);
        await client.JoinAsync("tea");
        return client;
    }

    private Task<ChatdProcess> StartAsync(TemporaryFolder folder) =>
        ChatdProcess.StartThisAsync(native.Program, "--data", folder.Path, "--listen", "tls://127.0.0.1:0", "--listen", "tcp://127.0.0.1:0");
}

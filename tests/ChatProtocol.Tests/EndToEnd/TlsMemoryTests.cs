using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The memory of the native server that listens for TLS. Nothing else runs meanwhile.</summary>
[Collection(nameof(PublishingTests))]
public sealed class TlsMemoryTests(NativeChatd native) : IClassFixture<NativeChatd>
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
    public async Task An_idle_member_over_TLS_costs_60_KiB_at_most()
    {
        const int Members = 1000;
        using var folder = new TemporaryFolder();
        await using var chatd = await StartAsync(folder);
        var members = new RawClient[Members];
        // What the first ones bring in for all is not theirs.
        await using var first = await EnterAsync(chatd, "first");
        var before = chatd.ResidentMemory;
        try
        {
            await Parallel.ForAsync(0, Members, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
                async (i, _) => members[i] = await EnterAsync(chatd, $"member-{i}"));

            long Each() => (chatd.ResidentMemory - before) / Members;
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before / KiB} KiB before, {Each() / (double)KiB:F1} KiB each"));
            // What their handshakes have left behind is given back a little later.
            await Eventually.TrueAsync(() => Each() <= 60 * KiB, "a member costs 60 KiB");
        }
        finally
        {
            foreach (var member in members)
                await (member?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static async Task<RawClient> EnterAsync(ChatdProcess chatd, string name)
    {
        var client = await (await RawClient.ConnectTlsAsync(chatd.Tls)).LogInAsync(name);
        await client.JoinAsync("tea");
        return client;
    }

    private Task<ChatdProcess> StartAsync(TemporaryFolder folder) =>
        ChatdProcess.StartThisAsync(native.Program, "--data", folder.Path, "--listen", "tls://127.0.0.1:0");
}

using Xunit;

namespace ChatProtocol.Tests;

public sealed class MemoryTrimmerTests
{
    private const int Clients = 1000;

    [Fact(Timeout = 60_000)]
    public async Task Memory_of_half_frames_is_given_back_once_their_connections_are_gone_though_nothing_else_happens()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        var clients = new List<RawClient>();
        for (var i = 0; i < Clients; i++)
            clients.Add(await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync($"half{i}"));
        var before = chatd.ResidentMemory;
        foreach (var client in clients)
            await client.SendBytesAsync((byte[])[0, 1, 0xFF, 0, .. new byte[120_000]]);
        await Eventually.TrueAsync(() => chatd.ResidentMemory > before + (90 << 20), "much is held");
        foreach (var client in clients)
            await client.DisposeAsync();

        await Eventually.TrueAsync(() => chatd.ResidentMemory < before + (30 << 20), "it is given back");
    }
}

using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Counts what is allocated, so nothing else may run meanwhile.</summary>
[Collection(nameof(ReceiveAllocationTests))]
[CollectionDefinition(nameof(ReceiveAllocationTests), DisableParallelization = true)]
public sealed class ReceiveAllocationTests
{
    private const int Count = 20_000;

    private const int TextLength = 100;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_received_message_costs_at_most_216_bytes_beside_its_text(bool ofOneRoom)
    {
        await using var server = new ScriptedServer { GivesCredit = true };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { RoomWindow = 64 * 1024 * 1024 });
        var events = (ofOneRoom ? room.EventsAsync(Stop) : client.EventsAsync(Stop)).GetAsyncEnumerator(Stop);
        await using (events.ConfigureAwait(false))
        {
            var (first, second) = (Encoded(1), Encoded(1 + Count));
            await ReceiveAsync(first);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await ReceiveAsync(second);
            var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Count;

            // The text's own array: a header of 24 bytes, and a multiple of 8.
            TestContext.Current.SendDiagnosticMessage($"{each - 24 - (TextLength + 4)} B for each message beside its text");
            // Two references of them are to what few messages have.
            Assert.InRange(each - 24 - (TextLength + 4), 0, 216);
        }

        async Task ReceiveAsync(ReadOnlyMemory<byte> bytes)
        {
            var sending = peer.SendBytesAsync(bytes);
            for (var i = 0; i < Count; i++)
                Assert.True(await events.MoveNextAsync());
            await sending;
        }
    }

    private static ReadOnlyMemory<byte> Encoded(int first)
    {
        var buffer = new FrameBuffer();
        foreach (var seq in Enumerable.Range(first, Count))
            buffer.Write(ScriptedPeer.Entry((ulong)seq, new string('x', TextLength)));
        return buffer.ToArray();
    }
}

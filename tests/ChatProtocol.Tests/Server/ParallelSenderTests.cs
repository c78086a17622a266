using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class ParallelSenderTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Every_reader_gets_each_piece_once_and_in_order_whoever_sends_it(int helpers)
    {
        const int Readers = 600;
        const int Rounds = 100;
        var log = new FakeLog();
        var hub = new ChatHub(new HubOptions { Server = new byte[16], Epoch = 1, HashKey = new byte[16] }, log, new FakePasswordHasher(), _ => { });
        using var loop = new HubLoop(hub, TimeProvider.System);
        var budget = new MemoryBudget(long.MaxValue, Readers);
        using var sender = new ParallelSender(helpers);
        using var listening = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listening.Listen(Readers);
        var readers = new List<Socket>();
        var senders = new List<Transport>();
        var queues = new List<SendQueue>();
        for (var i = 0; i < Readers; i++)
        {
            var reader = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await reader.ConnectAsync(listening.LocalEndPoint!, TestContext.Current.CancellationToken);
            readers.Add(reader);
            var socket = await listening.AcceptAsync(TestContext.Current.CancellationToken);
            var transport = new SocketTransport(socket, loop: null);
            senders.Add(transport);
            queues.Add(new SendQueue(transport.OpenSink(), loop.Sends, budget, TimeProvider.System) { WhenDrained = () => { } });
        }

        for (var round = 0; round < Rounds; round++)
        {
            var piece = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(piece, round);
            // Not always enough of them to be worth help.
            var some = queues.Take(round % 4 == 0 ? 10 : Readers).ToList();
            some.ForEach(queue => queue.Add(piece));
            sender.Send(some);
        }

        Assert.All(queues, queue => Assert.Equal(0, queue.Queued));
        for (var i = 0; i < Readers; i++)
            Assert.Equal(Enumerable.Range(0, Rounds).Where(round => round % 4 != 0 || i < 10), Read(readers[i], queues[i].SentBytes));
        readers.ForEach(reader => reader.Dispose());
        senders.ForEach(transport => transport.Dispose());
    }

    private static List<int> Read(Socket reader, long count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < bytes.Length;)
            at += reader.Receive(bytes.AsSpan(at));
        Assert.Equal(0, reader.Available);
        return [.. bytes.Chunk(sizeof(int)).Select(piece => BinaryPrimitives.ReadInt32BigEndian(piece))];
    }
}

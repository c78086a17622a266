using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using ChatProtocol.Server;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// Sending a short piece to each of a thousand sockets, by the hub's thread alone and with helper threads. The readers read
/// between the iterations, so that the measured time is the server's.
/// </summary>
[WarmupCount(5), IterationCount(40)]
public class SendBenchmarks : IDisposable
{
    private const int Members = 1000;

    private readonly byte[] _piece = new byte[130];
    private readonly byte[] _read = new byte[4096];
    private readonly List<SendQueue> _queues = [];
    private readonly List<Socket> _readers = [];
    private ParallelSender? _sender;

    /// <summary>The number of helper threads.</summary>
    [Params(0, 1)]
    public int Helpers { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        // The loop is only needed for the case of a full socket, which does not occur here.
        var loop = new HubLoop(new HubStage().Hub, TimeProvider.System);
        var budget = new MemoryBudget(long.MaxValue, Members);
        using var listening = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listening.Listen(Members);
        for (var i = 0; i < Members; i++)
        {
            var reader = new Socket(SocketType.Stream, ProtocolType.Tcp);
            reader.Connect(listening.LocalEndPoint!);
            _readers.Add(reader);
            var socket = listening.Accept();
            _queues.Add(new SendQueue(new SocketTransport(socket, loop: null).OpenSink(), loop.Sends, budget, TimeProvider.System) { WhenDrained = () => { } });
        }
        _sender = new ParallelSender(Helpers);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _sender?.Dispose();
        _readers.ForEach(reader => reader.Dispose());
        GC.SuppressFinalize(this);
    }

    [IterationSetup]
    public void Fill()
    {
        foreach (var queue in _queues)
            queue.Add(_piece);
    }

    [Benchmark(OperationsPerInvoke = Members)]
    public void Piece_to_one_socket() => _sender!.Send(_queues);

    [IterationCleanup]
    public void Read()
    {
        foreach (var reader in _readers)
            if (reader.Receive(_read) != _piece.Length)
                throw new InvalidOperationException("A reader has not got everything.");
    }
}

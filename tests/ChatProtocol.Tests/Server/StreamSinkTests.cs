using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The send queue over a stream.</summary>
public sealed class StreamSinkTests : IDisposable
{
    private readonly SlowStream _stream = new();
    private readonly Socket _peer = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketTransport _below;
    private readonly HubLoop _loop;
    private readonly SendQueue _queue;
    private readonly ParallelSender _sender = new(helpers: 0);
    private readonly MemoryBudget _budget = new(long.MaxValue, 1);

    public StreamSinkTests()
    {
        using var listening = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listening.Listen();
        _peer.Connect(listening.LocalEndPoint!);
        _below = new SocketTransport(listening.Accept(), loop: null);
        var log = new FakeLog();
        // Its thread does not run: what the queue is told, the test does.
        _loop = new HubLoop(new ChatHub(new HubOptions { Server = new byte[16], Epoch = 1, HashKey = new byte[16] }, log, new FakePasswordHasher(), _ => { }), TimeProvider.System);
        _queue = new SendQueue(new StreamTransport(_stream, _below, isEncrypted: false).OpenSink(), _loop.Sends, _budget, TimeProvider.System) { WhenDrained = () => { } };
    }

    public void Dispose()
    {
        _loop.Dispose();
        _sender.Dispose();
        _below.Dispose();
        _peer.Dispose();
        _stream.Dispose();
    }

    [Fact]
    public void One_write_is_under_way_and_small_pieces_that_wait_go_out_together()
    {
        Send("one");
        Assert.Equal(["one"], _stream.Begun);
        Send("two");
        Send("three");
        Assert.Equal(["one"], _stream.Begun);
        Assert.Equal(3 + 3 + 5, _queue.Queued);

        _stream.Finish();
        _queue.Sent(3);
        Flush();

        Assert.Equal(["one", "twothree"], _stream.Begun);
        _stream.Finish();
        _queue.Sent(8);
        Assert.Equal((0, 11), (_queue.Queued, _queue.SentBytes));
    }

    [Fact]
    public void What_is_being_written_counts_as_held_until_it_is_written()
    {
        Send("one");
        Assert.True(_budget.Held > 3);

        _stream.Finish();
        _queue.Sent(3);
        Flush();

        Assert.Equal(0, _budget.Held);
    }

    [Fact]
    public void A_stream_that_fails_ends_the_queue_and_gives_back_what_waited()
    {
        Send("one");
        Send("two");
        _stream.Fail();
        _queue.Sent(0);
        Flush();

        Assert.True(_queue.Finished.IsCompletedSuccessfully);
        Assert.Equal((0, 0), (_queue.Queued, _budget.Held));
        Send("three");
        Assert.Equal(["one"], _stream.Begun);
    }

    [Fact]
    public void A_piece_does_not_change_under_a_write_when_the_senders_buffer_is_used_again()
    {
        Send("a", "b");
        var other = new SendQueue(new StreamTransport(new SlowStream(), _below, isEncrypted: false).OpenSink(), _loop.Sends, _budget, TimeProvider.System) { WhenDrained = () => { } };
        other.Add("x"u8.ToArray());
        other.Add("y"u8.ToArray());
        _sender.Send([other]);

        Assert.Equal(["ab"], _stream.Begun);
        Assert.Equal("ab", _stream.UnderWay);
    }

    private void Send(params string[] pieces)
    {
        foreach (var piece in pieces)
            _queue.Add(System.Text.Encoding.ASCII.GetBytes(piece));
        Flush();
    }

    private void Flush() => _sender.Send([_queue]);

    /// <summary>Writes take until the test says that they are done.</summary>
    private sealed class SlowStream : MemoryStream
    {
        private TaskCompletionSource _writing = new();
        private ReadOnlyMemory<byte> _bytes;

        public List<string> Begun { get; } = [];

        public string UnderWay => System.Text.Encoding.ASCII.GetString(_bytes.Span);

        public void Finish() => Interlocked.Exchange(ref _writing, new TaskCompletionSource()).SetResult();

        public void Fail() => _writing.SetException(new IOException("gone"));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _bytes = buffer;
            Begun.Add(UnderWay);
            return new ValueTask(_writing.Task);
        }
    }
}

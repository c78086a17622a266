using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using ChatProtocol.Server;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// A server in memory that takes every post: a thread of its own answers what a client needs to get into a room, and then each post
/// with as little work as that takes.
/// </summary>
internal sealed class MemoryServer : IDisposable
{
    private const ulong Room = 5;
    private const int ThreadCpuTime = 3;

    // A `posted` of the longest integers there are.
    private const int LongestPosted = 64;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _filled = new(false);
    private readonly Pipe _replies = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly ArrayBufferWriter<byte> _made = new(64 * 1024);
    private readonly Thread _thread;
    private ArrayBufferWriter<byte> _arriving = new(64 * 1024);
    private ArrayBufferWriter<byte> _arrived = new(64 * 1024);
    private ulong _seq;
    private volatile bool _isOver;
    private long _cpu;

    public MemoryServer()
    {
        Stream = new ClientEnd(this);
        _thread = new Thread(Serve) { Name = "memory server", IsBackground = true };
        _thread.Start();
    }

    /// <summary>The client's end of the connection.</summary>
    public Stream Stream { get; }

    /// <summary>The processor's time that the server itself has used, as of its last answer.</summary>
    public TimeSpan Cpu => TimeSpan.FromTicks(Volatile.Read(ref _cpu) / 100);

    public void Dispose()
    {
        _isOver = true;
        _filled.Set();
        _thread.Join();
        _filled.Dispose();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
            _arriving.Write(bytes);
        _filled.Set();
    }

    private void Serve()
    {
        while (!_isOver)
        {
            _filled.WaitOne();
            lock (_gate)
                (_arriving, _arrived) = (_arrived, _arriving);
            // A client's write holds whole frames.
            for (var left = _arrived.WrittenSpan; left.Length > 0;)
            {
                var length = FrameBuffer.LengthSize + BinaryPrimitives.ReadInt32BigEndian(left);
                Answer(left[..length]);
                left = left[length..];
            }
            _arrived.ResetWrittenCount();
            _replies.Writer.Write(_made.WrittenSpan);
            _made.ResetWrittenCount();
            _ = clock_gettime(ThreadCpuTime, out var used);
            Volatile.Write(ref _cpu, used.Seconds * 1_000_000_000 + used.Nanoseconds);
            // The pipe has no limit, so that nothing is waited for.
            _replies.Writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        }
        _replies.Writer.Complete();
    }

    private void Answer(ReadOnlySpan<byte> frame)
    {
        // [10, id, …]: the array's head and the code take a byte each.
        var payload = frame[FrameBuffer.LengthSize..];
        if (payload[1] == Post.FrameCode)
            WritePosted(payload[2..]);
        else
            _made.Write(FrameCodec.Encode(Reply(FrameCodec.Decode(new ReadOnlySequence<byte>(payload.ToArray()), Direction.ToServer))));
    }

    /// <summary>[74, id, seq, time], the id in the bytes in which it came.</summary>
    private void WritePosted(ReadOnlySpan<byte> fields)
    {
        var id = fields[..(fields[0] switch { 0xcf => 9, 0xce => 5, 0xcd => 3, 0xcc => 2, _ => 1 })];
        var into = _made.GetSpan(LongestPosted);
        (into[4], into[5]) = (0x94, (byte)Posted.FrameCode);
        id.CopyTo(into[6..]);
        var at = 6 + id.Length;
        foreach (var number in (ReadOnlySpan<ulong>)[++_seq, 1_767_225_600_000])
        {
            into[at] = 0xcf;
            BinaryPrimitives.WriteUInt64BigEndian(into[(at + 1)..], number);
            at += 9;
        }
        BinaryPrimitives.WriteInt32BigEndian(into, at - FrameBuffer.LengthSize);
        _made.Advance(at);
    }

    private static Frame Reply(Frame request) => request switch
    {
        Hello hello => new Welcome(
            hello.Id, 1, ProtocolVersion.Minor, hello.Capabilities, new byte[16], "memory/1", Limits.Default, Durability.Memory, 1_767_225_600_000),
        Login login => new LoggedIn(login.Id, 1, 20, login.Name, null),
        Open open => new RoomInfo(open.Id, Room, RoomKind.Public, open.Name, 7, 1, 0, 0, null),
        Ping ping => new Pong(ping.Id),
        Request other => new Ok(other.Id),
        _ => throw new InvalidOperationException($"nobody answers {request}"),
    };

    [DllImport("libc")]
    private static extern int clock_gettime(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    private sealed class ClientEnd(MemoryServer server) : AsynchronousStream
    {
        private readonly Stream _input = server._replies.Reader.AsStream();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            server.Take(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => server.Take(buffer.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            // As the other side of a closed connection does.
            server._isOver = true;
            server._filled.Set();
            base.Dispose(disposing);
        }
    }
}

using System.Buffers;
using System.IO.Pipelines;

namespace ChatProtocol.Testing;

/// <summary>
/// A connection in memory, with a buffer in each direction as large as a socket's: whoever writes into a full one waits. The client's end is
/// a stream, which any threads may use. The server's end belongs to the thread that has the server's turn.
/// </summary>
internal sealed class Link
{
    /// <summary>Bytes that may be under way in one direction.</summary>
    public const int Capacity = 64 * 1024;

    private readonly Pipe _toServer = new(new PipeOptions(pauseWriterThreshold: Capacity, resumeWriterThreshold: Capacity / 2, useSynchronizationContext: false));
    private readonly Pipe _toClient = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Lock _writing = new();
    private int _underWay;
    private volatile bool _isClientClosed;
    private volatile bool _isServerClosed;

    /// <param name="moved">Called when the client has written, read or closed, on its thread.</param>
    public Link(Action moved)
    {
        Moved = moved;
        ClientEnd = new LinkStream(this);
    }

    public Stream ClientEnd { get; }

    private Action Moved { get; }

    /// <summary>Whether the client has closed its end; what it had written can still be read.</summary>
    public bool IsClientClosed => _isClientClosed;

    /// <summary>Bytes that the client has not read.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>How many bytes the buffer towards the client takes just now.</summary>
    public int Room => _isClientClosed ? Capacity : Capacity - UnderWay;

    // The server's end.

    public bool TryRead(out ReadOnlySequence<byte> bytes)
    {
        var isThere = _toServer.Reader.TryRead(out var read);
        bytes = read.Buffer;
        return isThere;
    }

    public void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _toServer.Reader.AdvanceTo(consumed, examined);

    /// <summary>Puts bytes on the way, as many as there is <see cref="Room"/> for at most; <see cref="Deliver"/> shows them to the client.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_isClientClosed)
            return;
        _toClient.Writer.Write(bytes);
        Interlocked.Add(ref _underWay, bytes.Length);
    }

    /// <summary>Lets the client read what was written.</summary>
    public void Deliver()
    {
        if (_toClient.Writer.UnflushedBytes == 0)
            return;
        // Nothing pauses this writer, so the flush is done when it returns.
        var flush = _toClient.Writer.FlushAsync();
        if (flush.IsCompleted)
            _ = flush.Result;
    }

    /// <summary>The server writes no more: the client reads what there is, and then the end.</summary>
    public void Close() => Close(null);

    /// <summary>The connection breaks: what is under way is lost, in both directions.</summary>
    public void Break() => Close(new IOException("the connection was reset by the test server"));

    private void Close(IOException? why)
    {
        _isServerClosed = true;
        _toClient.Writer.Complete(why);
        _toServer.Reader.Complete(why);
    }

    // The client's end.

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var read = await _toClient.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(_isClientClosed, ClientEnd);
        var bytes = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        bytes.CopyTo(buffer.Span);
        var count = (int)bytes.Length;
        _toClient.Reader.AdvanceTo(bytes.End);
        var before = Interlocked.Add(ref _underWay, -count) + count;
        // The server waits for room only behind a full buffer.
        if (before > Capacity / 2 && before - count <= Capacity / 2)
            Moved();
        return count;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        ValueTask<FlushResult> flush;
        lock (_writing)
        {
            ObjectDisposedException.ThrowIf(_isClientClosed, ClientEnd);
            flush = _toServer.Writer.WriteAsync(bytes, cancellation);
        }
        Moved();
        var result = await flush.ConfigureAwait(false);
        if (result.IsCompleted || _isServerClosed)
            throw new IOException("the connection was closed by the test server");
    }

    public void CloseClient()
    {
        lock (_writing)
        {
            if (_isClientClosed)
                return;
            _isClientClosed = true;
            _toServer.Writer.CancelPendingFlush();
            _toServer.Writer.Complete();
        }
        _toClient.Reader.CancelPendingRead();
        Moved();
    }
}

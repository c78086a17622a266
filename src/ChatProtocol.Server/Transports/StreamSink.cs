using System.Buffers;

namespace ChatProtocol.Server;

/// <summary>A stream, with one write under way at a time. Bytes of that write count as taken when it is done.</summary>
/// <param name="stream">The stream.</param>
/// <param name="transport">The transport of the stream.</param>
/// <param name="encrypts">Whether a write costs time of the processor: then a thread of the pool begins it, and not the sender's.</param>
internal sealed class StreamSink(Stream stream, Transport transport, bool encrypts) : Sink
{
    private Task _writing = Task.CompletedTask;
    private int _length;

    public override bool HasRoom => transport.HasSendRoom;

    public override int TrySend(ReadOnlyMemory<byte> bytes)
    {
        // Two writes to a stream must not overlap.
        if (!_writing.IsCompleted)
            return 0;
        if (_writing.Exception is not null)
            return Broken;
        _length = bytes.Length;
        // The caller may use its buffer again at once.
        var own = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(own);
        _writing = encrypts ? Task.Run(() => WriteAsync(own, bytes.Length)) : WriteAsync(own, bytes.Length);
        return !_writing.IsCompleted ? 0 : _writing.Exception is null ? _length : Broken;
    }

    public override async ValueTask<int> UntilReadyAsync(ReadOnlyMemory<byte> head)
    {
        await _writing.ConfigureAwait(false);
        return _length;
    }

    /// <summary>Waits until everything that was taken has been written.</summary>
    public Task EndAsync() => _writing;

    private async Task WriteAsync(byte[] own, int length)
    {
        try
        {
            await stream.WriteAsync(own.AsMemory(0, length)).ConfigureAwait(false);
            await stream.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not IOException)
        {
            // Any exception of a stream that is closed: to the sender it is broken.
            throw new IOException(e.Message, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(own);
        }
    }
}

using System.Buffers;

namespace ChatProtocol.Server;

/// <summary>A stream, with one write under way at a time. What is under way counts as taken when it is done.</summary>
internal sealed class StreamSink(Stream stream, Transport transport) : Sink(transport)
{
    private Task _writing = Task.CompletedTask;
    private int _length;

    public override int TrySend(ReadOnlyMemory<byte> bytes)
    {
        // Two writes of a stream must not overlap.
        if (!_writing.IsCompleted)
            return 0;
        if (_writing.Exception is not null)
            return Broken;
        _length = bytes.Length;
        _writing = WriteAsync(bytes);
        return !_writing.IsCompleted ? 0 : _writing.Exception is null ? _length : Broken;
    }

    public override async ValueTask<int> UntilReadyAsync(ReadOnlyMemory<byte> head)
    {
        await _writing.ConfigureAwait(false);
        return _length;
    }

    /// <summary>Waits until everything that was taken has been written.</summary>
    public Task EndAsync() => _writing;

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var own = ArrayPool<byte>.Shared.Rent(bytes.Length);
        try
        {
            bytes.CopyTo(own);
            await stream.WriteAsync(own.AsMemory(0, bytes.Length)).ConfigureAwait(false);
            await stream.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not IOException)
        {
            // Whatever a stream throws when it is closed: to the sender it is broken.
            throw new IOException(e.Message, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(own);
        }
    }
}

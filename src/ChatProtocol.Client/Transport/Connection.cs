using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace ChatProtocol.Client;

/// <summary>
/// A connection with one loop that reads and one that writes. The reading loop is the only place where a connection ends:
/// a caller that ends it gives a reason, of which the first counts, and stops the loop.
/// </summary>
internal sealed class Connection : IAsyncDisposable
{
    private readonly IDisposable _carrier;
    private readonly Stream _stream;
    private readonly PipeReader _input;
    private readonly FrameReader _frames = new(Direction.ToClient);
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private CloseReason? _closeReason;
    private Exception? _writeFailure;
    private bool _spoken;

    /// <param name="transport">The connection's bytes; disposed with it.</param>
    public Connection(Transport transport)
    {
        _carrier = transport.Carrier;
        _stream = transport.Stream;
        Output = new SendBuffer { IsConfidential = transport.IsConfidential };
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024, leaveOpen: true));
    }

    public SendBuffer Output { get; }

    /// <summary>The longest payload that the server may send, in bytes. Only the reading loop's handler sets it.</summary>
    public int MaxFrame
    {
        set => _frames.MaxFrame = Math.Min(value, (1 << 24) - 1);
    }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Completes, never with an exception, when the connection has ended and its handler was told.</summary>
    public Task Completion => _reading;

    /// <summary>Starts the loops; the frames that the output holds already are sent at once.</summary>
    public void Start(IConnectionHandler handler)
    {
        _writing = WriteToEndAsync(handler);
        _reading = ReadToEndAsync(handler);
    }

    /// <summary>Ends the connection; the first reason wins.</summary>
    public void End(CloseReason why)
    {
        Finish(why);
        // Loops that only wait, as they do in general, end without the exception that a cancelled token costs.
        _input.CancelPendingRead();
        Output.Complete();
        _stop.Cancel();
    }

    /// <summary>Ends the connection behind the present frame; for the reading loop's handler.</summary>
    public void Finish(CloseReason why) => Interlocked.CompareExchange(ref _closeReason, why, null);

    /// <summary>Ends the connection if it is still open, and waits until both loops have ended. Call it once.</summary>
    public async ValueTask DisposeAsync()
    {
        End(CloseReason.ByClient);
        await _reading.ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await _input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadToEndAsync(IConnectionHandler handler)
    {
        // Also the reason if a bug throws an exception that is not caught here; DisposeAsync throws that.
        var why = new CloseReason(ChatException.Disconnected("the client failed"));
        try
        {
            await ReadAsync(handler).ConfigureAwait(false);
            why = Lost(null);
        }
        catch (OperationCanceledException)
        {
            // The caller that stopped the loop has set the reason.
        }
        catch (ProtocolViolation violation)
        {
            why = new CloseReason(ChatException.BrokenProtocol(violation.Message, violation));
        }
        catch (ChatException failure)
        {
            why = new CloseReason(failure);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            why = Lost(e);
        }
        finally
        {
            End(why);
            _carrier.Dispose();
            handler.Ended(_closeReason!);
        }
    }

    private async Task ReadAsync(IConnectionHandler handler)
    {
        while (true)
        {
            var read = await _input.ReadAsync().ConfigureAwait(false);
            if (read.IsCanceled)
                return;
            handler.Heard();
            var bytes = read.Buffer;
            CheckFirstByte(bytes);
            for (var left = bytes.Length; _frames.TryRead(ref bytes, out var frame); left = bytes.Length)
            {
                handler.Receive(frame!, (int)(left - bytes.Length));
                if (Volatile.Read(ref _closeReason) is not null)
                    return;
            }
            if (read.IsCompleted)
                return;
            _input.AdvanceTo(bytes.Start, bytes.End);
        }
    }

    private void CheckFirstByte(in ReadOnlySequence<byte> bytes)
    {
        if (_spoken || bytes.IsEmpty)
            return;
        _spoken = true;
        if (ForeignServer.Find(bytes) is { } foreign)
            throw foreign;
    }

    private CloseReason Lost(Exception? e) => new(ChatException.Disconnected(
        _spoken ? "the connection to the server was lost" : "the connection was closed before the server answered",
        e ?? Volatile.Read(ref _writeFailure)));

    private async Task WriteToEndAsync(IConnectionHandler handler)
    {
        try
        {
            while (await Output.TakeAsync().ConfigureAwait(false) is { Length: > 0 } bytes)
            {
                var sent = _stream.WriteAsync(bytes, _stop.Token);
                handler.WriteTaken();
                await sent.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Not the end yet: the server may have sent a reason, and the reading loop finds it before it finds the end.
            Volatile.Write(ref _writeFailure, e);
        }
    }
}

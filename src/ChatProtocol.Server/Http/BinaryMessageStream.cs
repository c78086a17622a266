using System.Buffers;
using System.Net.WebSockets;

namespace ChatProtocol.Server;

/// <summary>
/// The bytes that the binary messages of a WebSocket carry, as one stream: where a message ends means nothing (CP-WSK-004). While
/// nothing comes it holds no buffer.
/// </summary>
internal sealed class BinaryMessageStream : AsynchronousStream
{
    /// <summary>The longest message, in bytes, in either direction (CP-WSK-005).</summary>
    public const int MaxMessage = 64 * 1024;

    /// <summary>A piece of a message is received as a whole, so it is short.</summary>
    private const int Piece = 4096;

    private readonly WebSocket _socket;
    private readonly FramingBudget _wire;

    // A receive without a buffer, which ends when there is something, and then one with a buffer. They are kept when the reader is
    // cancelled: breaking a receive off would break the WebSocket.
    private Task<ValueWebSocketReceiveResult>? _arrival;
    private Task<int>? _piece;
    private byte[] _buffer = [];
    private Memory<byte> _unread;
    private int _message;
    private bool _hasEnded;
    private (WebSocketCloseStatus Status, string? Reason) _close = (WebSocketCloseStatus.NormalClosure, null);

    /// <param name="transport">The upgraded connection, behind the handshake.</param>
    /// <param name="protocol">The subprotocol that was agreed on.</param>
    public BinaryMessageStream(Stream transport, string protocol)
    {
        _wire = new FramingBudget(transport);
        // The hub pings, and knows which connection is silent.
        _socket = WebSocket.CreateFromStream(_wire, new WebSocketCreationOptions { IsServer = true, SubProtocol = protocol, KeepAliveInterval = TimeSpan.Zero });
    }

    /// <summary>The input ends with the WebSocket, whether by a close frame, a violation or a lost connection (CP-TRA-020).</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_unread.IsEmpty && !_hasEnded)
                await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            // A violation was told by a close frame; otherwise the peer is gone.
            _hasEnded = true;
        }
        var count = Math.Min(buffer.Length, _unread.Length);
        _unread[..count].CopyTo(buffer);
        _unread = _unread[count..];
        if (_unread.IsEmpty)
            GiveBack();
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var message = buffer[..Math.Min(buffer.Length, MaxMessage)];
            await _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
            buffer = buffer[message.Length..];
        }
    }

    /// <summary>Sends the close frame, behind the output (CP-WSK-008).</summary>
    public async Task EndAsync()
    {
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await _socket.CloseOutputAsync(_close.Status, _close.Reason, CancellationToken.None).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _socket.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask ReceiveAsync(CancellationToken cancellation)
    {
        if (_piece is null)
        {
            _arrival ??= _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();
            var arrived = await _arrival.WaitAsync(cancellation).ConfigureAwait(false);
            _arrival = null;
            if (arrived.MessageType is WebSocketMessageType.Text)
                End(WebSocketCloseStatus.InvalidMessageType, "chat.v1 consists of binary messages");
            else if (arrived.MessageType is WebSocketMessageType.Close)
                _hasEnded = true;
            if (_hasEnded || arrived.EndOfMessage)
                return;
            _buffer = ArrayPool<byte>.Shared.Rent(Piece);
            _piece = TakeAsync();
        }
        var count = await _piece.WaitAsync(cancellation).ConfigureAwait(false);
        _piece = null;
        _unread = _buffer.AsMemory(0, count);
        if (count == 0)
            GiveBack();
    }

    /// <summary>Receives a piece of a message.</summary>
    private async Task<int> TakeAsync()
    {
        var taken = await _socket.ReceiveAsync(_buffer.AsMemory(0, Piece), CancellationToken.None).ConfigureAwait(false);
        _wire.Carried(taken.Count);
        _message += taken.Count;
        if (_message > MaxMessage)
        {
            End(WebSocketCloseStatus.MessageTooBig, $"a message has more than {MaxMessage} bytes");
            return 0;
        }
        if (taken.EndOfMessage)
            _message = 0;
        return taken.Count;
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _unread = default;
    }

    /// <summary>Takes no more input. The close frame follows the answers to what came before.</summary>
    private void End(WebSocketCloseStatus status, string reason)
    {
        _close = (status, reason);
        _hasEnded = true;
    }
}

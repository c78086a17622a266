using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// A plain text client, for servers of the kind that the protocol began with: one room, no names, no history, and no
/// acknowledgement. Thread-safe except for <see cref="MessagesAsync"/>, which has one reader at a time.
/// </summary>
public sealed class LegacyClient : IAsyncDisposable
{
    /// <summary>The most bytes that such a server takes at once; it decodes each piece by itself.</summary>
    private const int MaxPiece = 1024;

    /// <summary>A message longer than this is skipped.</summary>
    private const int MaxMessage = 1024 * 1024;

    private readonly Socket _socket;
    private readonly LegacyClientOptions _options;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly LegacyLines _lines;
    private readonly Queue<string> _received = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private Task<int>? _receiving;
    private bool _hasSent;

    private LegacyClient(LegacyClientOptions options, Socket socket)
    {
        _options = options;
        _socket = socket;
        _lines = new LegacyLines(options.Charset, MaxMessage);
    }

    /// <summary>Connects; such a server has no login. The caller disposes the client.</summary>
    /// <param name="options">The server and the settings.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="ChatException">The server cannot be reached, or does not answer in time.</exception>
    public static Task<LegacyClient> ConnectAsync(LegacyClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Connector.ConnectAsync(options.Address, options.ConnectTimeout, options.TimeProvider,
            (socket, _) => Task.FromResult(new LegacyClient(options, socket)), cancellationToken);
    }

    /// <summary>
    /// Sends a text to everybody; <c>%%%</c> in it makes it private, by such a server's rules. Completes when the text was handed
    /// to the network and the pause behind it is over: the server acknowledges nothing. Each line is a message of its own, and so is
    /// each part of more than 1,024 bytes; characters that the charset lacks are sent as their numbers (CP-LEG-021, CP-LEG-050).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The text would be private, and is more than one message: all but the first would reach everybody.
    /// </exception>
    /// <exception cref="ChatException">The connection is lost.</exception>
    public Task SendAsync(string text, CancellationToken cancellationToken = default)
    {
        var pieces = Pieces("", text);
        if (pieces.Count > 1 && text.Contains(LegacyMessage.Separator, StringComparison.Ordinal))
            throw new ArgumentException($"A text with {LegacyMessage.Separator} in it is one line of at most {MaxPiece} bytes; whisper it instead.", nameof(text));
        return SendAsync(pieces, cancellationToken);
    }

    /// <summary>Sends a text to one user alone, as <see cref="SendAsync(string, CancellationToken)"/> does to everybody.</summary>
    /// <param name="target">The recipient, by the text that the server knows it by, which may be a port.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the sending, after a message or before one.</param>
    /// <exception cref="ArgumentException">The target cannot be told from the text, as one of them contains <c>%%%</c>.</exception>
    /// <exception cref="ChatException">The connection is lost.</exception>
    public Task WhisperAsync(string target, string text, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        if (target.Contains('%', StringComparison.Ordinal))
            throw new ArgumentException("A target has no % in it.", nameof(target));
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains(LegacyMessage.Separator, StringComparison.Ordinal))
            throw new ArgumentException($"A private text has no {LegacyMessage.Separator} in it.", nameof(text));
        return SendAsync(Pieces(target + LegacyMessage.Separator, text), cancellationToken);
    }

    /// <summary>
    /// The server's messages, one by one, until it closes: a message ends with a newline or a pause, so two that
    /// come at once may be one (CP-LEG-051). A message of more than a megabyte is skipped. A reader that stops can continue later where
    /// it stopped.
    /// </summary>
    /// <exception cref="ChatException">The connection is lost.</exception>
    public async IAsyncEnumerable<string> MessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            while (_received.TryDequeue(out var message))
                yield return message;
            if (!await ReceiveAsync(cancellationToken).ConfigureAwait(false) && _received.Count == 0)
                yield break;
        }
    }

    /// <summary>Closes the connection in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        Shutdown();
        if (_receiving is not null)
            await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The semaphore holds nothing to be freed, and a sender may still wait for it.
        _socket.Dispose();
    }

    private async Task SendAsync(List<byte[]> pieces, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The server has only just sent its own message about this client's arrival.
            if (!_hasSent)
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            _hasSent = true;
            foreach (var piece in pieces)
            {
                await WriteAsync(piece).ConfigureAwait(false);
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>
    /// Also ends a read that waits: a close during it would reset the connection, which such a server does not survive
    /// well.
    /// </summary>
    private void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server closed first, or this was called before.
        }
    }

    private Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(_options.Pause, _options.TimeProvider, cancellationToken);

    private List<byte[]> Pieces(string beginning, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = new List<byte[]>();
        var prefix = LegacyText.Encode(beginning, _options.Charset).Bytes;
        if (prefix.Length > MaxPiece / 2)
            throw new ArgumentException($"A target has at most {MaxPiece / 2} bytes.");
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var encoded = LegacyText.Encode(line, _options.Charset);
            for (var start = 0; start < encoded.Bytes.Length;)
            {
                var end = Math.Min(start + MaxPiece - prefix.Length, encoded.Bytes.Length);
                while (!encoded.IsBoundary(end))
                    end--;
                pieces.Add([.. prefix.Span, .. encoded.Bytes[start..end].Span]);
                start = end;
            }
        }
        return pieces;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            // A text is sent whole or not at all: a caller that gives up must not leave half a message.
            while (bytes.Length > 0)
                bytes = bytes[await _socket.SendAsync(bytes).ConfigureAwait(false)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ChatException.Disconnected("the connection to the server was lost", e);
        }
    }

    /// <summary>Takes the bytes that arrive, or the message that the pause has ended; false once the server has closed.</summary>
    private async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        var ended = new List<LegacyLine>();
        var count = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (count > 0)
            _lines.Add(_buffer.AsSpan(0, count.Value), ended);
        else
            _lines.End(ended);
        foreach (var line in ended.Where(line => !line.IsTooLong))
            _received.Enqueue(LegacyText.Decode(line.Bytes.Span, _options.Charset));
        return count != 0;
    }

    /// <summary>How many bytes arrived; 0 at the end, null if none arrived for the length of a pause.</summary>
    private async Task<int?> ReadAsync(CancellationToken cancellationToken)
    {
        // A read whose waiting was cancelled goes on, so that no bytes are lost.
        _receiving ??= _socket.ReceiveAsync(_buffer);
        try
        {
            var count = await _receiving.WaitAsync(_lines.QuietNeeded ?? Timeout.InfiniteTimeSpan, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            if (count > 0)
                _receiving = null;
            return count;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ChatException.Disconnected("the connection to the server was lost", e);
        }
    }
}

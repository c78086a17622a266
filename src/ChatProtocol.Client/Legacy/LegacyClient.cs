using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// A plain text client, for servers of the kind that the protocol began with: one room, no names, no history, and nothing
/// is acknowledged. Thread-safe but for <see cref="MessagesAsync"/>, which has one reader at a time.
/// </summary>
public sealed class LegacyClient : IAsyncDisposable
{
    /// <summary>Such a server takes no more at once, and decodes what it got.</summary>
    private const int MaxPiece = 1024;

    /// <summary>A message that never ends is passed over from here on.</summary>
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

    /// <summary>Connects; such a server wants no login. The caller disposes the client.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ArgumentException">The options cannot be right.</exception>
    /// <exception cref="ChatException">There is no such server, or none that answers in time.</exception>
    public static Task<LegacyClient> ConnectAsync(LegacyClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return Connector.ConnectAsync(options.Address, options.ConnectTimeout, options.TimeProvider,
            (socket, _) => Task.FromResult(new LegacyClient(options, socket)), cancellationToken);
    }

    /// <summary>
    /// Says something to everybody; <c>%%%</c> in it makes it private, as such a server has it. Completes when it was handed
    /// to the network and the quiet behind it has passed: nobody acknowledges it. Lines are messages of their own, and so are
    /// the parts of more than 1,024 bytes; what the charset lacks goes out as its number (CP-LEG-021, CP-LEG-050).
    /// </summary>
    /// <exception cref="ArgumentException">It would be private, and is more than one message: all but the first would reach everybody.</exception>
    /// <exception cref="ChatException">The connection is lost.</exception>
    public Task SendAsync(string text, CancellationToken cancellationToken = default)
    {
        var pieces = Pieces("", text);
        if (pieces.Count > 1 && text.Contains(LegacyMessage.Separator, StringComparison.Ordinal))
            throw new ArgumentException($"A text with {LegacyMessage.Separator} in it is one line of at most {MaxPiece} bytes; whisper it instead.", nameof(text));
        return SendAsync(pieces, cancellationToken);
    }

    /// <summary>Says something to one alone, as <see cref="SendAsync(string, CancellationToken)"/> does to everybody.</summary>
    /// <param name="target">The receiver, by what the server knows of it, which may be a port.</param>
    /// <param name="text">The words.</param>
    /// <param name="cancellationToken">Ends the sending, after a message or before one.</param>
    /// <exception cref="ArgumentException">The target cannot be told from the text, which has <c>%%%</c> in one of them.</exception>
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
    /// The server's words, message by message, until it closes: a message ends with a newline or a quiet, so two that
    /// come at once may be one (CP-LEG-051). One of more than a megabyte is passed over. Whoever stops can go on later where
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
        // The semaphore holds nothing to be freed, and somebody may still be behind it.
        _socket.Dispose();
    }

    private async Task SendAsync(List<byte[]> pieces, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The server's own word on our coming went out just now.
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

    /// <summary>Ends a read that waits, too: closed under it the connection would be reset, which such a server does not survive well.</summary>
    private void Shutdown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server was faster, or this was called before.
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
            // Whole or not at all: a caller that gives up must not leave half a message.
            while (bytes.Length > 0)
                bytes = bytes[await _socket.SendAsync(bytes).ConfigureAwait(false)..];
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ChatException.Disconnected("the connection to the server was lost", e);
        }
    }

    /// <summary>Takes what comes, or what the quiet has ended; false once the server has closed.</summary>
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

    /// <summary>How many bytes came; 0 at the end, null if nothing did for long enough.</summary>
    private async Task<int?> ReadAsync(CancellationToken cancellationToken)
    {
        // A read that nobody waited for to its end goes on, and loses nothing.
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

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Sdk;

namespace ChatProtocol.Tests;

/// <summary>A plain text client: bytes out, lines in. Every wait has an end, and what comes has to be valid.</summary>
internal sealed partial class TextClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[LegacyLayout.ReadSize];
    private readonly StringBuilder _unread = new();
    private readonly Encoding _strict;

    private TextClient(int codePage) =>
        _strict = StrictEncoding.Of(codePage);

    public IPEndPoint Address { get; private set; } = null!;

    /// <summary>The name that its address makes.</summary>
    public string Guest => $"guest-{Address.Port}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <param name="server">Where the server listens.</param>
    /// <param name="codePage">What bytes mean.</param>
    /// <param name="from">The client's own address; whatever the system takes by default.</param>
    public static async Task<TextClient> ConnectAsync(IPEndPoint server, int codePage = 936, string? from = null)
    {
        var client = new TextClient(codePage);
        if (from is not null)
            client._socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await client._socket.ConnectAsync(server, Stop);
        client.Address = (IPEndPoint)client._socket.LocalEndPoint!;
        return client;
    }

    /// <summary>Connects and says something, so that it is let in at once.</summary>
    public static async Task<TextClient> EnterAsync(IPEndPoint server, string first = "%%%who\n", int codePage = 936)
    {
        var client = await ConnectAsync(server, codePage);
        await client.SendAsync(first);
        await client.UntilAsync("*** 欢迎");
        await client.UntilAsync("*** 在线");
        if (first == "%%%who\n")
            await client.UntilAsync("*** 在线");
        return client;
    }

    public Task SendAsync(string text) => SendAsync(_strict.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await _socket.SendAsync(bytes, Stop)..];
    }

    /// <summary>
    /// The next line without its end; null once the server has closed. Spaces are counted as one: the server puts in more
    /// where a reader might end in half a character (CP-LEG-030).
    /// </summary>
    public async Task<string?> ReadLineAsync()
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(Patience);
        while (true)
        {
            var unread = _unread.ToString();
            if (unread.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                _unread.Remove(0, end + 1);
                return Spaces().Replace(unread[..end], " ").TrimEnd(' ');
            }
            if (await _socket.ReceiveAsync(_buffer, late.Token) is > 0 and var count)
                _unread.Append(_strict.GetString(_buffer, 0, count));
            else
                return unread.Length == 0 ? null : throw new XunitException($"the server closed in the middle of a line: {unread}");
        }
    }

    /// <summary>The next line that begins so; those before it are passed over, and given.</summary>
    public async Task<string> UntilAsync(string beginning, List<string>? passedOver = null)
    {
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
                return line;
            passedOver?.Add(line);
        }
        throw new XunitException($"the server closed before '{beginning}'");
    }

    /// <summary>The lines up to the server's end of the connection.</summary>
    public async Task<List<string>> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
            lines.Add(line);
        return lines;
    }

    /// <summary>Closes at once, with a reset if something came that was not read, or always.</summary>
    public void Close(bool reset)
    {
        if (reset)
            _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}

using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;
using Xunit.Sdk;

namespace ChatProtocol.Tests;

/// <summary>A client that does exactly what the test says: bytes in and out, or frames by the wire project alone. Every wait has an end.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly PipeReader _input;
    private readonly FrameReader _frames = new(Direction.ToClient);
    private Limits _limits = Limits.Default;
    private WebSocket? _webSocket;
    private ulong _id;

    private RawClient(Socket socket, Stream? stream = null)
    {
        _socket = socket;
        _stream = stream ?? new NetworkStream(socket, ownsSocket: false);
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
    }

    /// <summary>What the server told at login; null before.</summary>
    public LoggedIn? Self { get; private set; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<RawClient> ConnectAsync(EndPoint server, int receiveBuffer = 0)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        var socket = new Socket(server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!isUnix)
            socket.NoDelay = true;
        if (receiveBuffer > 0)
            socket.ReceiveBufferSize = receiveBuffer;
        await socket.ConnectAsync(server, Stop);
        await TestHandshake.BeginAsync(socket, Stop);
        var client = new RawClient(socket);
        return TestHandshake.IsWebSocket && TestHandshake.IsServed(server) ? await client.UpgradeAsync() : client;
    }

    /// <summary>Connects, does a TLS handshake whatever the certificate, and goes on inside.</summary>
    /// <param name="server">The endpoint.</param>
    /// <param name="with">Changes the client's side of the handshake.</param>
    /// <param name="from">The client's own address; whatever the system takes by default.</param>
    /// <param name="receiveBuffer">The size of the socket's receive buffer; 0 for the system's choice.</param>
    public static async Task<RawClient> ConnectTlsAsync(EndPoint server, Action<SslClientAuthenticationOptions>? with = null, string? from = null, int receiveBuffer = 0)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (from is not null)
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            if (receiveBuffer > 0)
                socket.ReceiveBufferSize = receiveBuffer;
            await socket.ConnectAsync(server, Stop);
            var options = new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null };
            with?.Invoke(options);
            var secure = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await secure.AuthenticateAsClientAsync(options, Stop);
            return new RawClient(socket, secure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects and opens a WebSocket, as a program would, and goes on inside.</summary>
    public static async Task<RawClient> ConnectWebSocketAsync(EndPoint server, int receiveBuffer = 0)
    {
        var client = await ConnectAsync(server, receiveBuffer);
        return client._webSocket is not null ? client : await client.UpgradeAsync();
    }

    /// <summary>The certificate that the server has shown.</summary>
    public CertificatePin Pin => CertificatePin.Of((X509Certificate2)((SslStream)_stream).RemoteCertificate!);

    public ulong NextId() => ++_id;

    /// <summary>Says hello and logs in as a guest whose key follows from the name.</summary>
    public Task<RawClient> LogInAsync(string name, byte[]? publisher = null) => LogInAsync(_ => LoginOf(name, publisher));

    /// <summary>Says hello and logs in as the test wants.</summary>
    /// <param name="login">Makes the request, of this id or of its own.</param>
    public async Task<RawClient> LogInAsync(Func<ulong, Login> login)
    {
        await SendAsync(Hello(), login(NextId()));
        await ReceiveAsync<Welcome>();
        Self = await ReceiveAsync<LoggedIn>();
        return this;
    }

    public Hello Hello() => new(NextId(), ProtocolVersion.Major, ProtocolVersion.Minor, [], "raw/1");

    public Login LoginOf(string name, byte[]? publisher = null) =>
        new(NextId(), name, CredentialKind.GuestKey, Key(name), publisher is null ? default(ReadOnlyMemory<byte>?) : publisher, Inbox: false);

    /// <summary>Logs in by the admin socket.</summary>
    public async Task<RawClient> LogInAsAdminAsync()
    {
        await SendAsync(Hello(), new Login(NextId(), "admin", CredentialKind.LocalAdmin, ReadOnlyMemory<byte>.Empty, null, Inbox: false));
        await ReceiveAsync<Welcome>();
        Self = await ReceiveAsync<LoggedIn>();
        return this;
    }

    public async Task<RoomInfo> JoinAsync(string room, ulong? after = null)
    {
        await SendAsync(new Join(NextId(), room, PresenceMode.None, after, null));
        return await ReceiveAsync<RoomInfo>();
    }

    public Post PostOf(ulong room, Text text, ulong? counter = null) => new(NextId(), room, text, counter);

    /// <summary>Sends a request and waits for the frame that answers it; what comes before is passed over.</summary>
    public async Task<T> AskAsync<T>(Request request)
        where T : Frame
    {
        await SendAsync(request);
        return await UntilAsync<T>(frame => frame is Reply reply ? reply.Id == request.Id : frame is not Error error || error.Id == request.Id);
    }

    /// <summary>Sends the frames in one write.</summary>
    public Task SendAsync(params IEnumerable<Frame> frames) => SendBytesAsync(frames.SelectMany(FrameCodec.Encode).ToArray());

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        // The longest message of a WebSocket (CP-WSK-005).
        for (; _webSocket is not null && bytes.Length > 65_536; bytes = bytes[65_536..])
            await _stream.WriteAsync(bytes[..65_536], Stop);
        await _stream.WriteAsync(bytes, Stop);
    }

    /// <summary>The next frame, which has to be of that kind.</summary>
    public async Task<T> ReceiveAsync<T>()
        where T : Frame
    {
        var frame = await ReceiveAsync();
        return frame as T ?? throw new XunitException($"expected {typeof(T).Name}, got {frame?.ToString() ?? "the end"}");
    }

    /// <summary>The next frame of that kind; others before it are passed over.</summary>
    public async Task<T> UntilAsync<T>(Predicate<T>? isIt = null)
        where T : Frame
    {
        while (true)
        {
            var frame = await ReceiveAsync();
            if (frame is T found && (isIt is null || isIt(found)))
                return found;
            if (frame is null or Error)
                throw new XunitException($"expected {typeof(T).Name}, got {frame?.ToString() ?? "the end"}");
        }
    }

    public async Task<List<T>> ReceiveAsync<T>(int count)
        where T : Frame
    {
        var received = new List<T>(count);
        while (received.Count < count)
            received.Add(await ReceiveAsync<T>());
        return received;
    }

    /// <summary>The next frame; null when the server has closed.</summary>
    public async Task<Frame?> ReceiveAsync()
    {
        using var late = Late();
        while (true)
        {
            var read = await _input.ReadAsync(late.Token);
            var bytes = read.Buffer;
            var found = _frames.TryRead(ref bytes, out var frame);
            _input.AdvanceTo(bytes.Start, found ? bytes.Start : bytes.End);
            // As strict as the spec lets a client be (CP-TRA-008).
            _limits = (frame as Welcome)?.Limits ?? _limits;
            if (frame is LoggedIn)
                _frames.MaxFrame = _limits.Frame;
            if (found)
                return frame;
            if (!read.IsCompleted)
                continue;
            Assert.True(bytes.IsEmpty, "the server closed in the middle of a frame");
            return null;
        }
    }

    /// <summary>Everything up to the server's end of the connection.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        using var late = Late();
        using var all = new MemoryStream();
        await _input.CopyToAsync(all, late.Token);
        return all.ToArray();
    }

    /// <summary>So many bytes; null where the server ends the connection before them.</summary>
    public async Task<byte[]?> ReadExactlyAsync(int count)
    {
        using var late = Late();
        var read = await _input.ReadAtLeastAsync(count, late.Token);
        var bytes = read.Buffer.Length < count ? null : read.Buffer.Slice(0, count).ToArray();
        _input.AdvanceTo(read.Buffer.GetPosition(bytes?.Length ?? 0));
        return bytes;
    }

    /// <summary>Takes whatever comes and looks at none of it, for as long as the server goes on.</summary>
    public Task DrainAsync() => _input.CopyToAsync(Stream.Null, Stop);

    /// <summary>Text up to and including this end.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        using var late = Late();
        while (true)
        {
            var read = await _input.ReadAsync(late.Token);
            var text = Encoding.UTF8.GetString(read.Buffer);
            var found = text.IndexOf(end, StringComparison.Ordinal);
            if (found < 0 && read.IsCompleted)
                throw new XunitException($"{end} did not come, but: {text}");
            _input.AdvanceTo(found < 0 ? read.Buffer.Start : read.Buffer.End, read.Buffer.End);
            if (found >= 0)
                return text;
        }
    }

    /// <summary>Waits until the server has closed, and fails if it says anything before.</summary>
    public async Task ClosedAsync() => Assert.Null(await ReceiveAsync());

    /// <summary>Sends nothing more, and still reads.</summary>
    public async Task EndSendingAsync()
    {
        if (_webSocket is not null)
            await _webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
        else
            _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Goes away without a word.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return _input.CompleteAsync();
    }

    private async Task<RawClient> UpgradeAsync()
    {
        await SendBytesAsync(Encoding.ASCII.GetBytes(string.Concat(WebSocketVectors.Handshakes[0].Request.Select(line => $"{line}\r\n")) + "\r\n"));
        Assert.StartsWith("HTTP/1.1 101 ", await ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        var socket = WebSocket.CreateFromStream(_stream, new WebSocketCreationOptions { SubProtocol = "chat.v1", KeepAliveInterval = TimeSpan.Zero });
        return new RawClient(_socket, WebSocketStream.Create(socket, WebSocketMessageType.Binary)) { _webSocket = socket };
    }

    private static byte[] Key(string name) => [.. Enumerable.Range(0, 32).Select(i => (byte)(name[i % name.Length] + i))];

    private static CancellationTokenSource Late()
    {
        var late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(Patience);
        return late;
    }
}

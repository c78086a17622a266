using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>A listener whose side of every conversation the test speaks itself, frame by frame.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public static readonly byte[] Id = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
    public static readonly byte[] Secret = [.. Enumerable.Repeat((byte)7, 32)];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<IAsyncDisposable> _opened = [];

    public ScriptedServer() => _listener.Start();

    public ChatAddress Address => ChatAddress.Parse($"chat://{_listener.LocalEndpoint}");

    /// <summary>For a client that does not come back by itself.</summary>
    public ChatClientOptions Options => new() { Address = Address, Name = "ann", Secret = Secret, ReconnectFor = TimeSpan.Zero };

    public Limits Limits { get; init; } = Limits.Default;

    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Whether it tells the window back that it is asked for.</summary>
    public bool GivesCredit { get; init; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<ScriptedPeer> AcceptAsync()
    {
        var peer = new ScriptedPeer(await _listener.AcceptSocketAsync(Stop));
        _opened.Add(peer);
        return peer;
    }

    /// <summary>Takes a client in, up to its login, and disposes it with the server.</summary>
    public async Task<(ChatClient Client, ScriptedPeer Peer)> WelcomeAsync(Func<ChatClientOptions, ChatClientOptions>? with = null)
    {
        var connecting = ChatClient.ConnectAsync(with is null ? Options : with(Options), Stop);
        var peer = await AcceptAsync();
        await peer.WelcomeAsync(Limits, capabilities: Capabilities);
        await peer.LogInAsync(GivesCredit);
        var client = await connecting;
        _opened.Insert(0, client);
        return (client, peer);
    }

    /// <summary>The same with a room joined, of id 5 and at the cursor given.</summary>
    public async Task<(ChatClient Client, ScriptedPeer Peer, ChatRoom Room)> WelcomeToRoomAsync(
        Func<ChatClientOptions, ChatClientOptions>? with = null, ulong cursor = 0)
    {
        var (client, peer) = await WelcomeAsync(with);
        var joining = client.JoinAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, cursor, cursor, null));
        return (client, peer, await joining);
    }

    /// <summary>Nobody gets in any more; who is in stays.</summary>
    public void StopListening() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
            await opened.DisposeAsync();
        _listener.Dispose();
    }
}

/// <summary>One connection of a <see cref="ScriptedServer"/>.</summary>
internal sealed class ScriptedPeer(Socket socket) : IAsyncDisposable
{
    private readonly PipeReader _input = PipeReader.Create(new NetworkStream(socket, ownsSocket: false));
    private readonly FrameReader _frames = new(Direction.ToServer) { MaxFrame = 1 << 20 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static Message Entry(ulong seq, string text = "hi", ulong room = 5) => new(room, seq, 1000 + seq, 9, "bob", text);

    public async Task WelcomeAsync(Limits limits, byte[]? id = null, int minor = ProtocolVersion.Minor, IReadOnlyList<string>? capabilities = null) => await AnswerAsync<Hello>(hello =>
        new Welcome(hello.Id, 1, minor, capabilities ?? [], id ?? ScriptedServer.Id, "scripted/1", limits, Durability.Synced, 5000));

    public async Task<Login> LogInAsync(bool givesCredit = false) =>
        await AnswerAsync<Login>(login => new LoggedIn(login.Id, 12, 34, login.Name, givesCredit ? login.Window : null));

    /// <summary>Waits for the next frame, which has to be of that kind.</summary>
    public async Task<T> ReceiveAsync<T>()
        where T : Frame => Assert.IsType<T>(await ReceiveAsync());

    public async Task<T> AnswerAsync<T>(Func<T, Frame> answer)
        where T : Frame
    {
        var asked = await ReceiveAsync<T>();
        await SendAsync(answer(asked));
        return asked;
    }

    /// <summary>The next frame; null when the client has closed, whether it had read everything or not.</summary>
    public async Task<Frame?> ReceiveAsync()
    {
        try
        {
            return await ReadAsync();
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return null;
        }
    }

    /// <summary>Sends the frames in one write.</summary>
    public Task SendAsync(params IEnumerable<Frame> frames) => SendBytesAsync(frames.SelectMany(FrameCodec.Encode).ToArray());

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, Stop)..];
    }

    public void Close() => socket.Close();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return _input.CompleteAsync();
    }

    private async Task<Frame?> ReadAsync()
    {
        while (true)
        {
            var read = await _input.ReadAsync(Stop);
            var bytes = read.Buffer;
            var found = _frames.TryRead(ref bytes, out var frame);
            _input.AdvanceTo(bytes.Start, found ? bytes.Start : bytes.End);
            if (found || read.IsCompleted)
                return frame;
        }
    }
}

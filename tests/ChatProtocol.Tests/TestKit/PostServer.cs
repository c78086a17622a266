using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Client;

namespace ChatProtocol.Tests;

/// <summary>
/// A server in memory with one room, which takes posts as the spec has it, by counter and by key, refuses those that the test wants refused,
/// and can be cut off from its clients at a moment at which it knows what it has taken.
/// </summary>
internal sealed class PostServer : IAsyncDisposable
{
    private const ulong Room = 5;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Post> _stored = [];
    private readonly Dictionary<string, List<ulong>> _publishers = [];
    private readonly Dictionary<string, int> _keys = [];
    private readonly Task _accepting;
    private bool _isCut;

    public PostServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The answer to a new post that is refused; null for one that is stored. Under the server's lock.</summary>
    public Func<Post, Error?> Refuses { get; set; } = _ => null;

    public IReadOnlyList<string> Capabilities { get; init; } = Capability.All;

    public ChatAddress Address => ChatAddress.Parse($"chat://{_listener.LocalEndpoint}");

    public ChatClientOptions Options => new() { Address = Address, Name = "ann", Secret = ScriptedServer.Secret, ReconnectFor = TimeSpan.Zero };

    /// <summary>What was stored, in the order of the room.</summary>
    public IReadOnlyList<Post> Stored
    {
        get
        {
            lock (_gate)
                return [.. _stored];
        }
    }

    /// <summary>Called with the number of stored posts whenever there is one more, under the server's lock.</summary>
    public Action<int> Grown { get; set; } = _ => { };

    /// <summary>From here on nothing more is taken or answered on the connections that there are; <paramref name="then"/> runs before the clients can know.</summary>
    public void Cut(Action then)
    {
        lock (_gate)
        {
            List<Socket> cut = [.. _sockets];
            _sockets.Clear();
            then();
            foreach (var socket in cut)
                socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isCut = true;
        _listener.Dispose();
        Cut(() => { });
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!_isCut)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync();
                lock (_gate)
                    _sockets.Add(socket);
                serving.Add(ServeAsync(socket));
            }
            catch (Exception) when (_isCut)
            {
                break;
            }
        }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        var input = PipeReader.Create(new NetworkStream(socket, ownsSocket: false));
        var frames = new FrameReader(Direction.ToServer) { MaxFrame = 1 << 20 };
        var publisher = "";
        try
        {
            while (true)
            {
                var read = await input.ReadAsync();
                var bytes = read.Buffer;
                var replies = new FrameBuffer();
                lock (_gate)
                {
                    while (_sockets.Contains(socket) && frames.TryRead(ref bytes, out var frame))
                        replies.Write(Answer(frame!, ref publisher));
                    if (!_sockets.Contains(socket))
                        return;
                }
                input.AdvanceTo(bytes.Start, bytes.End);
                for (var left = replies.Written; left.Length > 0;)
                    left = left[await socket.SendAsync(left)..];
                if (read.IsCompleted)
                    return;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Cut, or the client has gone.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private Frame Answer(Frame request, ref string publisher)
    {
        switch (request)
        {
            case Hello hello:
                return new Welcome(hello.Id, 1, ProtocolVersion.Minor, Capabilities, ScriptedServer.Id, "post/1", Limits.Default, Durability.Memory, 5000);
            case Login login:
                publisher = Convert.ToHexString(login.Publisher!.Value.Span);
                return new LoggedIn(login.Id, 12, 34, login.Name, null);
            case Open open:
                return new RoomInfo(open.Id, Room, RoomKind.Public, "lines", 77, 1, (ulong)_stored.Count, (ulong)_stored.Count, null);
            case Post post:
                return post.Key is null ? TakeCounted(post, publisher) : TakeKeyed(post);
            case Quit quit:
                _publishers.Remove(publisher);
                return new Ok(quit.Id);
            case Ping ping:
                return new Pong(ping.Id);
            default:
                return new Error(((Request)request).Id, ErrorCode.Denied, "not here");
        }
    }

    private Frame TakeKeyed(Post post)
    {
        var key = Convert.ToHexString(post.Key!.Value.Span);
        if (_keys.TryGetValue(key, out var seq))
            return _stored[seq - 1].Text == post.Text ? new Posted(post.Id, (ulong)seq, 0) : new Error(post.Id, ErrorCode.KeyConflict, "another text");
        if (Refuses(post) is { } error)
            return error with { Id = post.Id };
        _keys[key] = _stored.Count + 1;
        return Store(post);
    }

    private Frame TakeCounted(Post post, string publisher)
    {
        if (!_publishers.TryGetValue(publisher, out var taken) && post.Counter != 1)
            return new Error(post.Id, ErrorCode.PublisherForgotten, "who?");
        _publishers[publisher] = taken ??= [];
        var expected = (ulong)taken.Count + 1;
        if (post.Counter > expected)
            return new Error(post.Id, ErrorCode.OutOfOrder, "too early", Value: expected);
        if (post.Counter < expected)
            return new Posted(post.Id, taken[(int)post.Counter! - 1], 0);
        if (Refuses(post) is { } error)
            return error with { Id = post.Id };
        taken.Add((ulong)_stored.Count + 1);
        return Store(post);
    }

    private Posted Store(Post post)
    {
        _stored.Add(post);
        Grown(_stored.Count);
        return new Posted(post.Id, (ulong)_stored.Count, 0);
    }
}

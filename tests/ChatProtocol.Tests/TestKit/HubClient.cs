using System.Security.Cryptography;
using System.Text;
using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The client's side of one session on a <see cref="HubBench"/>.</summary>
internal sealed class HubClient
{
    private readonly HubBench _bench;
    private ulong _lastId;

    public HubClient(HubBench bench, FakePeer peer)
    {
        _bench = bench;
        Peer = peer;
        Session = bench.Hub.Connect(peer);
    }

    public FakePeer Peer { get; }

    /// <summary>Whether it answers the server's pings as time passes.</summary>
    public bool AnswersPings { get; set; } = true;

    public Session Session { get; }

    public LoggedIn? LoggedIn { get; set; }

    public ulong Principal => LoggedIn!.Principal;

    public List<Frame> Received => Peer.Received;

    public bool IsClosed => Peer.IsClosed;

    public Frame Last => Received[^1];

    public static Login GuestLogin(ulong id, string name, string? key = null, byte? publisher = null, bool inbox = false, ulong? window = null) => new(
        id, name, CredentialKind.GuestKey, SHA256.HashData(Encoding.UTF8.GetBytes(key ?? name)),
        publisher is { } p ? Enumerable.Repeat(p, 16).ToArray() : (ReadOnlyMemory<byte>?)null, inbox, window);

    /// <summary>A password that is long enough, made of a word.</summary>
    public static byte[] PasswordOf(string word) => Encoding.UTF8.GetBytes("the password of " + word);

    public static Login PasswordLogin(ulong id, string name, string? password = null) =>
        new(id, name, CredentialKind.Password, PasswordOf(password ?? name), null, false);

    public static Login TokenLogin(ulong id, ReadOnlyMemory<byte> token, bool inbox = false) => new(id, "", CredentialKind.Token, token, null, inbox);

    /// <summary>Makes a token.</summary>
    public TokenMade CreateToken(TokenScopes scopes, params ulong[] rooms) =>
        Ask<TokenMade>(id => new CreateToken(id, "bot", (int)scopes, [.. rooms.Select(room => new TokenRoom(room))], null));

    /// <summary>Sends a request and returns its id; nothing else happens.</summary>
    public ulong Send(Func<ulong, Request> make)
    {
        var request = make(++_lastId);
        Peer.Asked.Add(request.Id);
        _bench.Hub.Receive(Session, Frames.Travel(request, Direction.ToServer));
        return request.Id;
    }

    /// <summary>A request with an odd code that no version knows yet.</summary>
    public void SendUnknown()
    {
        byte[] bytes = [0, 0, 0, 3, 0x92, 99, 100];
        Peer.Asked.Add(100);
        _bench.Hub.Receive(Session, Frames.Decode(bytes, Direction.ToServer).Single());
    }

    public void SendPong(ulong id) => _bench.Hub.Receive(Session, Frames.Travel(new Pong(id), Direction.ToServer));

    /// <summary>Tells how much it has taken of a room.</summary>
    public void Take(ulong room, ulong bytes) => _bench.Hub.Receive(Session, Frames.Travel(new Taken(room, bytes), Direction.ToServer));

    public void AnswerPings()
    {
        while (AnswersPings && Peer.Pings.TryDequeue(out var ping))
            SendPong(ping);
    }

    /// <summary>The reply to a request; null if there is none yet.</summary>
    public Frame? AnswerTo(ulong id) => Received.Find(f => f is Reply r && r.Id == id || f is Error e && e.Id == id);

    /// <summary>Sends a request, lets everything settle, and returns the reply, which has to be of that kind.</summary>
    public T Ask<T>(Func<ulong, Request> make)
        where T : Frame
    {
        var id = Send(make);
        _bench.Settle();
        return Assert.IsType<T>(AnswerTo(id));
    }

    /// <summary>Sends a request that is to be refused, and returns why.</summary>
    public ErrorCode Refused(Func<ulong, Request> make) => Ask<Error>(make).Reason;

    public RoomInfo Join(string name, PresenceMode presence = PresenceMode.None, ulong? after = null, ulong? epoch = null) =>
        Ask<RoomInfo>(id => new Join(id, name, presence, after, epoch));

    public RoomInfo Open(string name) => Ask<RoomInfo>(id => new Open(id, name, true));

    public ulong SendPost(ulong room, string text, ulong? counter = null) => Send(id => new Post(id, room, text, counter));

    /// <summary>Posts, and everything settles.</summary>
    public Posted Say(ulong room, string text, ulong? counter = null) => Ask<Posted>(id => new Post(id, room, text, counter));

    /// <summary>A post with a key.</summary>
    public static Post PostWith(ulong id, string key, ulong room, string text) => new(id, room, text, null, Encoding.UTF8.GetBytes(key));

    public ulong SendPostWith(string key, ulong room, string text) => Send(id => PostWith(id, key, room, text));

    /// <summary>Posts with a key, and everything settles.</summary>
    public Posted SayWith(string key, ulong room, string text) => Ask<Posted>(id => PostWith(id, key, room, text));

    public void Leave(ulong room) => Ask<Ok>(id => new Leave(id, room));

    public void Disconnect() => _bench.Hub.Disconnect(Session);

    /// <summary>Reads all that is queued; the hub hears of it if the queue was full.</summary>
    public void Take()
    {
        if (Peer.Take())
            _bench.Hub.Drained(Session);
    }

    /// <summary>Reads until nothing more comes.</summary>
    public void TakeAll()
    {
        do
        {
            Take();
            _bench.Settle();
        }
        while (Peer.Queued > 0);
    }

    public IReadOnlyList<Message> Entries(ulong room) => [.. Received.OfType<Message>().Where(m => m.Room == room)];

    public IEnumerable<string> Texts(ulong room) => Entries(room).Select(m => m.Text.ToString());

    public IEnumerable<ulong> Seqs(ulong room) => Entries(room).Select(m => m.Seq);

    /// <summary>Every frame of a kind that came.</summary>
    public IReadOnlyList<T> All<T>()
        where T : Frame => [.. Received.OfType<T>()];

    public IReadOnlyList<Presence> Presences => [.. Received.OfType<Presence>()];
}

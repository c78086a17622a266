using System.Buffers;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>
/// The least that a gateway for another protocol needs, to prove what gateways share: four commands of IRC, whole lines, no
/// bytes and no lists.
/// </summary>
internal sealed class IrcGatewayPeer : GatewayPeer
{
    private readonly GatewaySession<string[]> _session;
    private readonly Renderer _renderer;
    private readonly Dictionary<string, ulong> _rooms = [];

    public IrcGatewayPeer(HubBench bench, string address, bool serverTime = false)
        : base(bench, address)
    {
        _session = new GatewaySession<string[]>(this, (_, words) => Handle(words));
        _renderer = new Renderer(serverTime);
        Connect();
        _session.AskLater(new(id => new Hello(id, 1, 1, [], "irc"), _ => null, HoldsInput: true));
    }

    public override string Transport => "irc";

    public List<string> Lines { get; } = [];

    /// <summary>Parsing: a command, its parameters, and a last one behind a colon.</summary>
    public void Type(string line)
    {
        var parts = line.Split(" :", 2);
        _session.Receive(Bench.Hub, [.. parts[0].Split(' '), .. parts[1..]]);
    }

    public override void Send(Frame frame)
    {
        if (!_session.TryAnswer(frame) && frame is Notice notice)
            Lines.Add($"NOTICE * :{notice.Text}");
    }

    public override void Send(Segment segment, int index, int count) =>
        Lines.AddRange(segment.As(_renderer).Lines.Skip(index).Take(count));

    private GatewayRequest? Handle(string[] words) => words switch
    {
        ["NICK", var name] => new(id => new Login(id, name, CredentialKind.Address, default, null, Inbox: true), answer => Say(answer, $"001 {name}"), HoldsInput: true),
        ["JOIN", var room] => new(id => new Join(id, room, PresenceMode.None, null, null), answer => Joined(room, answer), HoldsInput: true),
        ["PRIVMSG", var room, var text] when _rooms.TryGetValue(room, out var to) => new(id => new Post(id, to, text, null), answer => Say(answer)),
        ["PRIVMSG", var name, var text] => new(
            id => new Open(id, $"@{name}", Create: true),
            answer => answer is RoomInfo room ? new(id => new Post(id, room.Room, text, null), posted => Say(posted)) : Say(answer),
            HoldsInput: true),
        ["PING", var token] => Say(null, $"PONG {token}"),
        _ => Say(null, $"421 {words[0]}"),
    };

    private GatewayRequest? Joined(string room, Frame answer)
    {
        if (answer is RoomInfo joined)
            _rooms[room] = joined.Room;
        return Say(answer, $"JOIN {room}");
    }

    private GatewayRequest? Say(Frame? answer, string? done = null)
    {
        if (answer is Error { Reason: ErrorCode.NoSuchUser })
            Lines.Add("401");
        else if (answer is Error error)
            Lines.Add($"400 {error.Text}");
        else if (done is not null)
            Lines.Add(done);
        return null;
    }

    private sealed record Renderer(bool ServerTime) : IRenderer<Rendering>
    {
        public Rendering Render(Segment segment) => new([.. Enumerable.Range(0, segment.Count).Select(index => ToLine(segment.Slice(index, 1)))]);

        private string ToLine(ReadOnlyMemory<byte> frame)
        {
            var entry = (Entry)FrameCodec.Decode(new ReadOnlySequence<byte>(frame[FrameBuffer.LengthSize..]), Direction.ToClient);
            var message = entry.ToMessage()!;
            return $"{(ServerTime ? $"@time={message.Time} " : "")}:{message.Name} PRIVMSG :{message.Text}";
        }
    }

    private sealed record Rendering(IReadOnlyList<string> Lines);
}

using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>The connection of a gateway's client on a <see cref="HubBench"/>: the gateway's turns come when the test says so.</summary>
/// <param name="bench">The hub.</param>
/// <param name="address">Where the client comes from.</param>
internal abstract class GatewayPeer(HubBench bench, string address) : IPeer, IGatewayLink
{
    private readonly Queue<Action<ChatHub>> _next = new();

    public string Address => address;

    public Origin Origin { get; } = new("127.0.0.1", IsNear: true);

    public abstract string Transport { get; }

    public bool IsAdmin => false;

    public bool IsConfidential => true;

    public bool HasNoKey => true;

    public bool AnswersPings => false;

    public long Queued => 0;

    public long Sent => 0;

    public bool IsHeldBack => false;

    public Session? Session { get; private set; }

    /// <summary>How many of the client's messages are settled.</summary>
    public int Settled { get; private set; }

    public bool IsClosed { get; private set; }

    protected HubBench Bench => bench;

    public abstract void Send(Frame frame);

    public abstract void Send(Segment segment, int index, int count);

    public bool HasRoom() => true;

    public void Close(Frame? last)
    {
        if (last is not null)
            Send(last);
        IsClosed = true;
    }

    public void Follow(Action<ChatHub> act) => _next.Enqueue(act);

    public void Replied() => Settled++;

    /// <summary>Gives the gateway its turns until nothing is left to do.</summary>
    public void Settle()
    {
        do
        {
            for (var turns = _next.Count; turns > 0; turns--)
                _next.Dequeue()(bench.Hub);
            bench.Settle();
        }
        while (_next.Count > 0);
    }

    protected Session Connect() => Session = bench.Hub.Connect(this);
}

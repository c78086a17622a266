using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>
/// A plain text client on a <see cref="HubBench"/>, without bytes in: its messages go through its gateway, and it has the lines
/// that it is sent.
/// </summary>
internal sealed class GatewayClient : IPeer, IGatewayLink
{
    private static readonly Encoding Gbk = StrictEncoding.Of(936);

    private readonly HubBench _bench;
    private readonly LegacyGateway _gateway;
    private readonly Queue<Action<ChatHub>> _next = new();
    private readonly StringBuilder _output = new();

    /// <param name="bench">The hub.</param>
    /// <param name="endpoints">The sessions by endpoint.</param>
    /// <param name="address">Where it comes from; its port makes its name.</param>
    public GatewayClient(HubBench bench, EndpointIndex endpoints, string address)
    {
        (_bench, Address) = (bench, address);
        var output = new LegacyOutput(LegacyCharset.Gbk, TimeProvider.System, bytes => _output.Append(Gbk.GetString(bytes.Span)));
        var port = int.Parse(address[(address.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        _gateway = new LegacyGateway(this, output, port, endpoints, new LegacyOptions { Language = LegacyLanguage.English }, bench.Options.Limits);
        Session = bench.Hub.Connect(this);
        endpoints.Add(address, Session);
        _gateway.Begin();
    }

    public string Address { get; }

    public Origin Origin { get; } = new("127.0.0.1", IsNear: true);

    public string Transport => "legacy/gbk";

    public bool IsAdmin => false;

    public bool HasNoKey => true;

    public bool AnswersPings => false;

    public long Queued => 0;

    public long Sent => 0;

    public bool IsHeldBack => false;

    public Session Session { get; }

    /// <summary>How many of its messages are settled.</summary>
    public int Settled { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>The lines that it was sent since it was last asked.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            _output.Clear();
            return [.. lines.Select(line => line.TrimEnd(' '))];
        }
    }

    /// <summary>A client that is in the lobby, and has read what it was greeted with.</summary>
    public static GatewayClient Enter(HubBench bench, EndpointIndex endpoints, string address)
    {
        var client = new GatewayClient(bench, endpoints, address);
        client.Settle();
        client._output.Clear();
        return client;
    }

    /// <summary>Types some lines at once; nothing else happens.</summary>
    public void Type(params string[] lines)
    {
        foreach (var line in lines)
            _gateway.Session.Receive(_bench.Hub, LegacyMessage.Parse(Gbk.GetBytes(line), LegacyCharset.Gbk));
    }

    /// <summary>Types a line, and everything settles.</summary>
    public IReadOnlyList<string> Say(string line)
    {
        Type(line);
        Settle();
        return Lines;
    }

    /// <summary>Gives the gateway its turns until nothing is left to do.</summary>
    public void Settle()
    {
        do
        {
            Turn();
            _bench.Settle();
        }
        while (_next.Count > 0);
    }

    /// <summary>Gives the gateway one turn.</summary>
    public void Turn()
    {
        for (var turns = _next.Count; turns > 0; turns--)
            _next.Dequeue()(_bench.Hub);
    }

    public void Follow(Action<ChatHub> act) => _next.Enqueue(act);

    public void Replied() => Settled++;

    public void Send(Frame frame) => _gateway.Send(frame);

    public bool HasRoom() => true;

    public void Send(Segment segment, int index, int count) => _gateway.Send(segment, index, count);

    public void Close(Frame? last)
    {
        if (last is not null)
            Send(last);
        IsClosed = true;
    }
}

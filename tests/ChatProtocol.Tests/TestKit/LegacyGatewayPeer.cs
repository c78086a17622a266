using System.Globalization;
using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>
/// A plain text client on a <see cref="HubBench"/>: its messages go through its gateway, and it has the lines that it is sent.
/// </summary>
internal sealed class LegacyGatewayPeer : GatewayPeer
{
    private static readonly Encoding Gbk = StrictEncoding.Of(936);

    private readonly LegacyGateway _gateway;
    private readonly StringBuilder _output = new();

    /// <param name="bench">The hub.</param>
    /// <param name="endpoints">The sessions by endpoint.</param>
    /// <param name="address">Where it comes from; its port makes its name.</param>
    public LegacyGatewayPeer(HubBench bench, EndpointIndex endpoints, string address)
        : base(bench, address)
    {
        var output = new LegacyOutput(LegacyCharset.Gbk, TimeProvider.System, bytes => _output.Append(Gbk.GetString(bytes.Span)));
        var port = int.Parse(address[(address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        _gateway = new LegacyGateway(this, output, port, endpoints, new LegacyOptions { Language = LegacyLanguage.English }, bench.Options.Limits);
        endpoints.Add(address, Connect());
        _gateway.Begin();
    }

    public override string Transport => "legacy/gbk";

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
    public static LegacyGatewayPeer Enter(HubBench bench, EndpointIndex endpoints, string address)
    {
        var client = new LegacyGatewayPeer(bench, endpoints, address);
        client.Settle();
        client._output.Clear();
        return client;
    }

    /// <summary>Types some lines at once; nothing else happens.</summary>
    public void Type(params string[] lines)
    {
        foreach (var line in lines)
            _gateway.Session.Receive(Bench.Hub, LegacyMessage.Parse(Gbk.GetBytes(line), LegacyCharset.Gbk));
    }

    /// <summary>Types a line, and everything settles.</summary>
    public IReadOnlyList<string> Say(string line)
    {
        Type(line);
        Settle();
        return Lines;
    }

    public override void Send(Frame frame) => _gateway.Send(frame);

    public override void Send(Segment segment, int index, int count) => _gateway.Send(segment, index, count);
}

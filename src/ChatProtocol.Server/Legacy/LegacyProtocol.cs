using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The plain text protocol that came before the native one: no framing, no login, bytes in GBK. Bytes become messages here;
/// the conversation is that of <see cref="LegacyGateway"/>.
/// </summary>
internal sealed class LegacyProtocol : IProtocol
{
    private readonly Connection _connection;
    private readonly Transport _transport;
    private readonly ConnectionServices _services;
    private readonly LegacyReader _reader;
    private readonly LegacyGateway _gateway;
    private readonly Action<ChatHub, LegacyMessage> _receive;

    // Null once the bytes certainly begin a text; before that, there may be too few to tell.
    private byte[]? _firstBytes = [];
    private bool _isUndecided;
    private long _lastRead;

    /// <param name="connection">The connection that speaks it.</param>
    /// <param name="transport">Carries the connection's bytes.</param>
    /// <param name="port">The client's port, which makes its first name.</param>
    /// <param name="services">The parts of the server that every connection uses.</param>
    /// <param name="options">How plain text clients are served.</param>
    public LegacyProtocol(Connection connection, Transport transport, int port, ConnectionServices services, LegacyOptions options)
    {
        _connection = connection;
        _transport = transport;
        _services = services;
        _reader = new LegacyReader(options.Charset, services.Limits.Text);
        _lastRead = services.Time.GetTimestamp();
        var output = new LegacyOutput(options.Charset, services.Time, connection.Output.Add);
        _gateway = new LegacyGateway(connection, output, port, services.Endpoints, options, services.Limits);
        _receive = _gateway.Session.Receive;
        connection.Output.SendsWhole = true;
        connection.Output.WhenSent = output.Sent;
        // Nothing pings a text client, so TCP keep-alive does: it begins after a minute of silence, and a minute
        // later the client is dead (CP-LEG-040).
        transport.KeepAlive();
        // A text client needs no login of its own.
        connection.Slot?.LogIn();
    }

    public bool HasNoKey => true;

    /// <summary>A browser, too, opens connections in advance and says nothing (CP-LEG-063).</summary>
    public bool OnlyListens => _connection.Slot is { IsSilent: true };

    /// <summary>A text client is not expected to answer anything (CP-LEG-040).</summary>
    public bool AnswersPings => false;

    public bool Renders => true;

    /// <summary>How many messages of one client may be in flight.</summary>
    public int MaxInFlight => 64;

    /// <summary>A client that may still turn out not to send text is not yet taken for a text client (CP-LEG-002).</summary>
    public TimeSpan? LooksAgainAfter => _isUndecided ? ProtocolSignature.Patience : _reader.QuietNeeded;

    /// <summary>The name that admins see for a connection with this charset.</summary>
    public static string Describe(LegacyCharset charset) => charset switch
    {
        LegacyCharset.Gb18030 => "legacy/gb18030",
        LegacyCharset.Utf8 => "legacy/utf-8",
        _ => "legacy/gbk",
    };

    public Parsed Parse(in Received received)
    {
        var taken = received.Bytes.Slice(0, EndOfLines(received.Bytes, received.Requests));
        var isWhole = taken.Length == received.Bytes.Length;
        var messages = new List<LegacyMessage>();
        ProtocolViolation? violation = null;
        try
        {
            foreach (var piece in taken)
            {
                Hear(piece.Span);
                _reader.Add(piece.Span, messages);
            }
            if (isWhole && (received.IsLast || IsQuiet(received)))
            {
                _firstBytes = null;
                _isUndecided = false;
                _reader.End(messages);
            }
        }
        catch (ProtocolViolation e)
        {
            violation = e;
        }
        if (!taken.IsEmpty)
            _lastRead = _services.Time.GetTimestamp();
        var found = messages.Count > 0 || violation is not null ? new ClientInput.Messages<LegacyMessage>(_connection.Inputs, _receive, messages, violation) : null;
        return new Parsed(found, messages.Count, taken.End, _reader.HeldBytes) { IsCut = !isWhole, IsBroken = violation is not null };
    }

    public void ReadingResumed()
    {
    }

    public void Begin() => _gateway.Begin();

    public void Send(Frame frame) => _gateway.Send(frame);

    public void Send(Segment segment, int index, int count) => _gateway.Send(segment, index, count);

    /// <summary>The end of that many lines, or of the input if it has fewer: no more lines are taken than may be in flight.</summary>
    private static SequencePosition EndOfLines(in ReadOnlySequence<byte> input, int lines)
    {
        var reader = new SequenceReader<byte>(input);
        for (; lines > 0; lines--)
            if (!reader.TryAdvanceTo((byte)'\n'))
                return input.End;
        return reader.Position;
    }

    /// <summary>Whether the client was silent for long enough, and no bytes wait in the kernel only because the server is slow.</summary>
    private bool IsQuiet(in Received received) =>
        received is { IsWoken: true, Bytes.IsEmpty: true } && LooksAgainAfter is { } needed
        && _services.Time.GetElapsedTime(_lastRead) >= needed && !_transport.HasUnreadBytes;

    /// <summary>
    /// Looks at the first bytes: a client that was silent for so long may still not send text, and then nothing is posted
    /// (CP-LEG-002).
    /// </summary>
    private void Hear(ReadOnlySpan<byte> bytes)
    {
        if (_firstBytes is null)
            return;
        if (_firstBytes.Length == 0)
            _connection.Slot?.EndSilence();
        _firstBytes = [.. _firstBytes, .. bytes[..Math.Min(bytes.Length, ForeignGreeting.Longest - _firstBytes.Length)]];
        var protocol = ProtocolSignature.Tell(new ReadOnlySequence<byte>(_firstBytes));
        _isUndecided = protocol is null;
        // Another protocol's greeting may be complete only at the end of the first line (CP-LEG-062).
        if (protocol is DetectedProtocol.LegacyText && (_firstBytes.Length == ForeignGreeting.Longest || _firstBytes.Contains((byte)'\n')))
            _firstBytes = null;
        else if (protocol is not (null or DetectedProtocol.LegacyText))
            throw new ProtocolViolation(ErrorCode.Malformed, "text", 0, $"this is no text but {protocol}");
    }
}

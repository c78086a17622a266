using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// A plain text client of the kind that this began with: no framing, no login, bytes in GBK. Reading is done here, the
/// rest in its <see cref="LegacyGateway"/>.
/// </summary>
internal sealed class LegacyConnection : Connection
{
    /// <summary>Messages of one client that may be under way at once.</summary>
    private const int MaxInFlight = 64;

    private readonly LegacyReader _reader;
    private readonly LegacyLayout _layout = new();
    private readonly long _began;

    // Null once it is certain that they begin a text; before, they may not be enough to tell.
    private byte[]? _firstBytes = [];
    private bool _isUndecided;

    // Of a line that has not ended, as the budget knows.
    private int _kept;

    /// <param name="accepted">Its socket, and what comes in by it.</param>
    /// <param name="parts">What the server gives every connection.</param>
    public LegacyConnection(Accepted accepted, ServerParts parts)
        : base(accepted, Describe(parts.Legacy.Charset), parts)
    {
        Port = (accepted.Remote as IPEndPoint)?.Port ?? 0;
        _reader = new LegacyReader(parts.Legacy.Charset, parts.Limits.Text);
        _began = parts.Time.GetTimestamp();
        Gateway = new LegacyGateway(this, parts.Legacy, parts.Limits);
        Outbox.SendsWhole = true;
        Outbox.WhenSent = sent => _layout.Sent(sent, Now);
        FindDeadPeers(Socket);
        // It needs no login of its own.
        Place?.LogIn();
    }

    public override bool IsLegacy => true;

    /// <summary>What its requests and the answers to them pass through. Hub's thread only.</summary>
    public LegacyGateway Gateway { get; }

    /// <summary>The other side's port, which makes its first name.</summary>
    public int Port { get; }

    public override void Enter(ChatHub hub)
    {
        base.Enter(hub);
        Gateway.Begin();
    }

    public override void Send(Frame frame) => Gateway.Send(frame);

    public override void Send(Segment segment, int index, int count) => Gateway.Send(segment, index, count);

    /// <summary>Does something once the hub is done with what it is about.</summary>
    public void Later(Action<ChatHub> act) => Parts.Loop.Control(new HubInput.Later(act));

    /// <summary>A message is done with.</summary>
    public void Settled() => Replied();

    /// <summary>Sends whole lines, laid out for a reader that knows nothing of lines (CP-LEG-030).</summary>
    public void Write(LegacyText text, int start, int length)
    {
        var bytes = _layout.Lay(text, start, length, Now);
        for (var at = 0; at < bytes.Length; at += LegacyLayout.ReadSize)
            Outbox.Add(bytes.Slice(at, Math.Min(LegacyLayout.ReadSize, bytes.Length - at)));
    }

    protected override async Task ReadAsync()
    {
        try
        {
            await ReadToEndAsync().ConfigureAwait(false);
        }
        finally
        {
            Keep(0);
        }
    }

    private async Task ReadToEndAsync()
    {
        using var quiet = Parts.Time.CreateTimer(_ => Input.CancelPendingRead(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var lastRead = Parts.Time.GetTimestamp();
        // What was looked at before, and did not tell what it is, is given again at once only to whoever does not want to wait.
        Input.CancelPendingRead();
        while (!IsClosed)
        {
            if (InFlight >= MaxInFlight)
                await UntilInFlightAsync(MaxInFlight / 2).ConfigureAwait(false);
            var reading = Input.ReadAsync();
            if (!reading.IsCompleted && QuietNeeded is { } needed)
                quiet.Change(needed, Timeout.InfiniteTimeSpan);
            var read = await reading.ConfigureAwait(false);
            quiet.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (read.IsCanceled && IsClosed)
                return;
            var taken = read.Buffer.Slice(0, EndOfLines(read.Buffer, MaxInFlight - InFlight));
            var isWhole = taken.Length == read.Buffer.Length;
            var typed = Understand(taken, isWhole && (read.IsCompleted || IsQuiet(read, lastRead)));
            Keep(_reader.HeldBytes);
            if (!taken.IsEmpty)
                lastRead = Parts.Time.GetTimestamp();
            Input.AdvanceTo(taken.End);
            if (typed.Messages.Count > 0 || typed.Violation is not null)
                Submit(typed);
            if (typed.Violation is not null)
                return;
            if (read.IsCompleted && isWhole)
            {
                await UntilInFlightAsync(0).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>While it may still turn out to be no text it is not taken for one (CP-LEG-002).</summary>
    private TimeSpan? QuietNeeded => _isUndecided ? Sniffing.Patience : _reader.QuietNeeded;

    /// <summary>Where so many lines end, or the input: what is read at once must not be more than may be in flight.</summary>
    private static SequencePosition EndOfLines(in ReadOnlySequence<byte> input, int lines)
    {
        var reader = new SequenceReader<byte>(input);
        for (; lines > 0; lines--)
            if (!reader.TryAdvanceTo((byte)'\n'))
                return input.End;
        return reader.Position;
    }

    /// <summary>Whether nothing came for long enough, and nothing waits in the kernel only because we are slow.</summary>
    private bool IsQuiet(in System.IO.Pipelines.ReadResult read, long lastRead) =>
        read is { IsCanceled: true, Buffer.IsEmpty: true } && QuietNeeded is { } needed
        && Parts.Time.GetElapsedTime(lastRead) >= needed && Socket.Available == 0;

    private void Keep(int bytes)
    {
        if (bytes == _kept)
            return;
        Parts.Budget.Hold(bytes - _kept);
        _kept = bytes;
    }

    private ClientInput.Typed Understand(ReadOnlySequence<byte> bytes, bool isEnded)
    {
        var messages = new List<LegacyMessage>();
        ProtocolViolation? violation = null;
        try
        {
            foreach (var piece in bytes)
            {
                Hear(piece.Span);
                _reader.Add(piece.Span, messages);
            }
            if (isEnded)
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
        Asked(messages.Count, bytes.Length);
        return new ClientInput.Typed(this, messages, violation);
    }

    /// <summary>What was silent so long may still turn out to be no text client: then nothing is posted (CP-LEG-002).</summary>
    private void Hear(ReadOnlySpan<byte> bytes)
    {
        if (_firstBytes is null)
            return;
        if (_firstBytes.Length == 0)
            Place?.EndSilence();
        _firstBytes = [.. _firstBytes, .. bytes[..Math.Min(bytes.Length, Greeting.Longest - _firstBytes.Length)]];
        var spoken = Sniffing.Tell(new ReadOnlySequence<byte>(_firstBytes));
        _isUndecided = spoken is null;
        // Another protocol's greeting may still become whole with the end of the first line (CP-LEG-062).
        if (spoken is Spoken.LegacyText && (_firstBytes.Length == Greeting.Longest || _firstBytes.Contains((byte)'\n')))
            _firstBytes = null;
        else if (spoken is not (null or Spoken.LegacyText))
            throw new ProtocolViolation(ErrorCode.Malformed, "text", 0, $"this is no text but {spoken}");
    }

    private TimeSpan Now => Parts.Time.GetElapsedTime(_began);

    private static string Describe(LegacyCharset charset) => charset switch
    {
        LegacyCharset.Gb18030 => "legacy/gb18030",
        LegacyCharset.Utf8 => "legacy/utf-8",
        _ => "legacy/gbk",
    };

    /// <summary>Nothing pings a text client, so the kernel does: after a minute of silence, and a minute later it is dead (CP-LEG-040).</summary>
    private static void FindDeadPeers(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }
}

using System.IO.Pipelines;
using System.Net;

namespace ChatProtocol.Server;

/// <summary>A stream on top of another transport, which carries the stream's bytes.</summary>
internal sealed class StreamTransport : Transport
{
    private const int ReadSize = 32 * 1024;

    private readonly Stream _stream;
    private readonly Transport _below;
    private StreamSink? _sink;

    /// <param name="stream">For asynchronous use; disposed with this.</param>
    /// <param name="below">The transport that carries the stream; closed with this.</param>
    /// <param name="isEncrypted">Whether the stream hides its content from others.</param>
    public StreamTransport(Stream stream, Transport below, bool isEncrypted)
    {
        _stream = stream;
        _below = below;
        IsEncrypted = isEncrypted;
        // A read of the stream may do anything.
        below.ReadElsewhere();
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadSize, leaveOpen: true, useZeroByteReads: true));
    }

    /// <summary>Tells the peer within the stream, behind the output, that nothing more comes; null where a stream has no word for it.</summary>
    public Func<Task>? EndStream { get; init; }

    public override PipeReader Input { get; }

    public override EndPoint? Remote
    {
        get => _below.Remote;
        set => _below.Remote = value;
    }

    public override EndPoint? Local => _below.Local;

    public override bool IsEncrypted { get; }

    public override uint? PeerUser => _below.PeerUser;

    public override bool HasUnread => _below.HasUnread;

    public override bool HasUnreadBytes => _below.HasUnreadBytes;

    public override bool HasSendRoom => _below.HasSendRoom;

    public override Sink OpenSink()
    {
        LimitSendBuffer();
        return _sink ??= new StreamSink(_stream, this, encrypts: IsEncrypted);
    }

    public override Stream ToStream() => _stream;

    public override void LimitSendBuffer() => _below.LimitSendBuffer();

    public override void KeepAlive() => _below.KeepAlive();

    public override void ReadElsewhere()
    {
    }

    public override async ValueTask EndSendingAsync()
    {
        if (_sink is not null)
            await _sink.EndAsync().ConfigureAwait(false);
        if (EndStream is not null)
            await EndStream().ConfigureAwait(false);
        await _below.EndSendingAsync().ConfigureAwait(false);
    }

    public override async ValueTask CloseAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await _below.CloseAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    public override void Dispose() => _below.Dispose();
}

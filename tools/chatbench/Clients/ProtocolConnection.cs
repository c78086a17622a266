using System.Buffers;

namespace ChatProtocol.Tools;

/// <summary>The part of the protocol that every connection has: hello, ping and pong, and the reason of the end.</summary>
internal abstract class ProtocolConnection(EventLoop loop, ServerAddress server) : Connection(loop)
{

    private bool _isWelcome;

    public ServerAddress Server => server;

    /// <summary>Whether the client has asked for the end of the connection.</summary>
    protected bool IsLeaving { get; set; }

    protected abstract void OnWelcome(Welcome welcome);

    protected abstract void OnReply(ref FrameScan scan, ReadOnlySpan<byte> payload);

    /// <summary>Decodes a frame in full.</summary>
    protected static T Decode<T>(ReadOnlySpan<byte> payload)
        where T : Frame
    {
        try
        {
            return (T)FrameCodec.Decode(new ReadOnlySequence<byte>(payload.ToArray()), Direction.ToClient);
        }
        catch (ProtocolViolation e)
        {
            throw new BenchException(ExitCode.Failed, $"the server broke the protocol: {e.Message}");
        }
    }

    protected override void OnConnected()
    {
        _isWelcome = false;
        Write(new Hello(1, ProtocolVersion.Major, ProtocolVersion.Minor, [], $"{ProgramInfo.Name}/{ProgramInfo.Version}"));
    }

    protected override void OnConnectFailed(int error) => throw Unreachable(server, error);

    protected override void OnFrame(FrameScan scan, ReadOnlySpan<byte> payload)
    {
        if (scan.Code == Ping.FrameCode)
        {
            Write(new Pong(scan.UInt()));
        }
        else if (scan.Code == Welcome.FrameCode)
        {
            _isWelcome = true;
            OnWelcome(Decode<Welcome>(payload));
        }
        else if (scan.Code == Error.FrameCode)
        {
            throw Refused(Decode<Error>(payload));
        }
        else if (scan.Code == Bye.FrameCode)
        {
            throw Ended(Decode<Bye>(payload));
        }
        else
        {
            OnReply(ref scan, payload);
        }
    }

    protected override void OnClosed()
    {
        if (IsLeaving)
            return;
        throw _isWelcome
            ? new BenchException(ExitCode.Unreachable, $"the server at {server} closed a connection without a word; its log may say why")
            : NoChatServer();
    }

    protected override void OnNoFrames() => throw (_isWelcome
        ? new BenchException(ExitCode.Failed, "the server broke the protocol: it sent bytes that are no frame")
        : NoChatServer());

    private BenchException NoChatServer() =>
        new(ExitCode.Unreachable, $"what listens at {server} does not speak the chat protocol; is it a chatd, and this its native port?");

    private static BenchException Refused(Error error) =>
        new(FailureMessages.ExitCodeOf(error.Reason), $"the server refused: {error.Text}", error.Reason);

    private static BenchException Ended(Bye bye) =>
        new(bye.Why == ByeCode.Kicked ? ExitCode.Denied : ExitCode.Unreachable, $"the server ended a session ({bye.Why}){(bye.Reason.Length > 0 ? $": {bye.Reason}" : "")}");
}

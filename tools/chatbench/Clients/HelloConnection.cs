namespace ChatProtocol.Tools;

/// <summary>A connection that only says hello.</summary>
internal sealed class HelloConnection(EventLoop loop, ServerAddress server) : ProtocolConnection(loop, server)
{
    /// <summary>The server's answer; null before.</summary>
    public Welcome? Welcome { get; private set; }

    protected override void OnWelcome(Welcome welcome) => Welcome = welcome;

    protected override void OnReply(ref FrameScan scan, ReadOnlySpan<byte> payload)
    {
    }
}
